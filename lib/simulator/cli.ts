#!/usr/bin/env node
import { parseArgs } from "node:util";
import { SimulatorInputError } from "./definition/input-error";
import { Simulator, type SimulatorOptions } from "./simulator";

const DEFAULT_PORT = 9911;

const HELP = `Usage: npx -p @thing-service/node-red-aliyun-iot aliyun-iot-simulator
       [--port N] [--file F] [--amqp-port N] [--mqtt-port N]

A stand-in for Alibaba Cloud IoT Platform on 127.0.0.1, with its wire protocol.

  --port N   port to listen on (default ${DEFAULT_PORT}; 0 picks a free one)
  --file F   simulator file: access keys, products, devices, faults (default: a built-in sample)
  --amqp-port N   also hand out device messages over AMQP 1.0 on this port (0 picks a free one)
  --mqtt-port N   also let real devices in, over MQTT on this port (0 picks a free one)
  --help     this text

When ready it prints one line of JSON to stdout: {"endpoint","accessKeyId","accessKeySecret"}, with
"amqpEndpoint" and "mqttEndpoint" where these were asked for.
Requests are logged to stderr. It ends on SIGINT and SIGTERM.

  GET | DELETE              /_simulator/executions   what the virtual devices did
  GET | POST | PUT | DELETE /_simulator/faults       faults: read, add, replace, clear
  GET                       /_simulator/subscription who is connected, what waits
  POST                      /_simulator/subscription/close          end connections
  GET | POST | PUT | DELETE /_simulator/subscription/disturbances   duplicates, delays and the like
  POST                      /_simulator/devices/{productKey}/{deviceName}/property | event/{identifier}
                            | status | lifecycle | custom/{topic}   the device sends something
`;

async function main(): Promise<void> {
  const options = readCommandLine(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(HELP);
    return;
  }
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const simulator = await Simulator.start({ ...options, takesPipes: true, log });
  const end = (): void => {
    // A second signal while closing ends the process the usual way.
    void simulator.close();
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  const doors = await openDoors(simulator, options);
  const { endpoint, accessKeyId, accessKeySecret } = simulator;
  process.stdout.write(`${JSON.stringify({ endpoint, accessKeyId, accessKeySecret, ...doors })}\n`);
}

/** What was asked for beside the API. Where one cannot be opened, nothing stays open. */
async function openDoors(
  simulator: Simulator,
  { amqpPort, mqttPort }: SimulatorOptions,
): Promise<{ amqpEndpoint?: string; mqttEndpoint?: string }> {
  try {
    return {
      ...(amqpPort === undefined ? {} : { amqpEndpoint: await simulator.openAmqp() }),
      ...(mqttPort === undefined ? {} : { mqttEndpoint: await simulator.openMqtt() }),
    };
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

function readCommandLine(args: string[]): SimulatorOptions | "help" {
  const { values } = parse(args);
  if (values.help) return "help";
  const amqpPort = readPort("amqp-port", values["amqp-port"]);
  const mqttPort = readPort("mqtt-port", values["mqtt-port"]);
  return {
    port: readPort("port", values.port) ?? DEFAULT_PORT,
    ...(values.file === undefined ? {} : { file: values.file }),
    ...(amqpPort === undefined ? {} : { amqpPort }),
    ...(mqttPort === undefined ? {} : { mqttPort }),
  };
}

type Options = Partial<Record<"port" | "file" | "amqp-port" | "mqtt-port", string>> & { help?: boolean };

function parse(args: string[]): { values: Options } {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        file: { type: "string" },
        "amqp-port": { type: "string" },
        "mqtt-port": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // Node explains at length; its first sentence says it.
    const [reason] = (error as Error).message.split(/\. |\n/);
    throw new SimulatorInputError(`${reason}; --help shows the options`);
  }
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new SimulatorInputError(`--${name} must be a number from 0 to 65535, got ${JSON.stringify(text)}`);
}

main().catch((error: unknown) => {
  const message = error instanceof SimulatorInputError ? error.message : String(error);
  process.stderr.write(`aliyun-iot-simulator: ${message}\n`);
  process.exitCode = 1;
});
