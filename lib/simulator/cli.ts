#!/usr/bin/env node
import { parseArgs } from "node:util";
import { SimulatorInputError } from "./input-error.js";
import { Simulator, type SimulatorOptions } from "./simulator.js";

const DEFAULT_PORT = 9911;

const HELP = `Usage: aliyun-iot-simulator [--port N] [--file F]

A stand-in for Alibaba Cloud IoT Platform on 127.0.0.1, with its wire protocol.

  --port N   port to listen on (default ${DEFAULT_PORT}; 0 picks a free one)
  --file F   simulator file: access keys, products, devices, faults (default: a built-in sample)
  --help     this text

When ready it prints one line of JSON to stdout: {"endpoint","accessKeyId","accessKeySecret"}.
Requests are logged to stderr. It ends on SIGINT and SIGTERM.

  GET | DELETE              /_simulator/executions   what the virtual devices did
  GET | POST | PUT | DELETE /_simulator/faults       faults: read, add, replace, clear
`;

async function main(): Promise<void> {
  const options = readCommandLine(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(HELP);
    return;
  }
  const simulator = await Simulator.start({ ...options, log: (line) => process.stderr.write(`${line}\n`) });
  const end = (): void => {
    // A second signal while closing ends the process the usual way.
    void simulator.close();
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  const { endpoint, accessKeyId, accessKeySecret } = simulator;
  process.stdout.write(`${JSON.stringify({ endpoint, accessKeyId, accessKeySecret })}\n`);
}

function readCommandLine(args: string[]): SimulatorOptions | "help" {
  const { values } = parse(args);
  if (values.help) return "help";
  const port = values.port === undefined ? DEFAULT_PORT : readPort(values.port);
  return values.file === undefined ? { port } : { port, file: values.file };
}

function parse(args: string[]): { values: { port?: string; file?: string; help?: boolean } } {
  try {
    return parseArgs({
      args,
      options: { port: { type: "string" }, file: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    // Node explains at length; its first sentence says it.
    const [reason] = (error as Error).message.split(/\. |\n/);
    throw new SimulatorInputError(`${reason}; --help shows the options`);
  }
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new SimulatorInputError(`--port must be a number from 0 to 65535, got ${JSON.stringify(text)}`);
}

main().catch((error: unknown) => {
  const message = error instanceof SimulatorInputError ? error.message : String(error);
  process.stderr.write(`aliyun-iot-simulator: ${message}\n`);
  process.exitCode = 1;
});
