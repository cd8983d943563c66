/** Determines when the next attempt to connect may be made. */
export interface BackoffTimings {
  /** Minimum milliseconds before a retry, and the start of the exponential part. */
  first: number;
  /** Maximum milliseconds between two attempts. */
  maxMs: number;
  /** Milliseconds before a retry after a refusal; doubles up to `maxRefusedLength`. */
  refused: number;
  maxRefusedLength: number;
  /** Maximum number of attempts in any minute. */
  perMinute: number;
}

/** A consumer group is allowed 100 attempts a minute, for all its clients together (docs/protocol.md, 8.5). */
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

  /** Records an attempt. */
  attempt(): void {
    this.attempts.push(this.now());
    if (this.attempts.length > this.timings.perMinute) this.attempts.shift();
  }

  /** To be called when a connection has proved stable. */
  reset(): void {
    this.failures = 0;
    this.refusals = 0;
  }

  /** @returns milliseconds until the next attempt */
  next(isRefused: boolean): number {
    return Math.ceil(Math.max(isRefused ? this.afterRefusal() : this.afterFailure(), this.untilAllowed()));
  }

  /** @returns milliseconds until an immediate attempt, which only the limit per minute can delay */
  atOnce(): number {
    return Math.ceil(Math.max(0, this.untilAllowed()));
  }

  private afterFailure(): number {
    const { first, maxMs } = this.timings;
    this.refusals = 0;
    const spread = Math.min(first * 4 * 2 ** this.failures, maxMs - first);
    // Beyond this the delay does not grow; an unlimited count would end as Infinity.
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
