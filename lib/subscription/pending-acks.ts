import type { Delivery } from "./delivery";
import type { DeviceMessage } from "./device-message";
import { type MessageListener, wants } from "./listener";

/** The state of a message that not all listeners have acknowledged. */
interface Handout {
  /** What to settle once everybody is done; those of a connection that broke settle nothing any more. */
  deliveries: Delivery[];
  /** While the flow works on it; undefined once it was given back to the platform, which will deliver it again. */
  open: { message: DeviceMessage; timer: NodeJS.Timeout } | undefined;
  /** Those who have it and have not acknowledged it. */
  waiting: Set<MessageListener>;
  done: Set<MessageListener>;
  /** Whether a listener left without acknowledging it, so that it must be redelivered. */
  isAbandoned: boolean;
}

interface PendingAcksSettings {
  /** Milliseconds that the flow has to acknowledge a message. */
  maxMs: number;
  /** Messages remembered that were given back. */
  most: number;
  onUnacknowledged(message: DeviceMessage): void;
  /** All listeners have acknowledged the message with this id. */
  onDone(messageId: string): void;
}

/**
 * Hands messages to those who want them, and accepts each when all are done with it. One that the flow does not
 * acknowledge in time goes back, before the platform itself takes it back (docs/protocol.md, 8.5: 30 s).
 */
export class PendingAcks {
  private readonly pendingAcks = new Map<string, Handout>();

  constructor(private readonly settings: PendingAcksSettings) {}

  /** Whether a message with this id was handed out and is not done. */
  has(messageId: string): boolean {
    return this.pendingAcks.has(messageId);
  }

  /** Takes a delivery: a message that is new, one that comes again, or one that the flow still works on. */
  receive(message: DeviceMessage, delivery: Delivery, listeners: Iterable<MessageListener>): void {
    const { messageId } = message;
    const known = this.pendingAcks.get(messageId);
    if (known?.open) {
      known.deliveries.push(delivery);
      known.open.timer.refresh();
      return;
    }
    const handout = known ?? newHandout();
    const takers = [...listeners].filter(
      (listener) => !handout.done.has(listener) && wants(listener.filter, message),
    );
    // A message without an id cannot be acknowledged later.
    const waiting = takers.filter(({ acknowledge }) => acknowledge === "flow" && messageId !== "");
    if (waiting.length > 0) this.open(messageId, handout, message);
    handout.deliveries = [delivery];
    handout.isAbandoned = false;
    for (const listener of waiting) handout.waiting.add(listener);
    for (const listener of takers) {
      if (!handout.waiting.has(listener)) handout.done.add(listener);
      take(listener, message);
    }
    if (handout.waiting.size === 0) this.finish(messageId, handout);
  }

  /** @returns false where this listener has no open message with this id */
  acknowledge(listener: MessageListener, messageId: string): boolean {
    const handout = this.pendingAcks.get(messageId);
    if (!handout?.waiting.delete(listener)) return false;
    handout.done.add(listener);
    if (handout.waiting.size === 0 && !handout.isAbandoned) this.finish(messageId, handout);
    return true;
  }

  /** A listener is gone; what it has not acknowledged goes back. */
  end(listener: MessageListener): void {
    for (const [messageId, handout] of this.pendingAcks) {
      handout.done.delete(listener);
      if (handout.waiting.delete(listener)) {
        handout.isAbandoned = true;
        giveBack(handout);
      }
      const isForgotten = handout.waiting.size === 0 && handout.done.size === 0;
      if (isForgotten && !handout.open) this.pendingAcks.delete(messageId);
    }
  }

  /** Gives everything back. */
  close(): void {
    for (const handout of this.pendingAcks.values()) giveBack(handout);
    this.pendingAcks.clear();
  }

  private open(messageId: string, handout: Handout, message: DeviceMessage): void {
    const timer = setTimeout(() => {
      giveBack(handout);
      this.settings.onUnacknowledged(message);
      for (const listener of handout.waiting) listener.onUnacknowledged?.(message);
    }, this.settings.maxMs);
    handout.open = { message, timer };
    this.pendingAcks.set(messageId, handout);
    if (this.pendingAcks.size > this.settings.most) this.forgetOne();
  }

  private finish(messageId: string, handout: Handout): void {
    clearTimeout(handout.open?.timer);
    handout.open = undefined;
    this.pendingAcks.delete(messageId);
    for (const delivery of handout.deliveries) delivery.accept();
    this.settings.onDone(messageId);
  }

  private forgetOne(): void {
    for (const [messageId, { open }] of this.pendingAcks) {
      if (open) continue;
      this.pendingAcks.delete(messageId);
      return;
    }
  }
}

function newHandout(): Handout {
  return { deliveries: [], open: undefined, waiting: new Set(), done: new Set(), isAbandoned: false };
}

function giveBack(handout: Handout): void {
  clearTimeout(handout.open?.timer);
  handout.open = undefined;
  for (const delivery of handout.deliveries) delivery.release();
  handout.deliveries = [];
}

function take(listener: MessageListener, message: DeviceMessage): void {
  try {
    listener.take(message);
  } catch {
    // A listener must not throw; one that does has had the message all the same.
  }
}
