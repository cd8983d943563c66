import type { CancelSignal } from "./cancellation";

/** Node.js turns longer timers into 1 ms. */
export const maxTimerMs = 2 ** 31 - 1;

/** Something in progress that can be aborted. */
interface Abortable {
  abort(): void;
}

/**
 * Ends a call after its timeout or when its signal is aborted, whichever comes first. One small object for each call in
 * flight; an AbortController with its listeners would take kilobytes.
 */
export class Deadline {
  /** Whether the timeout ended the call, and not the signal. */
  isTimedOut = false;
  isReached = false;
  private call: Abortable | undefined;
  private readonly timer: NodeJS.Timeout;

  /** @param milliseconds until the call is given up */
  constructor(
    milliseconds: number,
    private readonly signal: CancelSignal | undefined,
  ) {
    // Node.js looks timers up by their milliseconds, and takes long for a fraction.
    this.timer = setTimeout(onTimeout, Math.min(Math.ceil(milliseconds), maxTimerMs), this);
    signal?.addEventListener("abort", this, { once: true });
    if (signal?.aborted) this.handleEvent();
  }

  /** Sets what to abort at the deadline, in place of what was set before; aborts at once if it has passed. */
  onReached(call: Abortable): void {
    this.call = call;
    if (this.isReached) call.abort();
  }

  /** Waits for a promise that cannot be cancelled, until the deadline. */
  bound<T>(value: Promise<T>, whenReached: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      this.onReached({ abort: () => reject(whenReached()) });
      value.then(resolve, reject);
    });
  }

  /** The call is over. */
  end(): void {
    this.call = undefined;
    clearTimeout(this.timer);
    this.signal?.removeEventListener("abort", this);
  }

  /** The signal fires. */
  handleEvent(): void {
    this.isReached = true;
    this.call?.abort();
  }
}

/** Shared by all deadlines, to save memory. */
function onTimeout(deadline: Deadline): void {
  deadline.isTimedOut = !deadline.isReached;
  deadline.handleEvent();
}
