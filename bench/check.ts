import type { Name } from "./contenders";
import { bareLoops, type Lane, race, ratios } from "./race";

/**
 * The node is to make at least this share of the calls that the leanest loop and the flow in sequence could make, or to take
 * at most so many times their CPU. A machine that is busy with something else distorts the one or the other; a node that is
 * too slow misses both.
 */
const minOfLimit = 0.58;
const maxCpuOfLimit = 1.65;
const names: Name[] = ["lean", "pass", "own"];
const rounds = 21;
const inFlight = 64;

/**
 * A short form of the bench that says yes or no. Where it says no it is run once more, since something else that the
 * machine did may have met the contenders unequally; a node that is too slow is so both times.
 * @returns whether the node is fast enough
 */
export async function isFastEnough(say: (line: string) => void): Promise<boolean> {
  return (await isFastNow(say)) || isFastNow(say);
}

/**
 * Whether the median of all rounds is known to be on one side of the limit: as soon as more than half of them are,
 * whichever of the bare loops turns out to be the leaner one.
 */
export function isDecided(lanes: readonly Lane[], min = minOfLimit): boolean {
  const bares = bareLoops.filter((bare) => lanes.some(({ name }) => name === bare));
  const rate = (name: Name, round: number): number =>
    lanes.find((lane) => lane.name === name)?.callsPerSecond[round] ?? NaN;
  let enough = 0;
  let tooFew = 0;
  for (let round = 0; round < (lanes[0]?.callsPerSecond.length ?? 0); round++) {
    const shares = bares.map(
      (bare) => rate("own", round) * (1 / rate(bare, round) + 1 / rate("pass", round)),
    );
    if (shares.every((share) => share >= min)) enough++;
    if (shares.every((share) => share < min)) tooFew++;
  }
  return Math.max(enough, tooFew) > rounds / 2;
}

/** A ratio of each round, and the median of many. */
async function isFastNow(say: (line: string) => void): Promise<boolean> {
  const { lanes } = await race(
    {
      scheme: "http",
      names,
      levels: [inFlight],
      rounds,
      milliseconds: 300,
      warmUp: 60_000,
      memoryAfter: 0,
      isDecided: (found) => isDecided(found),
    },
    say,
  );
  const failures = lanes.reduce((sum, lane) => sum + lane.failures, 0);
  const { ofLimit, ofLimitSpread, cpuOfLimit } = ratios({ lanes }, inFlight);
  const spread = Math.round(ofLimitSpread * 100);
  console.log(
    `${ofLimit.toFixed(2)} ± ${spread} % of the limit, at least ${minOfLimit} wanted, or at most ${maxCpuOfLimit} of its CPU: ${cpuOfLimit.toFixed(2)}; ${failures} calls failed`,
  );
  return failures === 0 && (ofLimit >= minOfLimit || cpuOfLimit <= maxCpuOfLimit);
}
