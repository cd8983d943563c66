import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { type FlowContender, startFleet } from "./contenders";
import { fleetFlow, fleetKey, fleetService } from "./fleet-flow";
import type { Memory } from "./load";

/** What the platform takes at most (docs/protocol.md, 5) takes 10 and 20 s; two more are for the replies. */
const limits = { seconds: { batch: 12, single: 22 }, pressMs: 100, heapBytes: 100 * 1024 * 1024 };
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
 * Commands ten thousand devices of a simulator that has the limits of the platform: once one by one, once in batches, each
 * time with and without another node that calls meanwhile.
 * @returns whether all stays within the limits
 */
export async function raceFleet(isQuick: boolean, say: (line: string) => void): Promise<boolean> {
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
    let isWithin = true;
    for (const strategy of ["batch", "single"] as const) {
      say(`fleet, ${strategy}, alone`);
      const alone = await rollOut(flow, strategy, false);
      say(`fleet, ${strategy}, with a button`);
      const pressed = await rollOut(flow, strategy, true);
      const within = isQuick || alone.milliseconds <= limits.seconds[strategy] * 1000;
      const p99 = percentile(pressed.presses, 0.99);
      const peak = Math.max(alone.peak.inUse, pressed.peak.inUse);
      isWithin &&=
        within &&
        p99 <= limits.pressMs &&
        peak < limits.heapBytes &&
        isWhole(alone, count) &&
        isWhole(pressed, count);
      console.log(
        `fleet of ${count}, ${strategy}: ${(alone.milliseconds / 1000).toFixed(1)} s from the first command to the last reply, ` +
          `at most ${limits.seconds[strategy]} wanted; with ${pressed.presses.length} presses of a button ` +
          `${(pressed.milliseconds / 1000).toFixed(1)} s, p99 of a press ${p99} ms, at most ${limits.pressMs} wanted; ` +
          `heap ${Math.round(peak / 1024 / 1024)} MB, less than 100 wanted; ${JSON.stringify(alone.fleet)}`,
      );
    }
    const calls = (await (await fetch(`${ready.endpoint}/_simulator/calls`)).json()) as unknown;
    console.log(`calls at the simulator: ${JSON.stringify(calls)}`);
    return isWithin;
  } finally {
    await flow?.stop();
    simulator?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
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

async function rollOut(flow: FlowContender, strategy: string, isPressed: boolean): Promise<RollOut> {
  // The list of the devices is known from the first time on, so the times are those of the commands.
  const running = flow.ask(`fleet?strategy=${strategy}`) as Promise<Pick<RollOut, "milliseconds" | "fleet">>;
  const presses: number[] = [];
  let peak: Memory = { inUse: 0, resident: 0 };
  const over = running.then(() => true);
  const tick = (): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), pressEveryMs));
  for (let turn = 0; !(await Promise.race([over, tick()])); turn++) {
    if (isPressed) presses.push(((await flow.ask("press")) as { milliseconds: number }).milliseconds);
    else if (turn % 20 === 19) {
      const memory = await flow.memory();
      if (memory.inUse > peak.inUse) peak = memory;
    }
  }
  return { ...(await running), presses, peak };
}

/** Every device has an outcome, and has answered. */
function isWhole({ fleet }: RollOut, count: number): boolean {
  return fleet.targets === count + 1 && fleet.done === count + 1;
}

function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
