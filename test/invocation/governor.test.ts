import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { Failure } from "../../lib/base/failure";
import { Governor, type Permit, type Quota } from "../../lib/invocation/governor";

const quota: Quota = { rate: 500, concurrency: 64, queueLimit: 10000, queueTtl: 0 };

describe("quota", () => {
  let clock: SinonFakeTimers;

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });

  afterEach(() => clock.restore());

  /** Enters many times at once; each call ends as soon as it has begun. Gives when they began. */
  function startTimes(governor: Governor, count: number): number[] {
    const times: number[] = [];
    for (let n = 0; n < count; n++) {
      void governor.enter().then((permit) => {
        times.push(performance.now());
        permit.release();
      });
    }
    return times;
  }

  it("spreads a burst evenly over the seconds", async () => {
    const governor = new Governor(quota);
    const times = startTimes(governor, 2000);
    await clock.tickAsync(4100);
    assert.equal(times.length, 2000);
    for (let start = 0; start < 4000; start += 10) {
      const inWindow = times.filter((time) => time >= start && time < start + 100).length;
      assert.ok(inWindow <= 60, `${inWindow} calls within 100 ms`);
    }
    assert.ok((times.at(-1) ?? 0) >= 3960, "faster than the rate");
  });

  it("allows no burst after the event loop was busy", () => {
    let time = 0;
    const governor = new Governor(
      quota,
      () => 0,
      () => time,
    );
    for (let n = 0; n < 1000; n++) {
      governor.enter().catch(() => undefined);
      time += 0.1;
    }
    assert.ok(governor.inFlight <= 4, `${governor.inFlight} calls begun in one turn`);
    governor.close();
  });

  it("slows down when throttled, and recovers", async () => {
    const governor = new Governor({ ...quota, rate: 100 });
    governor.slowDown(performance.now());
    await clock.tickAsync(5);
    const since = performance.now();
    for (let n = 0; n < 64; n++) governor.slowDown(since - 1 + (n === 0 ? 1 : 0));
    const slow = startTimes(governor, 1000);
    await clock.tickAsync(1000);
    assert.ok(slow.length >= 20 && slow.length <= 30, `${slow.length} calls in a second at a quarter of 100`);
    for (let n = 0; n < 40; n++) governor.speedUp();
    const before = slow.length;
    await clock.tickAsync(1000);
    const gained = slow.length - before;
    assert.ok(gained >= 95 && gained <= 105, `${gained} calls in a second at full pace`);
  });

  it("accepts a rate below one per second", async () => {
    const times = startTimes(new Governor({ ...quota, rate: 0.5 }), 3);
    await clock.tickAsync(10_000);
    assert.deepEqual(
      times.map((time) => Math.round(time / 100)),
      [0, 20, 40],
    );
  });

  it("keeps the order, also past those that gave up", async () => {
    const governor = new Governor({ ...quota, concurrency: 1 });
    const first = await governor.enter();
    const order: number[] = [];
    const aborts = Array.from({ length: 50 }, (_none, n) => {
      const abort = new AbortController();
      governor.enter(abort.signal).then(
        (permit) => {
          order.push(n);
          permit.release();
        },
        () => order.push(-n),
      );
      return abort;
    });
    for (const n of [3, 4, 49]) aborts[n]?.abort();
    assert.equal(governor.waiting, 47);
    first.release();
    await clock.tickAsync(1000);
    const gone = [-3, -4, -49];
    const taken = Array.from({ length: 50 }, (_none, n) => n).filter((n) => !gone.includes(-n));
    assert.deepEqual(order, [...gone, ...taken]);
    assert.deepEqual([governor.waiting, governor.inFlight], [0, 0]);
  });

  it("keeps nothing of the calls that gave up or expired while a server that hangs keeps every slot", async () => {
    const governor = new Governor({ ...quota, concurrency: 1, queueLimit: 10, queueTtl: 50 });
    await governor.enter();
    const signals: WeakRef<AbortSignal>[] = [];
    let refused = 0;
    // In a function of its own, so that no variable of this one holds a signal.
    const come = (): void => {
      const abort = new AbortController();
      signals.push(new WeakRef(abort.signal));
      governor.enter(abort.signal).catch((failure: Failure) => {
        refused++;
        assert.equal(failure.outcome, "not-sent");
      });
      if (signals.length % 3 === 0) abort.abort();
    };
    for (let n = 0; n < 20_000; n++) {
      come();
      await clock.tickAsync(20);
    }
    assert.equal(refused, signals.length - governor.waiting);
    assert.ok(governor.waiting <= 3, `${governor.waiting} wait`);
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
    const kept = signals.filter((signal) => signal.deref() !== undefined).length;
    assert.ok(kept <= 10, `${kept} of ${signals.length} calls are still in memory`);
    governor.close();
  });

  it("lets calls in by their order, whoever gives up, expires or finds no place", async () => {
    const step = fc.oneof(
      fc.constant({ kind: "enter" as const }),
      fc.record({ kind: fc.constant("abort" as const), which: fc.nat(20) }),
      fc.constant({ kind: "release" as const }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 10, 40) }),
    );
    const check = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const governor = new Governor({ rate: 1e6, concurrency: 2, queueLimit: 6, queueTtl: 60 });
      let next = 0;
      const aborts = new Map<number, AbortController>();
      const order: number[] = [];
      const permits: Permit[] = [];
      const ends: Promise<void>[] = [];
      for (const { kind, ...more } of steps) {
        if (kind === "enter") {
          const n = next++;
          const abort = new AbortController();
          aborts.set(n, abort);
          const end = governor.enter(abort.signal).then(
            (permit) => {
              order.push(n);
              permits.push(permit);
            },
            () => undefined,
          );
          ends.push(end.finally(() => aborts.delete(n)));
        } else if (kind === "abort") {
          const open = [...aborts.values()];
          open[("which" in more ? more.which : 0) % Math.max(open.length, 1)]?.abort();
        } else if (kind === "release") permits.shift()?.release();
        await clock.tickAsync("ms" in more ? more.ms : 0);
        assert.equal(governor.waiting, aborts.size);
        assert.ok(governor.waiting <= 6 && governor.inFlight <= 2);
      }
      governor.close();
      await Promise.all(ends);
      assert.equal(governor.waiting, 0);
      assert.deepEqual(
        order,
        [...order].sort((one, other) => one - other),
      );
    });
    await fc.assert(check, { numRuns: 200 });
  });

  it("gives a permit back once only", async () => {
    const governor = new Governor({ ...quota, concurrency: 1 });
    const permit = await governor.enter();
    permit.release();
    permit.release();
    await clock.tickAsync(10);
    const second = await governor.enter();
    assert.equal(governor.inFlight, 1);
    second.release();
  });

  it("ends all waiting calls when it closes, and accepts no more", async () => {
    const governor = new Governor({ ...quota, concurrency: 1 });
    await governor.enter();
    const ends = Array.from({ length: 3 }, () => governor.enter().then(codeOf, codeOf));
    governor.close();
    assert.deepEqual(await Promise.all(ends), ["closed not-sent", "closed not-sent", "closed not-sent"]);
    assert.equal(await governor.enter().then(codeOf, codeOf), "closed not-sent");
    assert.equal(clock.countTimers(), 0);
  });
});

function codeOf(end: Permit | Failure): string {
  return end instanceof Failure ? `${end.code} ${end.outcome}` : "took a permit";
}
