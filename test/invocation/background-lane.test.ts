import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { Cancellation } from "../../lib/base/cancellation";
import type { Failure } from "../../lib/base/failure";
import { rateMargins } from "../../lib/base/rate-margins";
import type { PermitSource } from "../../lib/invocation/background-lane";
import { Governor, type Permit, type Quota } from "../../lib/invocation/governor";

const quota: Quota = { rate: 500, concurrency: 64, queueLimit: 10000, queueTtl: 0 };

describe("the background lane of a quota", () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => clock.restore());

  /** Makes calls that end when they have begun, and writes down when. */
  function calls(source: PermitSource, count: number, name: string, begun: string[], ms = 0): void {
    for (let n = 0; n < count; n++) {
      const entering = source.enter().then((permit) => {
        begun.push(name);
        setTimeout(() => permit.release(), ms);
      });
      entering.catch(() => undefined);
    }
  }

  it("uses all that nobody else asks for", async () => {
    const governor = new Governor(quota);
    const begun: string[] = [];
    calls(governor.background, 1000, "lamp", begun);
    const idealMs = 2000 / rateMargins.background;
    await clock.tickAsync(idealMs - 30);
    assert.ok(begun.length < 1000);
    await clock.tickAsync(50);
    assert.equal(begun.length, 1000);
  });

  it("gets every second start while others wait", async () => {
    const governor = new Governor(quota);
    const begun: string[] = [];
    calls(governor.background, 500, "lamp", begun);
    calls(governor, 500, "other", begun);
    await clock.tickAsync(2030);
    assert.equal(begun.length, 1000);
    for (let at = 2; at < 990; at += 10) {
      const lamps = begun.slice(at, at + 10).filter((name) => name === "lamp").length;
      assert.equal(lamps, 5, begun.slice(at, at + 10).join());
    }
  });

  it("is not kept out by others that always come when a start is free", async () => {
    const governor = new Governor({ ...quota, rate: 100 });
    const begun: string[] = [];
    const waiting = new Cancellation();
    const lamp = async (): Promise<void> => {
      while (!waiting.aborted) {
        const permit = await governor.background.enter(waiting);
        begun.push("lamp");
        permit.release();
      }
    };
    void lamp().catch(() => undefined);
    for (let ms = 0; ms < 1000; ms += 1) {
      const permit = governor.enterNow();
      if (permit) {
        begun.push("other");
        permit.release();
      } else if (governor.waiting === governor.background.waiting) calls(governor, 1, "other", begun);
      await clock.tickAsync(1);
    }
    waiting.abort();
    const lamps = begun.filter((name) => name === "lamp").length;
    assert.ok(Math.abs(lamps - begun.length / 2) <= 2, `${lamps} of ${begun.length}`);
    assert.ok(begun.length >= 97 && begun.length <= 103);
  });

  it("a call of another node finds a start within some milliseconds, however slow the devices of the lane are", async () => {
    const governor = new Governor(quota);
    calls(governor.background, 1000, "lamp", [], 8000);
    await clock.tickAsync(3000);
    for (let n = 0; n < 50; n++) {
      const asked = performance.now();
      let waited: number | undefined;
      void governor.enter().then((permit) => {
        waited = performance.now() - asked;
        permit.release();
      });
      await clock.tickAsync(5);
      assert.ok(waited !== undefined && waited <= 4, `waited ${waited} ms`);
      await clock.tickAsync(13);
    }
    governor.close();
  });

  it("holds at most so many in flight that others find some free, and one where there is only one", async () => {
    const samples = fc.integer({ min: 1, max: 300 });
    await fc.assert(
      fc.asyncProperty(samples, async (concurrency) => {
        const governor = new Governor({ ...quota, rate: 1_000_000, concurrency });
        const begun: string[] = [];
        calls(governor.background, 400, "lamp", begun, 1_000_000);
        await clock.tickAsync(100);
        assert.ok(begun.length >= 1);
        if (concurrency > 1) {
          assert.ok(begun.length < concurrency);
          assert.ok(begun.length >= Math.floor((concurrency * 7) / 8) - 1);
          assert.ok(governor.enterNow(), "none is left for others");
        }
        governor.close();
      }),
      { numRuns: 50 },
    );
  });

  it("calls leave it at once when they are cancelled, and closing ends all that wait, as not sent", async () => {
    const governor = new Governor({ ...quota, concurrency: 2 });
    const held: Permit = await governor.background.enter();
    const cancelled = new Cancellation();
    const outcomes: string[] = [];
    const note = (failure: Failure): void => void outcomes.push(`${failure.code} ${failure.outcome}`);
    governor.background.enter(cancelled).catch(note);
    governor.background.enter().catch(note);
    assert.equal(governor.background.waiting, 2);
    cancelled.abort();
    await clock.tickAsync(0);
    assert.equal(governor.background.waiting, 1);
    governor.close();
    await clock.tickAsync(0);
    assert.deepEqual(outcomes, ["closed not-sent", "closed not-sent"]);
    await governor.background.enter().catch(note);
    assert.equal(outcomes.length, 3);
    held.release();
    held.release();
    assert.equal(governor.inFlight, 0);
  });
});
