import type { CancelSignal } from "../base/cancellation";
import type { Failure } from "../base/failure";
import type { DeviceMessage } from "../subscription/device-message";
import type { SubscriptionState } from "../subscription/state";
import type { Watched, Watcher, WatchSource } from "../subscription/watches";
import type { DataType } from "../thing-model/data-type";
import { type Condition, meets } from "./condition";
import type { Timed } from "./deadlines";
import { valuesIn } from "./messages";
import { type Subject, typeAt } from "./value-path";
import { shownValue, waitClosed, waitTimeout } from "./wait-failure";

/** The device: its IotId, or its product and name. */
type WatchedDevice = Omit<Watched, "kind" | "name">;

/** What a message waits for. */
export interface WaitQuery {
  device: WatchedDevice;
  subject: Subject;
  condition: Condition;
  /** When it began, by `performance.now()`: what was created since counts, though watching may begin a little later. */
  startedAt: number;
  milliseconds: number;
}

/** What a wait uses of the account and its subscription. */
export interface WaitSources {
  watches: WatchSource;
  /** The platform's time at a moment of `performance.now()`. */
  clock: {
    at(moment: number): number;
    /** False until an answer has told it, and this machine's clock, which may be wrong, counts. */
    readonly isKnown?: boolean;
  };
  /** The type of the property, where its model is known. */
  typeOf(): DataType | undefined;
  /** The state of the subscription. */
  state(): SubscriptionState["name"];
  /**
   * Reads the present value, in the shape of a message that the device would have sent; undefined where there is none.
   * Undefined itself where nothing is to be read first.
   */
  readFirst?: ((isOver: () => boolean) => Promise<DeviceMessage | undefined>) | undefined;
  /**
   * Asks for the platform's time, where no answer has told it yet; without an answer, it may be asked again, after a pause.
   * Never rejects.
   */
  probeClock?: ((isAgain: boolean) => Promise<void>) | undefined;
}

/** What all waits of a node share. */
export interface WaitSettings {
  deadlines: { add(timed: Timed): void; remove(timed: Timed): void };
  /** Evaluates a JSONata expression over a message. */
  evaluate(expression: string, message: DeviceMessage): Promise<boolean>;
  /** The present value could not be read, or there is none (undefined); the wait goes on. */
  onUnread(error: unknown): void;
}

/** Messages kept that look older than the wait, until an answer tells the platform's time. */
const maxUndecided = 20;

/** One message that waits for a device. It first watches and then reads, so that nothing is missed in between. */
export class Wait implements Watcher, Timed {
  index = -1;
  readonly endsAt: number;
  private endWatch: (() => void) | undefined;
  private isOver = false;
  private isAsking = false;
  private hasAskedTime = false;
  private undecided: DeviceMessage[] | undefined;
  /** The last value that did not meet the condition, by the platform's time. */
  private seen: { value: unknown; at: number } | undefined;

  constructor(
    private readonly settings: WaitSettings,
    private readonly sources: WaitSources,
    private readonly query: WaitQuery,
    private readonly signal: CancelSignal,
    private readonly resolve: (message: DeviceMessage) => void,
    private readonly reject: (failure: Failure) => void,
  ) {
    this.endsAt = query.startedAt + query.milliseconds;
  }

  begin(): void {
    const { settings, sources, signal } = this;
    const { iotId, productKey, deviceName } = this.query.device;
    const { kind: subjectKind, name } = this.query.subject;
    const kind = subjectKind === "state" ? "status" : subjectKind;
    signal.addEventListener("abort", this, { once: true });
    settings.deadlines.add(this);
    // The subscription may have ended before.
    const endWatch = sources.watches.watch({ kind, name, iotId, productKey, deviceName }, this);
    if (this.isOver) return;
    this.endWatch = endWatch;
    if (signal.aborted) this.handleEvent();
    else if (sources.readFirst) void this.read(sources.readFirst);
    else this.asksTime();
  }

  received(message: DeviceMessage): void {
    if (this.isOver) return;
    const { generateTime } = message;
    // It may have been under way since before the wait, or have been kept while Node-RED was not running.
    if (generateTime !== undefined && generateTime < this.since()) {
      if (!this.isAsking && !this.asksTime()) return;
      this.undecided ??= [];
      if (this.undecided.push(message) > maxUndecided) this.undecided.shift();
    } else this.look(message);
  }

  ended(): void {
    this.fail(waitClosed());
  }

  /** The signal fires. */
  handleEvent(): void {
    this.fail(waitClosed());
  }

  expire(): void {
    const { subject, milliseconds } = this.query;
    this.fail(waitTimeout(subject, milliseconds, this.seen, this.sources.state()));
  }

  /** Watches go on meanwhile. Never rejects. */
  private async read(readFirst: NonNullable<WaitSources["readFirst"]>): Promise<void> {
    this.isAsking = true;
    try {
      const present = await readFirst(() => this.isOver);
      if (this.isOver) return;
      if (present) this.look(present);
      else this.settings.onUnread(undefined);
    } catch (error) {
      if (!this.isOver) this.settings.onUnread(error);
    }
    this.lookAgain();
  }

  /** Asks for the platform's time, unless it is known; messages that look older are kept meanwhile. */
  private asksTime(): boolean {
    const { clock, probeClock } = this.sources;
    if (!probeClock || clock.isKnown === true || (clock.isKnown === undefined && this.hasAskedTime))
      return false;
    void this.askTime(probeClock);
    return true;
  }

  private async askTime(probeClock: NonNullable<WaitSources["probeClock"]>): Promise<void> {
    const isAgain = this.hasAskedTime;
    this.isAsking = true;
    this.hasAskedTime = true;
    await probeClock(isAgain);
    if (!this.isOver) this.lookAgain();
  }

  /** An answer may have told the platform's time: messages that looked older may be new. */
  private lookAgain(): void {
    this.isAsking = false;
    const undecided = this.undecided ?? [];
    this.undecided = undefined;
    for (const message of undecided) this.received(message);
  }

  private look(message: DeviceMessage): void {
    const { subject, condition } = this.query;
    const at = message.generateTime ?? 0;
    if (condition.name === "jsonata") {
      void this.settings.evaluate(condition.expression, message).then((isMet) => {
        if (isMet) this.finish(message);
      });
      for (const value of valuesIn(message, subject)) this.see(value, at);
      return;
    }
    const type = typeAt(subject.kind === "property" ? this.sources.typeOf() : undefined, subject.path);
    for (const value of valuesIn(message, subject)) {
      if (meets(condition, value, type)) {
        this.finish(message);
        return;
      }
      this.see(value, at);
    }
  }

  private see(value: unknown, at: number): void {
    if (this.seen && this.seen.at > at) return;
    // As text: a value may be large, and many may wait for a long time.
    const isLarge = typeof value === "object" || typeof value === "string";
    this.seen = { value: isLarge ? shownValue(value) : value, at };
  }

  /** When the wait began, by the platform's clock; times of messages are whole milliseconds. */
  private since(): number {
    return Math.floor(this.sources.clock.at(this.query.startedAt));
  }

  private finish(message: DeviceMessage): void {
    if (this.end()) this.resolve(message);
  }

  private fail(failure: Failure): void {
    if (this.end()) this.reject(failure);
  }

  /** @returns false where it has ended before */
  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.undecided = undefined;
    this.settings.deadlines.remove(this);
    this.signal.removeEventListener("abort", this);
    this.endWatch?.();
    return true;
  }
}
