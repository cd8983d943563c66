import assert from "node:assert/strict";
import { isDecided } from "../../bench/check";
import type { Name } from "../../bench/contenders";
import { type Lane, ratios } from "../../bench/race";

/** Lanes in which our node makes these shares of the limit, one a round, with either of two bare loops. */
function lanesOf(shares: readonly number[], undici = 100): Lane[] {
  const lane = (name: Name, callsPerSecond: number[]): Lane => ({
    name,
    inFlight: 64,
    callsPerSecond,
    cpuPerCall: callsPerSecond.map(() => 1),
    p50: [],
    p99: [],
    failures: 0,
    serverShare: 0,
  });
  const each = (rate: number): number[] => shares.map(() => rate);
  return [
    lane("bare-http", each(100)),
    lane("bare-undici", each(undici)),
    lane("pass", each(100)),
    lane(
      "own",
      shares.map((share) => share * 50),
    ),
  ];
}

const some = (count: number, share: number): number[] => Array.from({ length: count }, () => share);

describe("the check of the node's speed", () => {
  it("ends as soon as the rounds that are left cannot change the median", () => {
    assert.equal(isDecided(lanesOf(some(10, 0.9)), 0.8), false);
    assert.equal(isDecided(lanesOf(some(11, 0.9)), 0.8), true);
    assert.equal(isDecided(lanesOf(some(11, 0.7)), 0.8), true);
    assert.equal(isDecided(lanesOf([...some(10, 0.9), ...some(10, 0.7)]), 0.8), false);
    assert.equal(isDecided(lanesOf([...some(10, 0.7), ...some(11, 0.9)]), 0.8), true);
  });

  it("says what all rounds would have said", () => {
    for (const [enough, tooFew] of [
      [11, 0],
      [11, 9],
      [9, 11],
      [0, 11],
    ] as const) {
      const measured = [...some(enough, 0.9), ...some(tooFew, 0.7)];
      assert.ok(isDecided(lanesOf(measured), 0.8));
      for (const rest of [0.7, 0.9]) {
        const all = [...measured, ...some(21 - measured.length, rest)];
        const isFast = (shares: number[]): boolean => ratios({ lanes: lanesOf(shares) }, 64).ofLimit >= 0.8;
        assert.equal(isFast(measured), isFast(all));
      }
    }
  });

  it("takes the leanest loop that takes part for the limit", () => {
    const lanes = lanesOf(some(11, 0.9));
    const lean: Lane = { ...lanes[0]!, name: "lean", callsPerSecond: some(11, 200) };
    const { bare, ofLimit } = ratios({ lanes: [...lanes, lean] }, 64);
    assert.equal(bare, "lean");
    assert.equal(ofLimit.toFixed(3), (45 * (1 / 200 + 1 / 100)).toFixed(3));
    assert.equal(isDecided([...lanes, lean], 0.8), false);
    const alone = [lean, ...lanes.filter(({ name }) => name === "own" || name === "pass")];
    assert.equal(isDecided(alone, 0.7), true);
  });

  it("goes on where it depends on which bare loop is the leaner one", () => {
    // Beside the faster loop 0.76 of the limit, beside the slower one more.
    assert.equal(isDecided(lanesOf(some(11, 0.76), 80), 0.8), false);
  });
});
