import { maxTimerMs } from "../base/deadline";

/** Timers fire late; at most this much lost time is made up for at once. */
const catchUpMs = 5;

/** Limits how many devices of a roll-out start in a second, besides what the account allows. */
export class RateLimiter {
  private nextStart = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** Devices; undefined: no limit. */
    private readonly perSecond: number | undefined,
    /** More may start. */
    private readonly onTime: () => void,
  ) {}

  /** Devices that may start at the same moment: no more than may start in a second. */
  get maxTogether(): number {
    return this.perSecond === undefined ? Infinity : Math.max(1, Math.floor(this.perSecond));
  }

  /** Lets so many devices start now, if they may; if not, `onTime` is called when they may. */
  take(devices: number): boolean {
    if (this.perSecond === undefined) return true;
    const now = performance.now();
    if (now < this.nextStart) {
      this.timer ??= setTimeout(() => this.wake(), Math.min(maxTimerMs, Math.ceil(this.nextStart - now)));
      return false;
    }
    this.nextStart = Math.max(this.nextStart, now - catchUpMs) + (devices * 1000) / this.perSecond;
    return true;
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private wake(): void {
    this.timer = undefined;
    this.onTime();
  }
}
