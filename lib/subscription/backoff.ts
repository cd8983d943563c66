/** What decides when the next attempt to connect may be made. */
export interface BackoffTimings {
  /** Milliseconds before the first retry at least; and what the exponential part starts with. */
  first: number;
  /** Milliseconds between two attempts at most. */
  maxMs: number;
  /** Milliseconds before a retry after the platform has refused us; doubles up to `maxRefusedLength`. */
  refused: number;
  maxRefusedLength: number;
  /** No more than so many attempts in any minute, whatever the other side does. */
  perMinute: number;
}

/** A consumer group may try 100 times a minute, all its clients together (docs/protocol.md, 8.5). */
export const backoffTimings: BackoffTimings = {
  first: 200,
  maxMs: 60_000,
  refused: 60_000,
  maxRefusedLength: 300_000,
  perMinute: 20,
};

const minute = 60_000;

/** Exponential back-off with full jitter, and a bound on the attempts in any minute. */
export class Backoff {
  private failures = 0;
  private refusals = 0;
  /** When the latest attempts were made, oldest first. */
  private readonly attempts: number[] = [];

  constructor(
    private readonly timings: BackoffTimings,
    private readonly now: () => number,
    private readonly random: () => number = Math.random,
  ) {}

  /** An attempt is made. */
  attempt(): void {
    this.attempts.push(this.now());
    if (this.attempts.length > this.timings.perMinute) this.attempts.shift();
  }

  /** A connection held. */
  reset(): void {
    this.failures = 0;
    this.refusals = 0;
  }

  /** @returns milliseconds until the next attempt */
  next(isRefused: boolean): number {
    return Math.ceil(Math.max(isRefused ? this.afterRefusal() : this.afterFailure(), this.untilAllowed()));
  }

  /** @returns milliseconds until an attempt that need not wait, but for the bound on all of them */
  atOnce(): number {
    return Math.ceil(Math.max(0, this.untilAllowed()));
  }

  private afterFailure(): number {
    const { first, maxMs } = this.timings;
    this.refusals = 0;
    const spread = Math.min(first * 4 * 2 ** this.failures, maxMs - first);
    // Beyond this it grows no more; a number that keeps growing would end as Infinity.
    if (this.failures < 30) this.failures++;
    return first + this.random() * spread;
  }

  private afterRefusal(): number {
    const { refused, maxRefusedLength } = this.timings;
    const minMs = Math.min(refused * 2 ** this.refusals, maxRefusedLength);
    if (this.refusals < 30) this.refusals++;
    return minMs * (1 + this.random() / 4);
  }

  private untilAllowed(): number {
    const oldest = this.attempts.length < this.timings.perMinute ? undefined : this.attempts[0];
    return oldest === undefined ? 0 : oldest + minute - this.now();
  }
}
