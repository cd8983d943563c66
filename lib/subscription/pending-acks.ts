import type { Delivery } from "./delivery";
import type { DeviceMessage } from "./device-message";
import type { MessageListener } from "./listener";

/** The state of a message that not all listeners have acknowledged. */
interface PendingAck {
  /** What to settle once all have acknowledged; deliveries of a broken connection have no effect. */
  deliveries: Delivery[];
  /** Set while flows process it; undefined once it was released and will be redelivered. */
  open: { message: DeviceMessage; timer: NodeJS.Timeout } | undefined;
  /** The listeners that have not acknowledged it. */
  waiting: Set<MessageListener>;
  done: Set<MessageListener>;
  /** Whether a listener left without acknowledging it, so that it must be redelivered. */
  isAbandoned: boolean;
}

interface PendingAcksSettings {
  /** Milliseconds that the flow has to acknowledge a message. */
  maxMs: number;
  /** How many released messages are remembered. */
  maxSize: number;
  onUnacknowledged(message: DeviceMessage): void;
  /** All listeners have acknowledged the message with this id. */
  onDone(messageId: string): void;
  /** The message with this id goes back to the platform. */
  onReleased?(messageId: string): void;
}

/**
 * Delivers messages to the listeners that want them, and accepts each when all have acknowledged it. A message that is
 * not acknowledged in time is released, before the platform itself takes it back (docs/protocol.md, 8.5: 30 s).
 */
export class PendingAcks {
  private readonly pendingAcks = new Map<string, PendingAck>();

  constructor(private readonly settings: PendingAcksSettings) {}

  /** Whether a message with this id is not acknowledged yet. */
  has(messageId: string): boolean {
    return this.pendingAcks.has(messageId);
  }

  /**
   * Accepts a delivery: of a new message, a redelivered one, or one that a flow is still processing.
   * @param listeners that want the message
   */
  receive(message: DeviceMessage, delivery: Delivery, listeners: readonly MessageListener[]): void {
    const { messageId } = message;
    const known = this.pendingAcks.get(messageId);
    if (!known && !isAwaited(messageId, listeners)) {
      for (const listener of listeners) take(listener, message);
      delivery.accept();
      this.settings.onDone(messageId);
      return;
    }
    if (known?.open) {
      known.deliveries.push(delivery);
      known.open.timer.refresh();
      return;
    }
    const pending = known ?? newPendingAck();
    const takers = listeners.filter((listener) => !pending.done.has(listener));
    const waiting = takers.filter((listener) => acknowledgesLater(listener, messageId));
    if (waiting.length > 0) this.open(messageId, pending, message);
    pending.deliveries = [delivery];
    pending.isAbandoned = false;
    for (const listener of waiting) pending.waiting.add(listener);
    for (const listener of takers) {
      if (!pending.waiting.has(listener)) pending.done.add(listener);
      take(listener, message);
    }
    if (pending.waiting.size === 0) this.finish(messageId, pending);
  }

  /** @returns false where this listener has no open message with this id */
  acknowledge(listener: MessageListener, messageId: string): boolean {
    const pending = this.pendingAcks.get(messageId);
    if (!pending?.waiting.delete(listener)) return false;
    pending.done.add(listener);
    if (pending.waiting.size === 0 && !pending.isAbandoned) this.finish(messageId, pending);
    return true;
  }

  /** A listener has ended; its unacknowledged messages are released. */
  end(listener: MessageListener): void {
    for (const [messageId, pending] of this.pendingAcks) {
      pending.done.delete(listener);
      if (pending.waiting.delete(listener)) {
        pending.isAbandoned = true;
        this.giveBack(messageId, pending);
      }
      const isForgotten = pending.waiting.size === 0 && pending.done.size === 0;
      if (isForgotten && !pending.open) this.pendingAcks.delete(messageId);
    }
  }

  /** Releases everything. */
  close(): void {
    for (const [messageId, pending] of this.pendingAcks) this.giveBack(messageId, pending);
    this.pendingAcks.clear();
  }

  private open(messageId: string, pending: PendingAck, message: DeviceMessage): void {
    const timer = setTimeout(() => {
      this.giveBack(messageId, pending);
      this.settings.onUnacknowledged(message);
      for (const listener of pending.waiting) listener.onUnacknowledged?.(message);
    }, this.settings.maxMs);
    pending.open = { message, timer };
    this.pendingAcks.set(messageId, pending);
    if (this.pendingAcks.size > this.settings.maxSize) this.forgetOne();
  }

  private finish(messageId: string, pending: PendingAck): void {
    clearTimeout(pending.open?.timer);
    pending.open = undefined;
    this.pendingAcks.delete(messageId);
    for (const delivery of pending.deliveries) delivery.accept();
    this.settings.onDone(messageId);
  }

  private giveBack(messageId: string, pending: PendingAck): void {
    clearTimeout(pending.open?.timer);
    pending.open = undefined;
    for (const delivery of pending.deliveries) delivery.release();
    pending.deliveries = [];
    this.settings.onReleased?.(messageId);
  }

  private forgetOne(): void {
    for (const [messageId, { open }] of this.pendingAcks) {
      if (open) continue;
      this.pendingAcks.delete(messageId);
      return;
    }
  }
}

/** Whether the flow of one of them is to acknowledge it. Most messages are accepted at once: bench/messages.ts. */
function isAwaited(messageId: string, listeners: readonly MessageListener[]): boolean {
  for (const listener of listeners) if (acknowledgesLater(listener, messageId)) return true;
  return false;
}

/** A message without an id cannot be acknowledged later. */
function acknowledgesLater({ acknowledge }: MessageListener, messageId: string): boolean {
  return acknowledge === "flow" && messageId !== "";
}

function newPendingAck(): PendingAck {
  return { deliveries: [], open: undefined, waiting: new Set(), done: new Set(), isAbandoned: false };
}

function take(listener: MessageListener, message: DeviceMessage): void {
  try {
    listener.take(message);
  } catch {
    // A listener must not throw; if it does, it has still received the message.
  }
}
