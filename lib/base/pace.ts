/** What a pace may ask of the queue whose calls it lets start. */
export interface Demand {
  /** Calls that wait for a permit. */
  readonly waiting: number;
  /** Calls that have one. */
  readonly occupied: number;
  /** To be called when calls may start that could not before. */
  drain(): void;
}

/**
 * When the next call may start, and how many may be in flight. Moments are milliseconds of the clock that the owner of
 * the pace goes by.
 */
export interface Pace {
  /** Calls in flight at most. */
  readonly concurrency: number;
  /** When the next call may start; Infinity where nobody knows yet, and `Demand.drain` is called once that is known. */
  readonly nextStart: number;
  /** Whether a call may start now. */
  mayStart(now: number): boolean;
  /**
   * Takes the next start, also where it lies ahead.
   * @param share of the pace that this call keeps to, so that the next start is later; 1 where it is absent
   * @returns when it is
   */
  take(now: number, share?: number): number;
  /** A call waits that cannot start now. */
  ask(): void;
  /** The platform throttled a call that began at `since`. */
  slowDown(since: number, now: number): void;
  /** The platform accepted a call. */
  speedUp(): void;
  close(): void;
}

/** Timers have a resolution of 1 ms and are late under load; at most this much lost time is made up for at once. */
const catchUpMs = 5;
/** Throttling never slows an account below this share of its rate. */
const slowest = 1 / 64;
/** Of the rate, won back by each call that is accepted. */
const recovery = 0.02;

/** An even pace that nobody else shares: throttling halves it, each success wins a little of it back. */
export class EvenPace implements Pace {
  nextStart = 0;
  private slowedAt = Number.NEGATIVE_INFINITY;

  constructor(
    /** Calls per second. */
    private readonly rate: number,
    readonly concurrency: number,
    /** Share of the rate that is in force: 1, or less after throttling. */
    private share = 1,
  ) {}

  mayStart(now: number): boolean {
    return now >= this.nextStart;
  }

  take(now: number, share = 1): number {
    const start = Math.max(this.nextStart, now - catchUpMs);
    this.nextStart = start + 1000 / (this.rate * this.share * share);
    return start;
  }

  /** Many calls are throttled at the same time; only those that began at the current pace lower it. */
  slowDown(since: number, now: number): void {
    if (since < this.slowedAt) return;
    this.slowedAt = now;
    this.share = Math.max(this.share / 2, slowest);
  }

  speedUp(): void {
    if (this.share < 1) this.share = Math.min(1, this.share + recovery);
  }

  /** It always knows when the next start is. */
  ask(): void {}

  close(): void {}
}
