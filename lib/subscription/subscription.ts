import { opaque } from "../base/opaque";
import type { TlsOptions } from "../base/tls-options";
import { AwaitedMessages, type CommandMessages } from "./command-messages";
import { Consumer } from "./consumer";
import type { Delivery } from "./delivery";
import type { DeviceMessage } from "./device-message";
import { Duplicates } from "./duplicates";
import { GroupReceipts } from "./group-receipts";
import { HandoverBuffer } from "./handover-buffer";
import type { Listening, MessageListener } from "./listener";
import { Listeners } from "./listeners";
import type { Login } from "./login";
import { readMessage } from "./message";
import type { MessageGroup } from "./message-group";
import { PendingAcks } from "./pending-acks";
import type { SubscriptionState } from "./state";
import { type SubscriptionTimings, usualTimings } from "./timings";

export interface SubscriptionSettings {
  /** `tls` undefined: plain TCP, for this machine only. */
  endpoint: { host: string; port: number; tls: TlsOptions | undefined };
  /** Asked before every attempt to connect, as in `ConsumerSettings`. */
  login: (refusedForMs?: number) => Promise<Login>;
  isClockWrong?: (() => boolean) | undefined;
  /** Resolves when a connection may be made; never rejects. */
  ready?: (() => Promise<void>) | undefined;
  /** Called just before a connection is made and `credits` is read. */
  beforeConnect?: (() => void) | undefined;
  /** Maximum number of deliveries that are neither accepted nor released. */
  readonly credits: number;
  /** Whether this account made the call with this id. */
  isOurs: (messageId: string) => boolean;
  /** A reply that no call here waits for: another client of the group may miss it, and we may miss ours. */
  onForeignReply: (message: DeviceMessage) => void;
  /** A message that the flow did not acknowledge in time; the platform redelivers it. */
  onUnacknowledged: (message: DeviceMessage) => void;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: (() => number) | undefined;
  timings?: Partial<SubscriptionTimings> | undefined;
  /** Other Node-REDs that receive the messages of the same consumer group. */
  group?: MessageGroup | undefined;
}

/** Messages of one consumer group. Connects with the first user, and disconnects with the last. */
export class Subscription {
  private readonly now: () => number;
  /** A monotonic clock: if the clock were set forward, all entries would expire. */
  private readonly elapsed: () => number;
  private readonly timings: SubscriptionTimings;
  private readonly listeners = new Listeners();
  private readonly watchers = new Set<(state: SubscriptionState) => void>();
  private readonly duplicates: Duplicates;
  private readonly pendingAcks: PendingAcks;
  /** Set while it has users. */
  private awaited: AwaitedMessages | undefined;
  private holders = 0;
  private consumer: Consumer | undefined;
  private state: SubscriptionState = { name: "closed" };
  private lingering: NodeJS.Timeout | undefined;
  private readonly handoverBuffer: HandoverBuffer;
  private readonly receipts: GroupReceipts | undefined;
  private ending: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly settings: SubscriptionSettings) {
    this.now = settings.now ?? Date.now;
    this.timings = { ...usualTimings, ...settings.timings };
    this.elapsed = settings.now ?? (() => performance.now());
    this.duplicates = new Duplicates(this.elapsed);
    this.pendingAcks = new PendingAcks({
      maxMs: this.timings.acknowledge,
      maxSize: 10_000,
      onUnacknowledged: settings.onUnacknowledged,
      onDone: (messageId) => {
        this.duplicates.add(messageId);
        if (messageId !== "") settings.group?.done(messageId);
      },
      onReleased: (messageId) => settings.group?.free(messageId),
    });
    this.handoverBuffer = new HandoverBuffer(
      this.timings.linger,
      () => this.isUsed,
      (message, delivery) => this.handOver(message, delivery),
      settings.ready ?? (() => Promise.resolve()),
    );
    this.receipts =
      settings.group &&
      new GroupReceipts(settings.group, {
        awaited: () => this.awaited,
        isPending: (messageId) => this.pendingAcks.has(messageId),
        known: (messageId) => this.duplicates.add(messageId),
        pass: (message, delivery) => this.pass(message, delivery),
        elapsed: this.elapsed,
      });
  }

  listen(listener: MessageListener): Listening {
    // A copy, so that an object that is passed twice counts as two listeners.
    const own = { ...listener, take: (message: DeviceMessage) => listener.take(message) };
    this.listeners.add(own);
    this.changeUsers();
    this.handoverBuffer.endSoon();
    return {
      acknowledge: (messageId) => this.pendingAcks.acknowledge(own, messageId),
      end: () => {
        if (!this.listeners.delete(own)) return;
        this.pendingAcks.end(own);
        if (!this.isClosed) this.handoverBuffer.begin();
        this.changeUsers();
      },
    };
  }

  /** Replies to commands, and what devices report. `end` ends the waits for them with `closed`. */
  replies(): CommandMessages & { end: () => void } {
    const { isOurs, onForeignReply } = this.settings;
    this.awaited ??= new AwaitedMessages({
      isOurs,
      onForeign: onForeignReply,
      now: this.now,
      elapsed: this.elapsed,
      state: () => this.state,
    });
    const { end: endWaits, ...messages } = this.awaited.hold();
    let isHeld = true;
    this.holders++;
    this.changeUsers();
    this.handoverBuffer.endSoon();
    const end = (): void => {
      if (!isHeld) return;
      isHeld = false;
      endWaits();
      this.holders--;
      if (this.holders === 0) this.endReplies();
      this.changeUsers();
    };
    return { ...messages, end };
  }

  /** Calls back with the state, at once and whenever it changes; returns a function that stops this. */
  watch(onState: (state: SubscriptionState) => void): () => void {
    const own = (state: SubscriptionState): void => onState(state);
    this.watchers.add(own);
    own(this.state);
    return () => this.watchers.delete(own);
  }

  /** Replaces the connection, if there is one. Unacknowledged messages are redelivered. */
  reconnect(): void {
    if (!this.consumer || this.isClosed) return;
    this.drop();
    this.changeUsers();
  }

  /** Ends the connection, and every wait with `closed`. May be called again. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.receipts?.close();
    this.listeners.clear();
    this.endReplies();
    this.pendingAcks.close();
    this.disconnect();
    await this.ending;
  }

  private get isUsed(): boolean {
    return this.listeners.size + this.holders > 0;
  }

  /** Connects or disconnects, depending on the number of users. */
  private changeUsers(): void {
    if (this.isClosed) return;
    clearTimeout(this.lingering);
    if (this.isUsed) this.connect();
    else if (this.consumer) this.lingering = setTimeout(() => this.disconnect(), this.timings.linger);
  }

  private connect(): void {
    if (this.consumer) return;
    // Not before the last connection is closed: both have the same client id.
    const ready = this.settings.ready ? this.ending.then(this.settings.ready) : this.ending;
    void ready.then(() => {
      if (this.consumer || this.isClosed || !this.isUsed) return;
      this.settings.beforeConnect?.();
      const { endpoint, login, isClockWrong, credits } = this.settings;
      const settings = { endpoint, login, isClockWrong, credits, timings: this.timings };
      this.consumer = new Consumer(settings, {
        delivered: (delivery) => this.receive(delivery),
        changed: (state) => this.change(state),
      });
      this.consumer.start();
    });
  }

  private disconnect(): void {
    this.drop();
    this.change({ name: "closed" });
  }

  private drop(): void {
    clearTimeout(this.lingering);
    for (const { messageId } of this.handoverBuffer.cancel()) this.settings.group?.free(messageId);
    if (this.consumer) this.ending = this.consumer.close().catch(() => undefined);
    this.consumer = undefined;
  }

  private change(state: SubscriptionState): void {
    if (state.name === "closed" && this.state.name === "closed") return;
    this.state = state;
    for (const watcher of this.watchers) {
      try {
        watcher(state);
      } catch {
        // An error in a watcher must not end the connection.
      }
    }
  }

  private endReplies(): void {
    this.awaited?.close();
    this.awaited = undefined;
  }

  private receive(delivery: Delivery): void {
    const message = readMessage(delivery.message);
    if (this.duplicates.has(message.messageId)) return delivery.accept();
    if (this.receipts) return this.receipts.receive(message, delivery);
    if (this.awaited && !this.pendingAcks.has(message.messageId)) this.awaited.offer(message);
    if (!this.handoverBuffer.hold(message, delivery)) this.deliver(message, delivery);
  }

  /** A message that is this Node-RED's to process. */
  private pass(message: DeviceMessage, delivery: Delivery): void {
    if (this.isClosed) this.settings.group?.free(message.messageId);
    else if (!this.handoverBuffer.hold(message, delivery)) this.handOver(message, delivery);
  }

  private handOver(message: DeviceMessage, delivery: Delivery): void {
    // It may have been delivered twice while it was held.
    if (this.duplicates.has(message.messageId)) delivery.accept();
    else this.deliver(message, delivery);
  }

  private deliver(message: DeviceMessage, delivery: Delivery): void {
    this.pendingAcks.receive(message, delivery, this.listeners.of(message));
  }
}

// It leads to the login and to the key of a TLS configuration.
opaque(Subscription);
