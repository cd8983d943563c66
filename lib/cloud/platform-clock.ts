/** HTTP dates have whole seconds, and servers may keep one for up to another second. */
const dateResolutionMs = 2000;
/** How far two clocks may drift apart in a millisecond; computers' own are ten times better. */
const maxDrift = 1e-4;

interface Clocks {
  /** A monotonic clock in milliseconds. */
  elapsed(): number;
  /** This machine's clock, milliseconds since the epoch. */
  now(): number;
}

/**
 * The platform's clock, as far as the dates of its answers tell it. Within what they leave open, this machine's own clock
 * counts: where it is set right, it is far more exact than they are; where it is not, it falls outside.
 */
export class PlatformClock {
  /** How far the platform's time is ahead of the monotonic clock: at least and at most, and when that was known. */
  private minOffset = -Infinity;
  private maxOffset = Infinity;
  private knownAt = 0;
  private lastDate: unknown = undefined;
  /** The same in milliseconds; NaN where it is none. */
  private lastTime = NaN;

  constructor(
    private readonly clocks: Clocks = { elapsed: () => performance.now(), now: () => Date.now() },
  ) {}

  /**
   * Learns from an answer. Called for every one, so a date that was seen before is not read again. A request that was sent
   * later and has the same date tells more exactly how far ahead the platform's time is at most.
   * @param date the answer's `Date` header
   * @param sentAt when the request was sent, by the monotonic clock
   */
  heard(date: string | string[] | undefined, sentAt: number): void {
    if (typeof date !== "string") return;
    if (date === this.lastDate) {
      const bound = this.lastTime + dateResolutionMs - sentAt;
      if (bound < this.maxOffset && bound >= this.minOffset) this.maxOffset = bound;
      return;
    }
    this.lastDate = date;
    const time = (this.lastTime = Date.parse(date));
    if (!Number.isFinite(time)) return;
    const elapsed = this.clocks.elapsed();
    this.widen(elapsed);
    const min = time - elapsed;
    const max = time + dateResolutionMs - sentAt;
    const fits = min <= this.maxOffset && max >= this.minOffset;
    // One of the clocks was set, or this machine was asleep: only what is new counts.
    this.minOffset = fits ? Math.max(min, this.minOffset) : min;
    this.maxOffset = fits ? Math.min(max, this.maxOffset) : max;
  }

  /** Whether an answer has told it; until then only this machine's clock counts. */
  get isKnown(): boolean {
    return this.minOffset > -Infinity;
  }

  /** The platform's time at a moment of the monotonic clock, in milliseconds since the epoch. */
  at(moment: number): number {
    // The process may be held up between two readings; the later one makes the time too early rather than too late.
    const now = this.clocks.now();
    const elapsed = this.clocks.elapsed();
    this.widen(elapsed);
    const own = now - elapsed;
    return moment + Math.min(Math.max(own, this.minOffset), this.maxOffset);
  }

  /**
   * The earliest that the platform's time can have been at a moment of the monotonic clock. It comes close to the true time with
   * every answer, also where this machine's own clock is a second ahead, which the dates of answers do not show.
   */
  earliest(moment: number): number {
    if (!this.isKnown) return this.at(moment);
    this.widen(this.clocks.elapsed());
    return Math.min(this.at(moment), moment + this.minOffset);
  }

  private widen(elapsed: number): void {
    const drift = (elapsed - this.knownAt) * maxDrift;
    this.knownAt = elapsed;
    this.minOffset -= drift;
    this.maxOffset += drift;
  }
}
