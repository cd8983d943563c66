import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { FaultKind } from "../../lib/simulator/definition/fault";
import { LampFleet, lamps, names, reportIn, type ReportMessage } from "../support/fleet";
import { longRun } from "../support/long-run";
import { eventually, type TestFlow, unload } from "../support/nodes";

const count = 60;
const commands = ["InvokeThingService", "InvokeThingsService", "SetDeviceProperty", "SetDevicesProperty"];

const faultKinds: FaultKind[] = [
  "drop-before",
  "drop-after",
  "hang",
  "throttle",
  "server-error",
  "garbage",
  "wrong-clock",
  "xml",
];

type Act = "pause" | "resume" | "stop" | "cut" | "go";

const settings = fc.record({
  strategy: fc.constantFrom("single", "batch"),
  operation: fc.constantFrom("service", "properties"),
  delivery: fc.constantFrom("at-most-once", "at-least-once"),
  awaitReply: fc.boolean(),
  offline: fc.constantFrom("try", "skip"),
  canary: fc.constantFrom("", "5", "10%"),
  growth: fc.constantFrom(1, 2),
  stopAt: fc.constantFrom("", 0, 50, 100),
  stopAfter: fc.constantFrom(1, 10),
});
const faults = fc.array(
  fc.record({
    fault: fc.constantFrom(...faultKinds),
    probability: fc.constantFrom(0.05, 0.3, 1),
    times: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 4 },
);
const script = fc.array(
  fc.tuple(fc.constantFrom<Act>("pause", "resume", "resume", "cut", "go", "go", "stop"), fc.nat({ max: 40 })),
  { maxLength: 4 },
);

describe("a fleet on a platform with faults", function () {
  this.timeout(600_000);
  let fleet: LampFleet;
  before(async () => {
    const plan = (index: number): object =>
      index % 10 === 0 ? { isOffline: true } : index % 10 === 1 ? { code: 100001 } : { delayMs: index % 30 };
    fleet = await LampFleet.with({ ...lamps(count, plan), seed: 7 });
  });
  afterEach(() => unload());
  after(() => fleet.close());

  it("says of no device what the platform's record contradicts, and commands none twice", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(settings, faults, script, async (given, wrong, acts) => {
        const n = ++run;
        fleet.simulator.clearFaults();
        const flow = await fleet.flow(
          { ...given, timeout: 2, replyTimeout: 1, items: "payload", itemsType: "msg" },
          { rate: 500 },
          { timings: { first: 1 } },
        );
        for (const fault of wrong)
          for (const action of commands) fleet.simulator.addFault({ ...fault, action });
        const member = given.operation === "service" ? "n" : "Level";
        flow.send({ payload: { [member]: n }, devices: names(count), isReport: true });
        for (const [act, pause] of acts) {
          await new Promise((resolve) => setTimeout(resolve, pause));
          await perform(act, flow);
        }
        const isReport = ({ msg }: TestFlow["arrivals"][number]): boolean => "isReport" in msg;
        while (!flow.arrivals.some(isReport)) {
          // It may be paused.
          flow.send({ rollout: "resume" });
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        fleet.simulator.clearFaults();
        const { msg } = flow.arrivals.find(isReport)!;
        const entries = flow.entries.length;
        await unload();
        if (msg.error && msg.error.code !== "rollout-stopped") {
          const acted = fleet.simulator.executions.filter(({ args }) => args[member] === n);
          assert.deepEqual([msg.error.outcome, acted.length], ["not-sent", 0], msg.error.message);
          return;
        }
        const report = reportIn(msg);
        assert.equal(entries, count);
        await check(report, given, (args) => args[member] === n);
      }),
      { numRuns: longRun(40) },
    );
  });

  async function perform(act: Act, flow: TestFlow): Promise<void> {
    if (act === "cut")
      await fetch(`${fleet.simulator.endpoint}/_simulator/subscription/close`, {
        method: "POST",
        body: JSON.stringify({ cut: true }),
      });
    else if (act !== "go") flow.send({ rollout: act });
  }

  async function check(
    { payload }: ReportMessage,
    { delivery, awaitReply, operation }: Record<"delivery" | "operation", string> & { awaitReply: boolean },
    isOurs: (args: Readonly<Record<string, unknown>>) => boolean,
  ): Promise<void> {
    const acted = (): Map<string, number> => {
      const times = new Map<string, number>();
      for (const { deviceName, args } of fleet.simulator.executions)
        if (isOurs(args)) times.set(deviceName, (times.get(deviceName) ?? 0) + 1);
      return times;
    };
    const sure = payload.devices.filter(({ outcome }) => ["done", "failed", "accepted"].includes(outcome));
    await eventually(() => {
      const now = acted();
      return sure.every(({ deviceName, outcome }) => outcome === "accepted" || now.has(deviceName));
    }, 3000);
    const times = acted();
    for (const { deviceName, outcome, code } of payload.devices) {
      const shown = `${deviceName} is ${outcome} ${code}, and has acted ${times.get(deviceName) ?? 0} times`;
      if (delivery === "at-most-once") assert.ok((times.get(deviceName) ?? 0) <= 1, shown);
      if (["refused", "not-sent", "skipped"].includes(outcome)) assert.ok(!times.has(deviceName), shown);
      if (awaitReply) assert.notEqual(outcome, "accepted", shown);
      const at = Number(deviceName.slice(4)) % 10;
      if (at === 0) assert.ok(!["done", "failed"].includes(outcome), shown);
      if (at === 1 && operation === "service") assert.notEqual(outcome, "done", shown);
    }
  }
});
