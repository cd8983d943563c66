/**
 * Which share of a rate that the platform allows is used by those who keep to it for seconds or minutes. The platform counts calls
 * as they arrive, and calls that leave at an even pace arrive at an uneven one, so all of a rate would be throttled now and then.
 * Calls of flows need no margin: they come as the flow sends them, and whoever is throttled tries again.
 */
export const rateMargins = {
  /**
   * Roll-outs, at up to 500 calls a second. One call that is throttled halves the pace for a while, which costs more than
   * two per cent of it.
   */
  background: 0.98,
  /** Reads, at 5 to 500 calls a second. */
  reads: 0.98,
  /** Batches, at 10 calls a second: a single call that is late makes eleven of it. */
  batches: 0.93,
} as const;
