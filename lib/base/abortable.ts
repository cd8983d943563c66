import type { CancelSignal } from "./cancellation";
import { closed } from "./failure";

/**
 * Waits for a promise that cannot be cancelled, until the signal is aborted.
 * @throws {Failure} `closed`, `not-sent`, once the signal is aborted
 */
export function abortable<T>(value: Promise<T>, signal: CancelSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(closed(false));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
