import type { Name } from "./contenders";
import { race, ratios } from "./race";

/** The node is to make at least this share of the calls that a bare loop and the flow in sequence could make. */
const minOfLimit = 0.8;
const names: Name[] = ["bare-http", "bare-undici", "pass", "own"];

/**
 * A short form of the bench that says yes or no. Where it says no it is run once more, since something else that the
 * machine did may have met the contenders unequally; a node that is too slow is so both times.
 * @returns whether the node is fast enough
 */
export async function isFastEnough(say: (line: string) => void): Promise<boolean> {
  return (await isFastNow(say)) || isFastNow(say);
}

/** A ratio of each round, and the median of many. */
async function isFastNow(say: (line: string) => void): Promise<boolean> {
  const { lanes } = await race(
    { scheme: "http", names, levels: [64], rounds: 21, milliseconds: 300, warmUp: 60_000, memoryAfter: 0 },
    say,
  );
  const failures = lanes.reduce((sum, lane) => sum + lane.failures, 0);
  const { ofLimit, ofLimitSpread, cpuOfLimit } = ratios({ lanes }, 64);
  const spread = Math.round(ofLimitSpread * 100);
  console.log(
    `${ofLimit.toFixed(2)} ± ${spread} % of the limit, at least ${minOfLimit} wanted; ${cpuOfLimit.toFixed(2)} of its CPU; ${failures} calls failed`,
  );
  return failures === 0 && ofLimit >= minOfLimit;
}
