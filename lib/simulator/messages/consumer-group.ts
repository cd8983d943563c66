import type { PlatformMessage, SubscriptionTimes } from "./message";
import { Queue } from "./queue";

/** A connected client, as its group sees it. */
export interface Consumer {
  readonly clientId: string;
  /** UTC milliseconds. */
  readonly since: number;
  /** How many more messages it accepts now. */
  credit(): number;
  /** `settle` may be called late, or not at all. */
  deliver(message: PlatformMessage, settle: (isAccepted: boolean) => void): void;
  /** The platform takes the message back. */
  forget(message: PlatformMessage): void;
}

/** One message on its way through one group. */
interface Entry {
  message: PlatformMessage;
  timer?: NodeJS.Timeout;
  consumer?: Consumer;
  /** Called once it is acknowledged or dropped. */
  done: () => void;
}

export interface GroupState {
  consumerGroupId: string;
  connections: { clientId: string; since: number; unsettled: number }[];
  /** Logins to this group since the start, including refused ones. */
  attempts: number;
  /** To be delivered as soon as a client has credit. */
  waiting: number;
  /** Messages that were not acknowledged in time, released, rejected or delayed, and are delivered later. */
  later: number;
  unsettled: number;
  delivered: number;
  acknowledged: number;
}

/** docs/protocol.md, 8.5. */
const maxKept = 100_000;
const keptMs = 24 * 3_600_000;
const maxAttemptsPerMinute = 100;
const maxConnections = 128;
/** A reordered message is picked among this many. */
const reorderAmong = 10;

/** A queue that all clients of a consumer group share (docs/protocol.md, 8.5). */
export class ConsumerGroup {
  private readonly consumers = new Set<Consumer>();
  private readonly waiting = new Queue<Entry>();
  private readonly later = new Set<Entry>();
  private readonly unsettled = new Set<Entry>();
  private readonly recentAttempts: number[] = [];
  private counts = { attempts: 0, delivered: 0, acknowledged: 0 };
  private scheduled: NodeJS.Immediate | undefined;

  constructor(
    readonly consumerGroupId: string,
    private readonly times: SubscriptionTimes,
    private readonly now: () => number,
    private readonly random: () => number,
    /** Whether the next message is to be delivered out of order. */
    private readonly reorders: () => boolean,
  ) {}

  /** Counts a login. @returns why it exceeds the limit, or undefined */
  attempt(): string | undefined {
    this.counts.attempts += 1;
    const now = performance.now();
    while (now - (this.recentAttempts[0] ?? now) > 60_000) this.recentAttempts.shift();
    if (this.recentAttempts.length >= maxAttemptsPerMinute) {
      return `more than ${maxAttemptsPerMinute} connection attempts a minute`;
    }
    this.recentAttempts.push(now);
    return this.consumers.size < maxConnections ? undefined : `more than ${maxConnections} connections`;
  }

  /** Adds a message. Resolves when it was acknowledged or dropped. */
  async add(message: PlatformMessage, delayMs = 0): Promise<void> {
    await new Promise<void>((done) => {
      const entry = { message, done };
      if (delayMs > 0) this.postpone(entry, delayMs);
      else this.enqueue(entry);
    });
  }

  join(consumer: Consumer): void {
    this.consumers.add(consumer);
    this.schedule();
  }

  /** Its unacknowledged messages are delivered to the others at once. */
  leave(consumer: Consumer): void {
    this.consumers.delete(consumer);
    for (const entry of this.unsettled) {
      if (entry.consumer === consumer) this.takeBack(entry, 0);
    }
  }

  /** To be called when there may be credit again. */
  schedule(): void {
    this.scheduled ??= setImmediate(() => {
      this.scheduled = undefined;
      this.dispatch();
    });
  }

  state(): GroupState {
    const held = [...this.unsettled];
    return {
      consumerGroupId: this.consumerGroupId,
      connections: [...this.consumers].map((consumer) => ({
        clientId: consumer.clientId,
        since: consumer.since,
        unsettled: held.filter((entry) => entry.consumer === consumer).length,
      })),
      attempts: this.counts.attempts,
      waiting: this.waiting.length,
      later: this.later.size,
      unsettled: this.unsettled.size,
      delivered: this.counts.delivered,
      acknowledged: this.counts.acknowledged,
    };
  }

  /** Drops all messages and stops all timers. */
  close(): void {
    if (this.scheduled) clearImmediate(this.scheduled);
    for (const entry of [...this.later, ...this.unsettled]) {
      clearTimeout(entry.timer);
      entry.done();
    }
    for (let entry = this.waiting.shift(); entry; entry = this.waiting.shift()) entry.done();
    this.later.clear();
    this.unsettled.clear();
    this.consumers.clear();
  }

  private enqueue(entry: Entry): void {
    this.waiting.push(entry);
    if (this.waiting.length + this.later.size > maxKept) this.waiting.shift()?.done();
    this.schedule();
  }

  private postpone(entry: Entry, milliseconds: number): void {
    this.later.add(entry);
    entry.timer = setTimeout(() => {
      this.later.delete(entry);
      this.enqueue(entry);
    }, milliseconds);
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const ready = [...this.consumers].filter((consumer) => consumer.credit() > 0);
      const consumer = ready[Math.floor(this.random() * ready.length)];
      if (!consumer) return;
      if (this.reorders()) this.waiting.promote(Math.floor(this.random() * reorderAmong));
      const entry = this.waiting.shift();
      if (entry) this.deliver(entry, consumer);
    }
  }

  private deliver(entry: Entry, consumer: Consumer): void {
    if (this.now() - entry.message.generateTime > keptMs) {
      entry.done();
      return;
    }
    entry.consumer = consumer;
    this.unsettled.add(entry);
    this.counts.delivered += 1;
    entry.timer = setTimeout(() => {
      consumer.forget(entry.message);
      this.takeBack(entry, this.times.redeliverMs);
    }, this.times.acknowledgeMs);
    consumer.deliver(entry.message, (isAccepted) => {
      // A late acknowledgement: the message was redelivered to another client meanwhile.
      if (!this.unsettled.has(entry) || entry.consumer !== consumer) return;
      if (isAccepted) this.finish(entry);
      else this.takeBack(entry, this.times.redeliverMs);
    });
  }

  private finish(entry: Entry): void {
    clearTimeout(entry.timer);
    this.unsettled.delete(entry);
    this.counts.acknowledged += 1;
    entry.done();
  }

  private takeBack(entry: Entry, milliseconds: number): void {
    clearTimeout(entry.timer);
    this.unsettled.delete(entry);
    delete entry.consumer;
    if (milliseconds > 0) this.postpone(entry, milliseconds);
    else this.enqueue(entry);
  }
}
