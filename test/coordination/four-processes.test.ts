import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import { isFull } from "../support/long-run";
import { removeFolder, temporaryFolder } from "../support/npm";
import { TestRedis } from "../support/redis";
import { firstLine } from "../support/simulator";
import type { MemberReport, MemberTask } from "./member-process";

const rate = 500;
const seconds = isFull ? 60 : 3;
const takeoverMs = 3000;
/** In its first second, code is slow until it is compiled: calls that were sent evenly arrive together. */
const warmUpMs = 2000;
const productKey = "a1BwAGV0001";
/** A device takes no more than 50 commands a second. */
const devices = 40;
/** What the platform takes in a second, and what arrives together because the simulator has not got its turn. */
const tolerated = 1.05 * rate;
/** If calls of a process arrive further apart, it or the simulator has waited for its turn. */
const usualGapMs = 30;

interface Execution {
  at: number;
  args: { Member: number };
}

/** Lamps of a platform with its limits. */
const definition: SimulatorDefinition = {
  limits: { InvokeThingService: tolerated, toOneDevice: 50 },
  products: [
    {
      productKey,
      thingModel: {
        profile: { productKey },
        services: [
          {
            identifier: "Blink",
            name: "Blink",
            callType: "sync",
            inputData: [{ identifier: "Member", name: "Member", dataType: { type: "int", specs: {} } }],
            outputData: [],
          },
        ],
      },
      devices: Array.from({ length: devices }, (_none, n) => ({ deviceName: `light${n}` })),
    },
  ],
};

describe(`four Node-REDs with one account of ${rate} calls a second, each of which wants 400`, function () {
  this.timeout((seconds + 60) * 1000);
  // Six processes need their turn every few milliseconds, which a busy machine may not give them.
  this.retries(2);
  let folder: string;
  let redis: TestRedis;
  let simulator: ChildProcess;
  let members: ChildProcess[];

  beforeEach(() => {
    members = [];
  });

  afterEach(async () => {
    await Promise.all([...members, simulator].map(end));
    await redis.stop();
    await removeFolder(folder);
  });

  it("share it in equal parts, and when one is killed, the others take its part", async () => {
    redis = await TestRedis.start();
    folder = await temporaryFolder("platform");
    const file = path.join(folder, "simulator.json");
    writeFileSync(file, JSON.stringify(definition));
    const cli = path.resolve(__dirname, "../../lib/simulator/cli.js");
    simulator = fork(cli, ["--port", "0", "--file", file], { stdio: ["ignore", "pipe", "ignore", "ipc"] });
    const { endpoint, ...key } = JSON.parse(await firstLine(simulator)) as Record<string, string>;
    const control = async (what: string): Promise<unknown> =>
      (await fetch(`${endpoint}/_simulator/${what}`)).json();
    const executions = async (): Promise<Execution[]> => (await control("executions")) as Execution[];
    const throttled = async (): Promise<number> =>
      ((await control("calls")) as Record<string, { throttled: number }>)["InvokeThingService"]?.throttled ??
      0;
    for (let number = 0; number < 4; number++) {
      const task: MemberTask = {
        redisPort: redis.port,
        endpoint: endpoint!,
        key,
        productKey,
        devices,
        number,
        callsPerSecond: 400,
        rate,
      };
      members.push(fork(path.join(__dirname, "member-process.js"), [JSON.stringify(task)]));
      await once(members[number]!, "message");
    }
    for (const member of members) member.send("begin");
    await pause(warmUpMs);
    const throttledAtFirst = await throttled();
    for (const what of ["executions", "calls"])
      await fetch(`${endpoint}/_simulator/${what}`, { method: "DELETE" });
    const before = await evaluations(redis);
    await pause(seconds * 1000);
    const commands = (await evaluations(redis)) - before;
    const shared = await executions();
    const killedAt = Date.now();
    members[0]!.kill("SIGKILL");
    await pause(takeoverMs + 1500);
    const reports = await Promise.all(
      members.slice(1).map(async (member) => {
        member.send("end");
        const [report] = (await once(member, "message")) as [MemberReport];
        return report;
      }),
    );
    const all = await executions();
    const throttledLater = await throttled();

    const shares = [0, 1, 2, 3].map(
      (number) => shared.filter(({ args }) => args.Member === number).length / shared.length,
    );
    const arrivals = all.map(({ at }) => at);
    const max = maxWithin(arrivals, 1000);
    const late = members
      .map((_member, number) => all.filter(({ args }) => args.Member === number).map(({ at }) => at))
      .reduce((sum, times) => sum + lateArrivals(times, rate / 4), 0);
    const later = all.filter(
      ({ at }) => at >= killedAt + takeoverMs && at < killedAt + takeoverMs + 1000,
    ).length;
    const perThousand = Math.round((1000 * commands) / shared.length);
    console.log(
      `      at most ${max} in a second, ${Math.round(shared.length / seconds)} on average, ` +
        `shares ${shares.map((share) => (100 * share).toFixed(1)).join(" ")} %, ` +
        `${later} in a second after the takeover, ${throttledAtFirst} throttled at first, ` +
        `${throttledLater} later, ${late} that the machine held up, Redis away ${reports.map(({ away }) => away).join(" ")} times, ${perThousand} commands of Redis for 1,000 calls`,
    );
    assert.deepEqual(
      reports.flatMap(({ failed }) => failed),
      [],
    );
    assert.ok(throttledLater <= late, `${throttledLater} throttled`);
    assert.ok(max <= tolerated, `${max} in a second`);
    for (const share of shares) assert.ok(Math.abs(share - 0.25) <= 0.03, `a share of ${share}`);
    // What the machine can do in a second is what the four have done.
    assert.ok(later >= (0.8 * shared.length) / seconds, `${later} calls in a second, of three`);
  });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function evaluations(redis: TestRedis): Promise<number> {
  const stats = String(await redis.command("INFO", "commandstats"));
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

/** How many calls of a process can have arrived together because it, or the simulator, had not got its turn. */
function lateArrivals(times: number[], perSecond: number): number {
  let late = 0;
  for (const [n, time] of times.entries()) {
    const gap = n > 0 ? time - times[n - 1]! : 0;
    if (gap > usualGapMs) late += Math.ceil((gap * perSecond) / 1000);
  }
  return late;
}

function maxWithin(times: number[], milliseconds: number): number {
  let max = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= milliseconds) first++;
    max = Math.max(max, last - first + 1);
  }
  return max;
}
