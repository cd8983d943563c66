type CancelListener = (() => void) | { handleEvent(): void };

/** Cancels a call; every AbortSignal is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: CancelListener, options?: { once: boolean }): void;
  removeEventListener(type: "abort", listener: CancelListener): void;
}

/**
 * One message's own signal. An AbortController costs kilobytes and more time than the signature; this one holds
 * the one or two listeners that a call has at a time.
 */
export class Cancellation implements CancelSignal {
  aborted = false;
  private readonly listeners: CancelListener[] = [];

  /** Calls all listeners, once. */
  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of this.listeners.splice(0)) {
      if (typeof listener === "function") listener();
      else listener.handleEvent();
    }
  }

  addEventListener(_type: "abort", listener: CancelListener): void {
    if (!this.aborted) this.listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: CancelListener): void {
    const index = this.listeners.indexOf(listener);
    if (index >= 0) this.listeners.splice(index, 1);
  }
}
