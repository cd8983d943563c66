import type { CancelSignal } from "../../base/cancellation";
import { closed } from "../../base/failure";

/** Of devices that did not reply, so many are remembered, */
const maxLate = 100_000;
/** for so long: devices that need longer do not reply at all any more. */
const lateMs = 60_000;

/**
 * Devices that owe a reply to a batch. The platform does not tell the id under which a device answers a batch, so a reply can
 * only be told by its device and by what it answers: there is one batch at a time for each device and operation.
 */
export class Outstanding {
  private readonly keys = new Set<string>();
  private waiting: (() => void)[] = [];
  /** Those whose reply did not come in time, and may come late. */
  private readonly late = new Map<string, number>();

  /** @param now a monotonic clock in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Waits until none of these devices owes a reply; from then on all of them do, until the function that is returned is called.
   * Batches that wait have no order: whenever one ends, each of them looks again, so a batch may begin before one that has
   * waited longer if its devices are free first.
   * @throws {Failure} `closed`, `not-sent`, once the signal is aborted
   */
  async begin(keys: readonly string[], signal: CancelSignal): Promise<() => void> {
    while (keys.some((key) => this.keys.has(key))) {
      if (signal.aborted) throw closed(false);
      await this.change(signal);
    }
    if (signal.aborted) throw closed(false);
    for (const key of keys) this.keys.add(key);
    return () => {
      for (const key of keys) this.keys.delete(key);
      for (const wake of this.waiting.splice(0)) wake();
    };
  }

  /** The reply of a device did not come in time. */
  owe(key: string): void {
    this.late.delete(key);
    const [oldest] = this.late.keys();
    if (this.late.size >= maxLate && oldest !== undefined) this.late.delete(oldest);
    this.late.set(key, this.now() + lateMs);
  }

  /** Whether a reply to an earlier batch may still come. */
  mayComeLate(key: string): boolean {
    return (this.late.get(key) ?? -Infinity) > this.now();
  }

  /** A device has replied. */
  replied(key: string): void {
    this.late.delete(key);
  }

  private change(signal: CancelSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.waiting.push(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}
