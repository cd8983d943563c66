import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import path from "node:path";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import { Simulator } from "../../lib/simulator/simulator";
import { longRun } from "../support/long-run";
import { TestRedis } from "../support/redis";
import type { GroupReport, GroupTask } from "./group-process";

const calls = longRun(10_000);
const cuts = longRun(20);
const devices = 20;
const processes = 4;

const int = (identifier: string): object => ({
  identifier,
  name: identifier,
  dataType: { type: "int", specs: {} },
});

/** Lamps that answer after a while each, one of them before the platform has answered the call. */
const homeDefinition: SimulatorDefinition = {
  products: [
    {
      productKey: "a1BwAGV0001",
      thingModel: {
        profile: { productKey: "a1BwAGV0001" },
        services: [
          {
            identifier: "Blink",
            name: "Blink",
            callType: "async",
            inputData: [int("n")],
            outputData: [int("n")],
          },
        ],
      },
      devices: Array.from({ length: devices }, (_none, n) => ({
        deviceName: `light${n}`,
        status: "ONLINE" as const,
        services: {
          Blink: {
            ...(n === 0 ? { reply: "before" as const } : { delayMs: 50 + ((n * 37) % 20) * 50 }),
            data: '{ "n": args.n }',
          },
        },
      })),
    },
  ],
};

describe(`${calls} asynchronous calls of ${processes} processes in one consumer group`, function () {
  this.timeout(300_000);
  let redis: TestRedis;
  let simulator: Simulator;
  let members: ChildProcess[];

  beforeEach(() => {
    members = [];
  });

  afterEach(async () => {
    await Promise.all(members.map(end));
    await simulator.close();
    await redis.stop();
  });

  it("get each its own reply, none twice, none lost", async () => {
    redis = await TestRedis.start();
    simulator = await Simulator.start({ definition: homeDefinition, amqpTimes: { redeliverMs: 1000 } });
    const { endpoint, accessKeyId, accessKeySecret } = simulator;
    const amqpEndpoint = await simulator.openAmqp();
    const progress = new EventEmitter();
    let settled = 0;
    let ended = 0;
    for (let number = 0; number < processes; number++) {
      const task: GroupTask = {
        redisPort: redis.port,
        endpoint,
        amqpEndpoint,
        key: { accessKeyId, accessKeySecret },
        from: (number * calls) / processes,
        calls: calls / processes,
        devices,
      };
      const member = fork(path.join(__dirname, "group-process.js"), [JSON.stringify(task)]);
      members.push(member);
      await once(member, "message");
      member.on("message", (message) => {
        if (message === "settled") settled++;
        else if (message === "all") ended++;
        progress.emit("moved");
      });
    }
    const reached = async (isReached: () => boolean): Promise<void> => {
      while (!isReached()) await once(progress, "moved");
    };
    simulator.subscription.disturb({ kind: "duplicate", probability: 0.1 });
    simulator.subscription.disturb({ kind: "reorder", probability: 0.5 });
    for (const member of members) member.send("begin");
    for (let cut = 1; cut <= cuts; cut++) {
      await reached(() => settled >= (cut * calls) / (cuts * 1.5));
      simulator.subscription.closeConnections({ cut: cut % 3 !== 0 });
      if (cut !== Math.ceil(cuts / 3) && cut !== cuts) continue;
      await redis.kill();
      await redis.startAgain();
    }
    await reached(() => ended === processes);
    const reports = await Promise.all(
      members.map(async (member) => {
        member.send("end");
        const [report] = (await once(member, "message")) as [GroupReport];
        return report;
      }),
    );

    assert.deepEqual(
      reports.flatMap(({ failed }) => failed),
      [],
    );
    const answered = reports.flatMap((report) => report.answered);
    assert.deepEqual(
      answered.toSorted((a, b) => a - b),
      Array.from({ length: calls }, (_none, n) => n),
    );
    assert.equal(simulator.executions.length, calls);
    const heard = reports.flatMap((report) => report.heard);
    const copies = heard.length - new Set(heard).size;
    console.log(`      ${heard.length} messages in flows, ${copies} of them copies`);
    // Copies that another one has received while Redis was away; 7 % are copies that another one receives.
    assert.ok(copies <= (calls * 3) / 100, `${copies} copies`);
  });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
