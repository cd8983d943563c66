import type { Delivery } from "./delivery";
import type { DeviceMessage } from "./device-message";

/**
 * Keeps messages back while a listener that has just ended may come back, as each one does that is deployed anew:
 * accepted meanwhile they would be lost to it.
 */
export class HandoverBuffer {
  /** There while it lasts. */
  private timer: NodeJS.Timeout | undefined;
  private held: { message: DeviceMessage; delivery: Delivery }[] = [];

  constructor(
    private readonly milliseconds: number,
    /** Whether anybody is there to take messages. */
    private readonly isUsed: () => boolean,
    private readonly handOver: (message: DeviceMessage, delivery: Delivery) => void,
    /** Resolves once nobody is on the way who may want the same messages; never rejects. */
    private readonly gathered: () => Promise<void>,
  ) {}

  /** Hands a message out, or keeps it for later; no more come than the link has credits. */
  pass(message: DeviceMessage, delivery: Delivery): void {
    if (this.timer || !this.isUsed()) this.held.push({ message, delivery });
    else this.handOver(message, delivery);
  }

  begin(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.endSoon(), this.milliseconds);
  }

  /** Somebody has come; others may come at the same moment, and want the same messages. */
  endSoon(): void {
    const { timer } = this;
    if (!timer && this.held.length === 0) return;
    void this.gathered().then(() =>
      setImmediate(() => {
        // Another one may have left in the meantime.
        if (this.timer === timer) this.end();
      }),
    );
  }

  /** Forgets what is held: the platform takes it back with the connection. */
  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.held = [];
  }

  private end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.isUsed()) return;
    for (const { message, delivery } of this.held.splice(0)) this.handOver(message, delivery);
  }
}
