import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Backoff, backoffTimings } from "../../lib/subscription/backoff";

/** Waits as the backoff says, and notes when each attempt is made. */
function attempts(random: () => number, refused: boolean[], resets: boolean[] = []): number[] {
  let now = 1_000_000;
  const backoff = new Backoff(backoffTimings, () => now, random);
  return refused.map((isRefused, index) => {
    backoff.attempt();
    const at = now;
    if (resets[index]) backoff.reset();
    now += backoff.next(isRefused);
    return at;
  });
}

const gaps = (times: number[]): number[] => times.slice(1).map((time, index) => time - times[index]!);

describe("the time between attempts to connect", () => {
  it("is less than a second at first, and up to a minute after many", () => {
    const maxGaps = gaps(attempts(() => 0.999999, Array<boolean>(12).fill(false)));
    assert.deepEqual(maxGaps.slice(0, 4), [1000, 1800, 3400, 6600]);
    assert.ok(maxGaps.slice(8).every((gap) => gap > 59_000 && gap <= 60_000));
    const shortest = gaps(attempts(() => 0, Array<boolean>(12).fill(false)));
    assert.ok(shortest.every((gap) => gap >= 200));
  });

  it("is a minute at least after a refusal, and grows to some minutes", () => {
    const shortest = gaps(attempts(() => 0, Array<boolean>(8).fill(true)));
    assert.deepEqual(shortest, [60_000, 120_000, 240_000, 300_000, 300_000, 300_000, 300_000]);
    const maxGaps = gaps(attempts(() => 1, Array<boolean>(8).fill(true)));
    assert.ok(maxGaps.every((gap) => gap <= 375_000));
  });

  it("is reset once a connection has lasted", () => {
    const times = attempts(() => 1, Array<boolean>(8).fill(false), [false, false, false, false, false, true]);
    assert.equal(gaps(times)[5], 1000);
  });

  it("never allows more than 20 attempts in any minute, whatever happens", () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 21, maxLength: 200 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (resets, stream) => {
          const times = attempts(
            () => stream.next().value as number,
            resets.map(() => false),
            resets,
          );
          for (let index = 20; index < times.length; index++) {
            assert.ok(times[index]! - times[index - 20]! >= 60_000);
          }
        },
      ),
    );
  });
});
