#!/usr/bin/env node
import { parseArgs } from "node:util";
import { SimulatorInputError } from "./definition/input-error";
import { type SampleLanguage, Simulator, type SimulatorOptions } from "./simulator";

const defaultPort = 9911;

const helpText = `Usage: npx -p @thing-service/node-red-aliyun-iot aliyun-iot-simulator
       [--port N] [--file F] [--lang L] [--amqp-port N] [--mqtt-port N]

Simulates Alibaba Cloud IoT Platform on 127.0.0.1, with its wire protocol.

  --port N   port to listen on (default ${defaultPort}; 0 picks a free port)
  --file F   simulator file: access keys, products, devices, groups, limits, faults (default: a built-in sample)
  --lang L   language of the names in the sample: en-US (default) or zh-CN
  --amqp-port N   deliver device messages over AMQP 1.0 on this port (0 picks a free port)
  --mqtt-port N   accept real devices over MQTT on this port (0 picks a free port)
  --help     show this help

When ready it prints one line of JSON to stdout: {"endpoint","accessKeyId","accessKeySecret"}, with
"amqpEndpoint" and "mqttEndpoint" if these ports are enabled.
Requests are logged to stderr. SIGINT or SIGTERM ends the simulator.

  GET | DELETE              /_simulator/executions   what the simulated devices did
  GET | DELETE              /_simulator/calls        how often operations were called
  GET | POST | PUT | DELETE /_simulator/faults       list, add, replace or clear faults
  GET                       /_simulator/subscription connected clients and queued messages
  POST                      /_simulator/subscription/close          close connections
  GET | POST | PUT | DELETE /_simulator/subscription/disturbances   duplicates, delays and other disturbances
  POST                      /_simulator/devices/{productKey}/{deviceName}/property | event/{identifier}
                            | status | lifecycle | custom/{topic}   send a message as the device
`;

async function main(): Promise<void> {
  const options = readCommandLine(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(helpText);
    return;
  }
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const simulator = await Simulator.start({ ...options, takesPipes: true, log });
  const end = (): void => {
    // A second signal ends the process at once, as usual.
    void simulator.close();
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  const doors = await openDoors(simulator, options);
  const { endpoint, accessKeyId, accessKeySecret } = simulator;
  process.stdout.write(`${JSON.stringify({ endpoint, accessKeyId, accessKeySecret, ...doors })}\n`);
}

/** Opens the optional AMQP and MQTT servers. If one cannot be opened, all are closed. */
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
  const language = readLanguage(values.lang);
  const amqpPort = readPort("amqp-port", values["amqp-port"]);
  const mqttPort = readPort("mqtt-port", values["mqtt-port"]);
  return {
    port: readPort("port", values.port) ?? defaultPort,
    ...(values.file === undefined ? {} : { file: values.file }),
    ...(language === undefined ? {} : { language }),
    ...(amqpPort === undefined ? {} : { amqpPort }),
    ...(mqttPort === undefined ? {} : { mqttPort }),
  };
}

type Options = Partial<Record<"port" | "file" | "lang" | "amqp-port" | "mqtt-port", string>> & {
  help?: boolean;
};

function parse(args: string[]): { values: Options } {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        file: { type: "string" },
        lang: { type: "string" },
        "amqp-port": { type: "string" },
        "mqtt-port": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // Only the first sentence of Node's long message is needed.
    const [reason] = (error as Error).message.split(/\. |\n/);
    throw new SimulatorInputError(`${reason}; --help shows the options`);
  }
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new SimulatorInputError(`--${name} must be a number from 0 to 65535, got ${JSON.stringify(text)}`);
}

function readLanguage(text: string | undefined): SampleLanguage | undefined {
  if (text === undefined || text === "en-US" || text === "zh-CN") return text;
  throw new SimulatorInputError(`--lang must be en-US or zh-CN, got ${JSON.stringify(text)}`);
}

main().catch((error: unknown) => {
  const message = error instanceof SimulatorInputError ? error.message : String(error);
  process.stderr.write(`aliyun-iot-simulator: ${message}\n`);
  process.exitCode = 1;
});
