import type { Name } from "./contenders";
import { race, ratios } from "./race";

/** The node is to make at least this share of the calls that a bare loop and the flow in sequence could make. */
const leastOfLimit = 0.8;
const names: Name[] = ["bare-http", "bare-undici", "pass", "own"];

/**
 * A short form of the bench that says yes or no: a ratio of each round, and the median of many, so that whatever
 * else the machine does meets all contenders alike.
 * @returns whether the node is fast enough
 */
export async function isFastEnough(say: (line: string) => void): Promise<boolean> {
  const { lanes } = await race(
    { scheme: "http", names, levels: [64], rounds: 21, milliseconds: 300, warmUp: 60_000, memoryAfter: 0 },
    say,
  );
  const failures = lanes.reduce((sum, lane) => sum + lane.failures, 0);
  const { ofLimit, ofLimitSpread, cpuOfLimit } = ratios({ lanes }, 64);
  const spread = Math.round(ofLimitSpread * 100);
  console.log(
    `${ofLimit.toFixed(2)} ± ${spread} % of the limit, at least ${leastOfLimit} wanted; ${cpuOfLimit.toFixed(2)} of its CPU; ${failures} calls failed`,
  );
  return failures === 0 && ofLimit >= leastOfLimit;
}
