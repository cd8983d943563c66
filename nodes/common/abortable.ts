import { closed } from "../../lib/base/failure";
import type { CancelSignal } from "../../lib/base/cancellation";

/** Waits for something that cannot be cancelled, but not while the node is closing. */
export function abortable<T>(value: Promise<T>, signal: CancelSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(closed(false));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
