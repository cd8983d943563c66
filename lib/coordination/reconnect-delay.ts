import type { Failure } from "../base/failure";

const firstMs = 50;
const maxMs = 1000;
/** After a problem that only a user can solve. */
const refusedMs = 10_000;

/** How long to wait before the next attempt to connect: a little longer each time, with jitter. */
export class ReconnectDelay {
  private ms = firstMs;

  constructor(private readonly random: () => number = Math.random) {}

  /** @param failure that ended the last attempt; undefined where it is not known */
  next(failure: Failure | undefined): number {
    if (failure && /^redis-(?:refused|permission|old|client)$/.test(failure.code)) return refusedMs;
    const wait = this.ms * (0.5 + this.random() / 2);
    this.ms = Math.min(this.ms * 2, maxMs);
    return wait;
  }

  /** To be called when a connection is usable. */
  reset(): void {
    this.ms = firstMs;
  }
}
