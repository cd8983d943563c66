import type { CancelSignal } from "./cancellation";

/** Node.js turns longer timers into 1 ms. */
export const maxTimerMs = 2 ** 31 - 1;

/** Something under way that can be given up. */
interface Abortable {
  abort(): void;
}

/**
 * When a call is to be given up: after its time, or when its signal fires, whichever comes first. One small object
 * for each call in flight, where an AbortController and its listeners would take kilobytes.
 */
export class Deadline {
  /** Whether it was the time, and not the signal. */
  isTimedOut = false;
  isReached = false;
  private call: Abortable | undefined;
  private readonly timer: NodeJS.Timeout;

  /** @param milliseconds until the call is given up */
  constructor(
    milliseconds: number,
    private readonly signal: CancelSignal | undefined,
  ) {
    this.timer = setTimeout(onTimeout, Math.min(milliseconds, maxTimerMs), this);
    signal?.addEventListener("abort", this, { once: true });
    if (signal?.aborted) this.handleEvent();
  }

  /** Sets what to abort when it is reached, instead of what was set before; at once where it is reached already. */
  onReached(call: Abortable): void {
    this.call = call;
    if (this.isReached) call.abort();
  }

  /** Waits for something that cannot be cancelled, but not beyond the deadline. */
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

/** A function of all deadlines, not one for each. */
function onTimeout(deadline: Deadline): void {
  deadline.isTimedOut = !deadline.isReached;
  deadline.handleEvent();
}
