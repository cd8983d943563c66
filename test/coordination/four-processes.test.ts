import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isFull } from "../support/long-run";
import { TestRedis } from "../support/redis";
import { firstLine } from "../support/simulator";
import type { MemberReport, MemberTask } from "./member-process";

const rate = 500;
const seconds = isFull ? 60 : 4;
const takeoverMs = 3000;

interface Execution {
  at: number;
  args: { DurationMs: number };
}

describe(`four Node-REDs with one account of ${rate} calls a second, each of which wants 400`, function () {
  this.timeout((seconds + 60) * 1000);
  // Six processes need their turn every few milliseconds, which a busy machine may not give them.
  this.retries(2);
  let redis: TestRedis;
  let simulator: ChildProcess;
  let members: ChildProcess[];

  beforeEach(() => {
    members = [];
  });

  afterEach(async () => {
    await Promise.all([...members, simulator].map(end));
    await redis.stop();
  });

  it("share it in equal parts, and when one is killed, the others take its part", async () => {
    redis = await TestRedis.start();
    const cli = path.resolve(__dirname, "../../lib/simulator/cli.js");
    simulator = fork(cli, ["--port", "0"], { stdio: ["ignore", "pipe", "ignore", "ipc"] });
    const { endpoint, ...key } = JSON.parse(await firstLine(simulator)) as Record<string, string>;
    const executions = async (): Promise<Execution[]> => {
      const response = await fetch(`${endpoint}/_simulator/executions`);
      return (await response.json()) as Execution[];
    };
    for (let number = 0; number < 4; number++) {
      const task = { redisPort: redis.port, endpoint: endpoint!, key, number, callsPerSecond: 400, rate };
      members.push(
        fork(path.join(__dirname, "member-process.js"), [JSON.stringify(task satisfies MemberTask)]),
      );
      await once(members[number]!, "message");
    }
    const before = await evaluations(redis);
    for (const member of members) member.send("begin");
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

    const shares = [0, 1, 2, 3].map(
      (number) => shared.filter(({ args }) => args.DurationMs === number).length / shared.length,
    );
    const max = maxWithin(
      all.map(({ at }) => at),
      1000,
    );
    const later = all.filter(
      ({ at }) => at >= killedAt + takeoverMs && at < killedAt + takeoverMs + 1000,
    ).length;
    const perThousand = Math.round((1000 * commands) / shared.length);
    console.log(
      `      at most ${max} in a second, ${Math.round(shared.length / seconds)} on average, ` +
        `shares ${shares.map((share) => (100 * share).toFixed(1)).join(" ")} %, ` +
        `${later} in a second after the takeover, ${perThousand} commands of Redis for 1,000 calls`,
    );
    assert.deepEqual(
      reports.flatMap(({ failed }) => failed),
      [],
    );
    assert.ok(max <= 1.05 * rate, `${max} in a second`);
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

function maxWithin(times: number[], milliseconds: number): number {
  let max = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= milliseconds) first++;
    max = Math.max(max, last - first + 1);
  }
  return max;
}
