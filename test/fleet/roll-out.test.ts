import assert from "node:assert/strict";
import type { FleetOutcome } from "../../lib/fleet/ended";
import { ProgressWriter, readProgress } from "../../lib/fleet/keep/progress-text";
import type { RollOutPlan } from "../../lib/fleet/plan";
import type { Progress } from "../../lib/fleet/roll-out-state";
import { stopped } from "../../lib/fleet/steps";
import { devices, FakeRollOut, FakeStrategy, plainPlan } from "./fake-fleet";

/** Turns of the event loop, in which a roll-out makes devices ready. */
async function turns(count = 20): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

/** Ends each device as soon as it is commanded. */
function quick(outcomeOf: (index: number) => FleetOutcome, perCall = 1): FakeStrategy {
  const strategy = new FakeStrategy(perCall);
  strategy.onCommand = (index) => queueMicrotask(() => strategy.end(index, outcomeOf(index)));
  return strategy;
}

function roll(count: number, plan: Partial<RollOutPlan>, strategy: FakeStrategy): FakeRollOut {
  return new FakeRollOut(devices(count), { ...plainPlan, ...plan }, strategy);
}

describe("roll-out", () => {
  it("of no devices ends at once, with nothing to report", async () => {
    const fleet = roll(
      0,
      { canary: { devices: 10 } },
      quick(() => "done"),
    );
    assert.deepEqual(await fleet.run(), { kind: "ended", stopped: undefined });
    assert.equal(fleet.sum, 0);
  });

  it("commands each device once, in order, and no more at a time than may be under way", async () => {
    const strategy = new FakeStrategy();
    const fleet = roll(200, {}, strategy);
    const running = fleet.run();
    let max = 0;
    while (!fleet.end && fleet.sum < 200) {
      await turns(3);
      max = Math.max(max, strategy.underWay.size);
      for (const index of [...strategy.underWay.keys()].slice(0, 7)) strategy.end(index, "done");
    }
    await running;
    assert.deepEqual(
      strategy.commanded,
      devices(200).map((_device, index) => index),
    );
    assert.equal(max, strategy.maxUnderWay);
    assert.equal(fleet.state.counts.done, 200);
  });

  it("a canary that fails stops it at exactly the devices of the canary", async () => {
    for (const bad of ["failed", "refused", "unknown"] as const) {
      const strategy = quick((index) => (index === 3 ? bad : "done"));
      const fleet = roll(1000, { canary: { devices: 25 } }, strategy);
      const end = await fleet.run();
      assert.equal(end.kind === "ended" && end.stopped?.code, "rollout-stopped");
      assert.equal(strategy.commanded.length, 25);
      const { done, notSent } = fleet.state.counts;
      assert.deepEqual([done, fleet.state.counts[bad], notSent], [24, 1, 975]);
      assert.ok(fleet.streamed.slice(25).every(([, { code }]) => code === "rollout-stopped"));
    }
  });

  it("a canary is judged when all of it has ended, and not before", async () => {
    const strategy = new FakeStrategy();
    const fleet = roll(100, { canary: { devices: 20 }, stopAt: 10, stopAfter: 1 }, strategy);
    const running = fleet.run();
    await turns();
    for (let index = 0; index < 19; index++) strategy.end(index, index < 2 ? "failed" : "done");
    await turns();
    assert.equal(strategy.commanded.length, 20);
    assert.equal(fleet.sum, 19);
    strategy.end(19, "done");
    const end = await running;
    assert.ok(end.kind === "ended" && end.stopped);
    assert.deepEqual([strategy.commanded.length, fleet.state.counts.notSent], [20, 80]);
  });

  it("a canary with fewer failures than stopAt goes on; devices that only accepted are well", async () => {
    const strategy = quick((index) => (index < 1 ? "failed" : "accepted"));
    const fleet = roll(60, { canary: { percent: 50 }, stopAt: 10, stopAfter: 10 }, strategy);
    assert.deepEqual(await fleet.run(), { kind: "ended", stopped: undefined });
    assert.deepEqual([fleet.state.counts.accepted, fleet.state.counts.failed], [59, 1]);
  });

  it("goes on in steps that grow, each when the one before has ended", async () => {
    for (const [growth, expected] of [
      [2, [4, 12, 28, 60, 100]],
      [1.5, [4, 10, 19, 33, 54, 86, 100]],
      [1, [4, 100]],
    ] as const) {
      const strategy = new FakeStrategy();
      Object.assign(strategy, { maxUnderWay: 1000, chunk: 1000, maxWaiting: 1000 });
      const fleet = roll(100, { canary: { devices: 4 }, growth }, strategy);
      const running = fleet.run();
      const reached: number[] = [];
      while (reached.at(-1) !== 100) {
        await turns();
        reached.push(strategy.commanded.length);
        for (const index of strategy.underWay.keys()) strategy.end(index, "done");
      }
      await running;
      assert.deepEqual(reached, expected);
    }
  });

  it("stopped, it is stopping until it ends, and knows what is in flight: not what waits or has ended", async () => {
    for (const perCall of [1, 3]) {
      const strategy = new FakeStrategy(perCall);
      const fleet = roll(100, { growth: 1, canary: { devices: 9 } }, strategy);
      let notices = 0;
      fleet.state.onStopping = () => notices++;
      const running = fleet.run();
      await turns();
      assert.deepEqual([fleet.state.isStopping, fleet.state.inFlight, notices], [false, 9, 0]);
      strategy.end(0, "done");
      strategy.end(1, "refused");
      assert.equal(fleet.state.inFlight, 7);
      fleet.rollOut.stop(stopped({ key: "enough" }));
      assert.deepEqual([fleet.state.isStopping, fleet.state.inFlight, notices], [true, 7, 1]);
      for (let left = 6; left >= 0; left--) {
        strategy.end(8 - left, "done");
        assert.deepEqual([fleet.state.isStopping, fleet.state.inFlight], [true, left]);
      }
      await running;
      assert.deepEqual([fleet.sum, fleet.state.inFlight, notices], [100, 0, 1]);
    }
  });

  it("whatever stops it says so at once: failures, a message, progress that cannot be stored", async () => {
    const stops: [name: string, fleet: FakeRollOut, act: () => void][] = [];
    const failing = new FakeStrategy();
    const byFailures = roll(30, { stopAt: 10, stopAfter: 2 }, failing);
    stops.push(["failures", byFailures, () => [0, 1].forEach((index) => failing.end(index, "failed"))]);
    const byMessage = roll(30, {}, new FakeStrategy());
    stops.push(["message", byMessage, () => byMessage.rollOut.stop(stopped({ key: "enough" }))]);
    let isFull = false;
    const keep = async (): Promise<void> => {
      if (isFull) throw new Error("The disk is full.");
    };
    const kept = new FakeRollOut(devices(30), plainPlan, new FakeStrategy(), { keep });
    const fill = (): void => {
      isFull = true;
      kept.rollOut.pause();
    };
    stops.push(["storing", kept, fill]);
    for (const [name, fleet, act] of stops) {
      let notices = 0;
      fleet.state.onStopping = () => notices++;
      const running = fleet.run();
      await turns();
      act();
      await turns();
      const { isStopping, inFlight } = fleet.state;
      assert.deepEqual([isStopping, inFlight, notices], [true, fleet.strategy.underWay.size, 1], name);
      assert.ok(inFlight > 0, name);
      for (const index of fleet.strategy.underWay.keys()) fleet.strategy.end(index, "done");
      await running;
    }
  });

  it("stops within a step when too many have failed, once enough have ended", async () => {
    const strategy = quick((index) => (index % 10 === 9 ? "refused" : "done"));
    const fleet = roll(1000, { stopAt: 5, stopAfter: 100 }, strategy);
    const end = await fleet.run();
    assert.ok(end.kind === "ended" && end.stopped);
    assert.ok(strategy.commanded.length >= 100 && strategy.commanded.length <= 100 + strategy.maxUnderWay);
    assert.equal(fleet.sum, 1000);
    assert.equal(fleet.state.counts.notSent, 1000 - strategy.commanded.length);
  });

  it("what was not sent or skipped is no failure, and another device takes its turn in the canary", async () => {
    const strategy = quick((index) => (index % 3 === 0 ? "not-sent" : "done"));
    const list = devices(100).map((device, index) =>
      index === 1 ? { ...device, problem: stopped({ key: "wrong" }) } : device,
    );
    const fleet = new FakeRollOut(list, { ...plainPlan, canary: { devices: 10 }, growth: 1 }, strategy, {
      online: (some) => Promise.resolve(some.map(({ deviceName }) => deviceName !== "lamp2")),
    });
    const commandedOk = (): number => strategy.commanded.filter((index) => index % 3 !== 0).length;
    let atTenth = 0;
    const quickly = strategy.onCommand;
    strategy.onCommand = (index) => {
      quickly(index);
      if (commandedOk() === 10 && atTenth === 0) atTenth = fleet.state.counts.done;
    };
    assert.deepEqual(await fleet.run(), { kind: "ended", stopped: undefined });
    assert.equal(atTenth, 9);
    assert.equal(fleet.state.counts.skipped, 1);
    assert.equal(fleet.state.entryOf(1)?.message, "wrong");
    assert.equal(fleet.sum, 100);
    assert.ok(!strategy.commanded.includes(1) && !strategy.commanded.includes(2));
  });

  it("is paused and resumed without a loss, and while it is paused nothing is sent", async () => {
    const strategy = new FakeStrategy();
    const fleet = roll(100, {}, strategy);
    const running = fleet.run();
    await turns();
    fleet.rollOut.pause();
    const before = strategy.commanded.length;
    await turns();
    for (const index of strategy.underWay.keys()) strategy.end(index, "done");
    await turns();
    assert.equal(strategy.commanded.length, before);
    assert.equal(fleet.sum, before);
    fleet.rollOut.resume();
    while (fleet.sum < 100) {
      await turns();
      for (const index of strategy.underWay.keys()) strategy.end(index, "done");
    }
    await running;
    assert.equal(new Set(strategy.commanded).size, 100);
    assert.equal(strategy.commanded.length, 100);
  });

  it("is stopped by hand: what runs ends as it does, and the rest is not sent", async () => {
    const strategy = new FakeStrategy();
    const fleet = roll(100, {}, strategy);
    const running = fleet.run();
    await turns();
    fleet.rollOut.stop(stopped({ key: "by hand" }));
    const sent = strategy.underWay.size;
    await turns();
    assert.equal(fleet.end, undefined);
    for (const index of strategy.underWay.keys()) strategy.end(index, "done");
    const end = await running;
    assert.ok(end.kind === "ended" && end.stopped);
    assert.deepEqual([fleet.state.counts.done, fleet.state.counts.notSent], [sent, 100 - sent]);
  });

  it("ends when the node closes: unknown what was under way, not sent the rest", async () => {
    const strategy = new FakeStrategy();
    const fleet = roll(100, {}, strategy);
    const running = fleet.run();
    await turns();
    const sent = strategy.underWay.size;
    assert.ok(sent > 0);
    fleet.closing.abort();
    const end = await running;
    assert.ok(end.kind === "ended" && end.stopped?.code === "rollout-stopped");
    assert.deepEqual([fleet.state.counts.unknown, fleet.state.counts.notSent], [sent, 100 - sent]);
  });

  it("keeps its pace, in calls for many devices as well", async () => {
    for (const [perCall, pace] of [
      [1, 200],
      [100, 150],
    ] as const) {
      const strategy = quick(() => "done", perCall);
      const times: number[] = [];
      const ends = strategy.onCommand;
      strategy.onCommand = (index) => {
        times.push(performance.now());
        ends(index);
      };
      Object.assign(strategy, { maxUnderWay: 1000, chunk: 500 });
      const fleet = roll(pace + 20, { pace }, strategy);
      await fleet.run();
      // No second has more than its share, but for the lateness of a timer.
      for (let at = pace; at < times.length; at++) {
        assert.ok(times[at]! - times[at - pace]! >= 990, `${times[at]! - times[at - pace]!} ms`);
      }
    }
  });

  it("a strategy that forgets a device, or throws, ends it as unknown", async () => {
    for (const isThrown of [true, false]) {
      const strategy = new FakeStrategy();
      strategy.carryOut = async (_indexes, run) => {
        run.begun();
        await Promise.resolve();
        if (isThrown) throw new Error("a bug");
      };
      const fleet = roll(30, {}, strategy);
      await fleet.run();
      assert.equal(fleet.state.counts.unknown, 30);
      const [, ended] = fleet.streamed[0]!;
      assert.equal(ended.code, "internal-error");
    }
  });

  describe("that Node-RED is killed after", () => {
    let kept = "";
    const writer = new ProgressWriter();
    const keep = (progress: Progress): Promise<void> => {
      kept = writer.text(progress);
      return Promise.resolve();
    };
    const again = (): FakeRollOut =>
      new FakeRollOut(devices(100), plainPlan, new FakeStrategy(), { keep }, readProgress(kept, 100));

    async function killedAfter(steer: (fleet: FakeRollOut) => void): Promise<number> {
      const fleet = new FakeRollOut(devices(100), plainPlan, new FakeStrategy(), { keep });
      void fleet.run();
      await turns();
      steer(fleet);
      await turns();
      return fleet.strategy.commanded.length;
    }

    it("a message has stopped it commands no more devices, and says why", async () => {
      const commanded = await killedAfter((fleet) => fleet.rollOut.stop(stopped({ key: "by hand" })));
      const fleet = again();
      const end = await fleet.run();
      assert.ok(end.kind === "ended" && end.stopped);
      assert.deepEqual([end.stopped.code, end.stopped.text], ["rollout-stopped", "by hand"]);
      assert.equal(fleet.strategy.commanded.length, 0);
      const { unknown, notSent } = fleet.state.counts;
      assert.ok(unknown >= commanded && unknown + notSent === 100, JSON.stringify(fleet.state.counts));
    });

    it("a message has paused it stays paused until it is resumed", async () => {
      await killedAfter((fleet) => fleet.rollOut.pause());
      const fleet = again();
      void fleet.run();
      await turns();
      assert.equal(fleet.strategy.commanded.length, 0);
      fleet.rollOut.resume();
      await turns();
      assert.ok(fleet.strategy.commanded.length > 0);
    });
  });
});
