import type { Delivery } from "./delivery";
import type { DeviceMessage } from "./device-message";

/**
 * Holds messages back while a listener that has just ended may return, as after a deploy: messages that were accepted
 * in between would be lost to it.
 */
export class HandoverBuffer {
  /** Set while messages are held. */
  private timer: NodeJS.Timeout | undefined;
  private held: { message: DeviceMessage; delivery: Delivery }[] = [];

  constructor(
    private readonly milliseconds: number,
    /** Whether there is a listener. */
    private readonly isUsed: () => boolean,
    private readonly handOver: (message: DeviceMessage, delivery: Delivery) => void,
    /** Resolves once no further subscription with the same messages is starting; never rejects. */
    private readonly gathered: () => Promise<void>,
  ) {}

  /**
   * Takes a message that is to be held, and hands it over later; the credits of the link limit their number.
   * @returns false if it is to be delivered at once
   */
  hold(message: DeviceMessage, delivery: Delivery): boolean {
    if (!this.timer && this.isUsed()) return false;
    this.held.push({ message, delivery });
    return true;
  }

  begin(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.endSoon(), this.milliseconds);
  }

  /** A listener has returned; others may follow at the same moment, and want the same messages. */
  endSoon(): void {
    const { timer } = this;
    if (!timer && this.held.length === 0) return;
    void this.gathered().then(() =>
      setImmediate(() => {
        // Another listener may have left in the meantime.
        if (this.timer === timer) this.end();
      }),
    );
  }

  /**
   * Drops what is held: the platform redelivers it when the connection ends.
   * @returns what was held
   */
  cancel(): DeviceMessage[] {
    clearTimeout(this.timer);
    this.timer = undefined;
    return this.held.splice(0).map(({ message }) => message);
  }

  private end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.isUsed()) return;
    for (const { message, delivery } of this.held.splice(0)) this.handOver(message, delivery);
  }
}
