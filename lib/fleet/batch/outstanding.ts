import type { CancelSignal } from "../../base/cancellation";
import { closed } from "../../base/failure";

/**
 * Devices that owe a reply to a batch. The platform does not tell the id under which a device answers a batch, so a reply can
 * only be told by its device and by what it answers: there is one batch at a time for each device and operation.
 */
export class Outstanding {
  private readonly keys = new Set<string>();
  private waiting: (() => void)[] = [];

  /**
   * Waits until none of these devices owes a reply; from then on all of them do, until the function that is returned is called.
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
