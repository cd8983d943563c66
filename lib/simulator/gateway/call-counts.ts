import { SlidingSecond } from "../devices/sliding-second";

/** How often an operation was called. */
interface CallCount {
  /** Signed calls that arrived, those that were throttled included. */
  calls: number;
  /** Those beyond the limit. */
  throttled: number;
  /** The most calls within any second. */
  maxPerSecond: number;
}

interface CountState extends CallCount {
  arrived: SlidingSecond;
  admitted: SlidingSecond;
}

/** Counts calls by operation, whichever key they are signed with, and applies the limits. */
export class CallCounts {
  private readonly states = new Map<string, CountState>();

  constructor(private readonly limits: ReadonlyMap<string, number>) {}

  /** Counts a call. @returns whether it may pass; calls that may not do not count for the limit */
  admit(action: string, now: number): boolean {
    let state = this.states.get(action);
    if (!state) {
      const counts = { calls: 0, throttled: 0, maxPerSecond: 0 };
      this.states.set(
        action,
        (state = { ...counts, arrived: new SlidingSecond(), admitted: new SlidingSecond() }),
      );
    }
    state.calls += 1;
    state.maxPerSecond = Math.max(state.maxPerSecond, state.arrived.add(now));
    const limit = this.limits.get(action);
    if (limit === undefined) return true;
    if (state.admitted.count(now) >= limit) {
      state.throttled += 1;
      return false;
    }
    state.admitted.add(now);
    return true;
  }

  /** By operation; those that were not called are left out. */
  list(): Record<string, CallCount> {
    const counts: Record<string, CallCount> = {};
    for (const [action, { calls, throttled, maxPerSecond }] of this.states) {
      if (calls > 0) counts[action] = { calls, throttled, maxPerSecond };
    }
    return counts;
  }

  /** Starts to count anew; the limits go on. */
  clear(): void {
    for (const state of this.states.values()) {
      Object.assign(state, { calls: 0, throttled: 0, maxPerSecond: 0, arrived: new SlidingSecond() });
    }
  }
}
