import { opaque } from "../base/opaque";
import type { TlsOptions } from "../base/tls-options";
import { Consumer, consumerTimings } from "./consumer";
import type { Delivery } from "./delivery";
import type { DeviceMessage } from "./device-message";
import { Duplicates } from "./duplicates";
import { HandoverBuffer } from "./handover-buffer";
import { HeldReplies } from "./held-replies";
import type { Listening, MessageListener } from "./listener";
import type { Login } from "./login";
import { readMessage } from "./message";
import { PendingAcks } from "./pending-acks";
import { Replies, type ReplySource } from "./replies";
import type { SubscriptionState } from "./state";

export interface SubscriptionSettings {
  /** `tls` undefined: plain TCP, for this machine only. */
  endpoint: { host: string; port: number; tls: TlsOptions | undefined };
  /** Asked before every attempt to connect, as in `ConsumerSettings`. */
  login: (refusedForMs?: number) => Promise<Login>;
  isClockWrong?: (() => boolean) | undefined;
  /** Resolves when a connection may be made; never rejects. */
  ready?: (() => Promise<void>) | undefined;
  /** Called just before a connection is made, and its credits are read. */
  beforeConnect?: (() => void) | undefined;
  /** Deliveries at most that are neither accepted nor released. */
  readonly credits: number;
  /** Whether this account made the call with this id. */
  isOurs: (messageId: string) => boolean;
  /** A reply that nobody here has asked for: another client of the group may miss it, as we may miss ours. */
  onForeignReply: (message: DeviceMessage) => void;
  /** A message that the flow did not acknowledge in time; the platform will deliver it again. */
  onUnacknowledged: (message: DeviceMessage) => void;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: (() => number) | undefined;
  timings?: Partial<SubscriptionTimings> | undefined;
}

/** In milliseconds. */
interface SubscriptionTimings extends Record<keyof typeof consumerTimings, number> {
  /** That the flow has to acknowledge; the platform takes a message back after 30 s (docs/protocol.md, 8.5). */
  acknowledge: number;
  /** That a connection outlives its last user. */
  linger: number;
}

export const usualTimings: SubscriptionTimings = { ...consumerTimings, acknowledge: 28_000, linger: 1000 };

/** Messages of one consumer group. Connects with the first user, and disconnects with the last. */
export class Subscription {
  private readonly now: () => number;
  /** A clock that nobody can set: with one that is set ahead, everything would be old and forgotten. */
  private readonly elapsed: () => number;
  private readonly timings: SubscriptionTimings;
  private readonly listeners = new Set<MessageListener>();
  private readonly watchers = new Set<(state: SubscriptionState) => void>();
  private readonly duplicates: Duplicates;
  private readonly pendingAcks: PendingAcks;
  /** There while somebody holds it. */
  private source: Replies | undefined;
  private holders = 0;
  private consumer: Consumer | undefined;
  private state: SubscriptionState = { name: "closed" };
  private lingering: NodeJS.Timeout | undefined;
  private readonly handoverBuffer: HandoverBuffer;
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
      onDone: (messageId) => this.duplicates.add(messageId),
    });
    this.handoverBuffer = new HandoverBuffer(
      this.timings.linger,
      () => this.isUsed,
      (message, delivery) => this.handOver(message, delivery),
      settings.ready ?? (() => Promise.resolve()),
    );
  }

  listen(listener: MessageListener): Listening {
    // A copy, so that one that listens twice is two.
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

  /** Replies to services. `end` gives them back, and ends the waits for them as `closed`. */
  replies(): { source: ReplySource; end(): void } {
    const { isOurs, onForeignReply } = this.settings;
    this.source ??= new Replies({
      isOurs,
      onForeign: onForeignReply,
      now: this.now,
      elapsed: this.elapsed,
      state: () => this.state,
    });
    const source = new HeldReplies(this.source);
    let isHeld = true;
    this.holders++;
    this.changeUsers();
    this.handoverBuffer.endSoon();
    const end = (): void => {
      if (!isHeld) return;
      isHeld = false;
      source.end();
      this.holders--;
      if (this.holders === 0) this.endReplies();
      this.changeUsers();
    };
    return { source, end };
  }

  /** Calls back at once with the state, and whenever it changes; answers how to stop that. */
  watch(onState: (state: SubscriptionState) => void): () => void {
    const own = (state: SubscriptionState): void => onState(state);
    this.watchers.add(own);
    own(this.state);
    return () => this.watchers.delete(own);
  }

  /** Makes the connection anew, where there is one. What nobody has acknowledged comes again. */
  reconnect(): void {
    if (!this.consumer || this.isClosed) return;
    this.drop();
    this.changeUsers();
  }

  /** Ends the connection, and every wait as `closed`. May be called again. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.listeners.clear();
    this.endReplies();
    this.pendingAcks.close();
    this.disconnect();
    await this.ending;
  }

  private get isUsed(): boolean {
    return this.listeners.size + this.holders > 0;
  }

  /** Connects or disconnects, whichever the number of users asks for. */
  private changeUsers(): void {
    if (this.isClosed) return;
    clearTimeout(this.lingering);
    if (this.isUsed) this.connect();
    else if (this.consumer) this.lingering = setTimeout(() => this.disconnect(), this.timings.linger);
  }

  private connect(): void {
    if (this.consumer) return;
    // Not before the last connection has said goodbye: the platform knows both by the same client id.
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
    this.handoverBuffer.cancel();
    const { consumer } = this;
    this.consumer = undefined;
    if (consumer) this.ending = consumer.close().catch(() => undefined);
  }

  private change(state: SubscriptionState): void {
    if (state.name === "closed" && this.state.name === "closed") return;
    this.state = state;
    for (const watcher of this.watchers) {
      try {
        watcher(state);
      } catch {
        // Whoever watches must not take the connection down.
      }
    }
  }

  private endReplies(): void {
    this.source?.close();
    this.source = undefined;
  }

  private receive(delivery: Delivery): void {
    const message = readMessage(delivery.message);
    if (this.duplicates.has(message.messageId)) {
      delivery.accept();
      return;
    }
    if (message.messageId === "" || !this.pendingAcks.has(message.messageId)) this.source?.offer(message);
    this.handoverBuffer.pass(message, delivery);
  }

  private handOver(message: DeviceMessage, delivery: Delivery): void {
    // It may have come twice while it was kept.
    if (this.duplicates.has(message.messageId)) delivery.accept();
    else this.pendingAcks.receive(message, delivery, this.listeners);
  }
}

// It leads to what it logs in with, and to the key of a TLS configuration.
opaque(Subscription);
