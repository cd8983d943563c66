import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { FleetOutcome } from "../../lib/fleet/ended";
import { orderText, readOrder } from "../../lib/fleet/keep/order-text";
import { ProgressWriter, readProgress } from "../../lib/fleet/keep/progress-text";
import type { RollOutPlan } from "../../lib/fleet/plan";
import type { Progress } from "../../lib/fleet/roll-out-state";
import { stopped } from "../../lib/fleet/steps";
import { devices, FakeRollOut, FakeStrategy } from "./fake-fleet";

const outcomes: FleetOutcome[] = [
  "done",
  "done",
  "done",
  "accepted",
  "not-sent",
  "refused",
  "failed",
  "unknown",
];

type Act = "end" | "pause" | "resume" | "stop" | "close" | "crash" | "save-fails";

const plan: fc.Arbitrary<RollOutPlan> = fc.record({
  canary: fc.option(
    fc.oneof(
      fc.record({ devices: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
    ),
    { nil: undefined },
  ),
  growth: fc.constantFrom(1, 1.5, 2, 10),
  stopAt: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  stopAfter: fc.integer({ min: 1, max: 30 }),
});

const acts: fc.Arbitrary<Act> = fc.constantFrom(
  "end",
  "end",
  "end",
  "end",
  "end",
  "pause",
  "resume",
  "stop",
  "close",
  "crash",
);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const words = (text: string | { key: string }): string => (typeof text === "string" ? text : text.key);

/** A context store that outlives a crash, and the process that dies in it. */
class Disk {
  text: string | undefined;
  async write(text: string, isAlive: () => boolean): Promise<void> {
    await turn();
    if (!isAlive()) return new Promise(() => undefined);
    this.text = text;
  }
}

describe("a roll-out, whatever happens", () => {
  it("ends each device once, commands none twice, and its numbers add up", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 120 }),
        plan,
        fc.array(fc.tuple(acts, fc.nat(), fc.integer({ min: 0, max: 4 })), { maxLength: 60 }),
        fc.constantFrom(1, 3, 10),
        fc.boolean(),
        fc.array(fc.nat({ max: 119 }), { maxLength: 5 }),
        async (count, given, script, perCall, isKept, wrong) => {
          const list = devices(count).map((device, index) =>
            wrong.includes(index) ? { ...device, problem: stopped({ key: "wrong" }) } : device,
          );
          const disk = new Disk();
          const commanded: number[] = [];
          let isAlive = true;
          let crashes = 0;
          let earlier = 0;
          const begin = (before?: Progress): FakeRollOut => {
            const strategy = new FakeStrategy(perCall);
            strategy.onCommand = (index) => commanded.push(index);
            const writer = new ProgressWriter();
            const keep = (progress: Progress): Promise<void> =>
              disk.write(writer.text(progress), () => isAlive);
            return new FakeRollOut(list, given, strategy, isKept ? { keep } : {}, before);
          };
          let fleet = begin();
          let running = fleet.run();
          const restart = (): void => {
            isAlive = true;
            const text = orderText(
              { service: "S", shared: undefined, isConfirmed: false, startedAt: 1, msg: {}, devices: list },
              words,
            );
            assert.equal(readOrder(text)!.devices.length, count);
            const before = disk.text === undefined ? undefined : readProgress(disk.text, count);
            assert.ok(disk.text === undefined || before, "what was kept cannot be read");
            earlier += fleet.streamed.length;
            fleet = begin(before);
            running = fleet.run();
          };
          const endOne = (pick: number): void => {
            const open = [...fleet.strategy.underWay.keys()];
            const index = open[pick % (open.length || 1)];
            if (index !== undefined) fleet.strategy.end(index, outcomes[pick % outcomes.length]!);
          };
          for (const [act, pick, turns] of script) {
            if (fleet.end && fleet.end.kind !== "kept") break;
            if (act === "end") for (let n = 0; n < 4; n++) endOne(pick + n);
            if (act === "pause") fleet.rollOut.pause();
            if (act === "resume") fleet.rollOut.resume();
            if (act === "stop") fleet.rollOut.stop(stopped({ key: "by hand" }));
            if (act === "close" && pick % 3 === 0) {
              fleet.closing.abort();
              const end = await running;
              if (end.kind !== "kept") break;
              restart();
            }
            if (act === "crash" && isKept && pick % 3 === 0) {
              // The old one is left where it is, as a process that has been killed.
              isAlive = false;
              crashes++;
              fleet.rollOut.pause();
              await turn();
              fleet.rollOut.stop(stopped({ key: "dead" }));
              const known = disk.text === undefined ? undefined : readProgress(disk.text, count);
              restart();
              const { unknown } = fleet.state.counts;
              const before = known?.entries.filter((ended) => ended?.outcome === "unknown").length ?? 0;
              assert.ok(unknown - before <= fleet.strategy.maxUnderWay, `${unknown - before} unknown`);
            }
            for (let n = 0; n < turns; n++) await turn();
          }
          fleet.rollOut.resume();
          for (let n = 0; !fleet.end && n < 5000; n++) {
            endOne(n * 7);
            await turn();
          }
          const end = await running;
          assert.equal(end.kind, "ended");
          assert.equal(fleet.sum, count);
          assert.equal(fleet.state.all.filter((ended) => ended !== undefined).length, count);
          assert.equal(new Set(commanded).size, commanded.length, "a device was commanded twice");
          const streamed = fleet.streamed.map(([index]) => index);
          assert.equal(new Set(streamed).size, streamed.length, "a device was reported twice");
          if (crashes === 0) assert.equal(earlier + streamed.length, count);
          for (const index of wrong) if (index < count) assert.ok(!commanded.includes(index));
          if (end.kind === "ended" && !end.stopped) {
            const { notSent } = fleet.state.counts;
            const left = fleet.state.all.filter(
              (ended) => ended?.code === "rollout-stopped" && ended.message !== "wrong",
            );
            assert.equal(left.length, 0, `${notSent} not sent`);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
