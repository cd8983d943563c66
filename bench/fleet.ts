import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { type FlowContender, startFleet } from "./contenders";
import { fleetFlow, fleetKey, fleetService } from "./fleet-flow";
import { fleetRows, strategies, type Strategy } from "./fleet-report";
import type { Memory } from "./load";
import type { Row } from "./row";

const devices = { whole: 10_000, quick: 1000 };
/** A button is pressed that often meanwhile. */
const pressEveryMs = 100;

/** One roll-out, as its report and the other node's calls tell it. */
interface RollOut {
  /** Milliseconds from the first command to the last outcome. */
  milliseconds: number;
  fleet: Record<"targets" | "done" | "accepted" | "failed" | "unknown" | "refused" | "notSent", number>;
  /** Milliseconds of each press of the button. */
  presses: number[];
  peak: Memory;
}

interface Ready {
  endpoint: string;
  accessKeyId: string;
  accessKeySecret: string;
  amqpEndpoint: string;
}

/**
 * Commands ten thousand devices of a simulator that has the limits of the platform, in batches and one by one: alone, while
 * another node calls, and once more to weigh the memory, since collections would disturb the times.
 */
export async function raceFleet(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const count = isQuick ? devices.quick : devices.whole;
  const folder = mkdtempSync(path.join(os.tmpdir(), "aliyun-iot-bench-"));
  let simulator: ChildProcess | undefined;
  let flow: FlowContender | undefined;
  try {
    const file = path.join(folder, "fleet.json");
    writeFileSync(file, JSON.stringify(definition(count)));
    simulator = spawn(process.execPath, [command, "--file", file, "--port", "0", "--amqp-port", "0"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ready = JSON.parse(await firstLine(simulator)) as Ready;
    flow = await startFleet(fleetFlow(ready), ready);
    const rows: Row[] = [];
    for (const strategy of strategies) {
      say(`fleet, ${strategy}, alone`);
      const alone = await rollOut(flow, strategy, "alone");
      say(`fleet, ${strategy}, with a button`);
      const pressed = await rollOut(flow, strategy, "button");
      say(`fleet, ${strategy}, memory`);
      const weighed = await rollOut(flow, strategy, "memory");
      for (const one of [alone, pressed, weighed]) requireWhole(one, count);
      const lane = {
        strategy,
        seconds: alone.milliseconds / 1000,
        secondsWithButton: pressed.milliseconds / 1000,
        p99: percentile(pressed.presses, 0.99),
        heapBytes: weighed.peak.inUse,
      };
      rows.push(...fleetRows(lane, count, !isQuick));
    }
    const { calls, throttled } = await callsAt(ready.endpoint);
    say(`of ${calls} commands the simulator throttled ${throttled}`);
    return rows;
  } finally {
    await flow?.stop();
    simulator?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The commands that the simulator has counted. */
async function callsAt(endpoint: string): Promise<{ calls: number; throttled: number }> {
  const response = await fetch(`${endpoint}/_simulator/calls`);
  const all = (await response.json()) as Record<string, { calls: number; throttled: number }>;
  const commands = Object.entries(all).filter(([action]) => action.startsWith("Invoke"));
  return {
    calls: commands.reduce((sum, [, { calls }]) => sum + calls, 0),
    throttled: commands.reduce((sum, [, { throttled }]) => sum + throttled, 0),
  };
}

const command = path.join(__dirname, "..", "lib", "simulator", "cli.js");

function definition(count: number): object {
  const level = {
    identifier: "Level",
    name: "Level",
    dataType: { type: "int", specs: { min: "0", max: "100", step: "1" } },
  };
  return {
    limits: "platform",
    products: [
      {
        productKey: fleetKey,
        productName: "Lamp",
        thingModel: {
          profile: { productKey: fleetKey },
          services: Object.entries(fleetService).map(([callType, identifier]) => ({
            identifier,
            name: identifier,
            callType,
            inputData: [level],
            outputData: [level],
          })),
        },
        devices: [{ deviceName: "button" }],
        generatedDevices: [
          {
            count,
            namePattern: "lamp-#####",
            services: { [fleetService.async]: { data: { Level: 50 }, delayMs: 20, maxDelayMs: 1000 } },
          },
        ],
      },
    ],
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await once(lines, "line")) as [string];
  lines.close();
  return line;
}

async function rollOut(
  flow: FlowContender,
  strategy: Strategy,
  meanwhile: "alone" | "button" | "memory",
): Promise<RollOut> {
  // The list of the devices is known from the first time on, so the times are those of the commands.
  const running = flow.ask(`fleet?strategy=${strategy}`) as Promise<Pick<RollOut, "milliseconds" | "fleet">>;
  const presses: number[] = [];
  let peak: Memory = { inUse: 0, resident: 0 };
  const over = running.then(() => true);
  const tick = (): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), pressEveryMs));
  for (let turn = 0; !(await Promise.race([over, tick()])); turn++) {
    if (meanwhile === "button") {
      presses.push(((await flow.ask("press")) as { milliseconds: number }).milliseconds);
    } else if (meanwhile === "memory" && turn % 10 === 9) {
      const memory = await flow.memory();
      if (memory.inUse > peak.inUse) peak = memory;
    }
  }
  return { ...(await running), presses, peak };
}

/** @throws {Error} if a device has no outcome or has not answered */
function requireWhole({ fleet }: RollOut, count: number): void {
  if (fleet.targets === count + 1 && fleet.done === count + 1) return;
  throw new Error(`Not every device has answered: ${JSON.stringify(fleet)}`);
}

function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
