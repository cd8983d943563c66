import type { CancelSignal } from "../base/cancellation";
import { Deadline } from "../base/deadline";
import { type Envelope, readWrapper } from "../base/envelope";
import { closed } from "../base/failure";
import { isObject } from "../base/json";
import type { DeviceMessage } from "./device-message";
import { Duplicates } from "./duplicates";
import { EarlyReplies } from "./early-replies";
import { replyTimeout } from "./reply-timeout";
import type { SubscriptionState } from "./state";
import { UndecidedReplies } from "./undecided-replies";

/** The device that a call is for: its IotId, or its product and name. */
interface ReplyTarget {
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

/** A device's answer to an asynchronous service or a property set (docs/protocol.md, 8.7). */
export interface Reply extends Envelope {
  /** Of a property set: when the platform created the reply, in UTC milliseconds. */
  generateTime?: number | undefined;
  /** Outputs that do not fit the thing model, as the platform reports them. */
  checkFailedData: unknown;
}

/** A call whose reply may arrive from now on. */
export interface Expectation {
  /**
   * @param milliseconds for the reply, from now
   * @throws {Failure} `reply-timeout` or `closed`, both `unknown`
   */
  reply(messageId: string, milliseconds: number, signal?: CancelSignal): Promise<Reply>;
  end(): void;
}

/** What a reply answers, as the platform names it. */
export type Answered = "service" | "property/set";

/** Where calls get their replies. */
export interface ReplySource {
  expect(target: ReplyTarget): Expectation;
}

export interface RepliesSettings {
  /** Whether this account made the call with this id. */
  isOurs: (messageId: string) => boolean;
  /** Called with a reply that no call of this account waits for. */
  onForeign: (message: DeviceMessage) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** A monotonic clock in milliseconds; default `now`. */
  elapsed?: (() => number) | undefined;
  /** The state of the subscription, for the hint of `reply-timeout`. */
  state?: (() => SubscriptionState) | undefined;
  /** Takes a reply to a command whose id nobody knows; true if it has. */
  takeUnnamed?: ((message: DeviceMessage, reply: Reply) => boolean) | undefined;
}

/** What a call expects a reply to, and from whom. */
interface Expected {
  target: ReplyTarget;
  answered: Answered;
}

/** A call that waits for its reply. */
interface QueuedCall extends Expected {
  deadline: Deadline;
  resolve(reply: Reply): void;
}

/** Matches replies of asynchronous services and property sets with the calls that wait for them. */
export class Replies implements ReplySource {
  /** By the id of the command; ids are only unique per device. */
  private readonly waiting = new Map<string, QueuedCall[]>();
  private readonly early: EarlyReplies;
  private readonly undecided = new UndecidedReplies<Expected>(isOf, (message) => {
    // Unless it was that of the call.
    if (this.early.take(message.requestId!, (early) => early === message)) this.offer(message);
  });
  private readonly answered: Duplicates;
  private readonly startedAt: number;
  private readonly closing = new AbortController();

  constructor(private readonly settings: RepliesSettings) {
    this.startedAt = settings.now();
    const elapsed = settings.elapsed ?? settings.now;
    this.answered = new Duplicates(elapsed, 10_000, 3_600_000);
    this.early = new EarlyReplies(settings.now, (message) => this.judge(message));
  }

  expect(target: ReplyTarget): Expectation {
    return this.expectAnswerTo("service", target);
  }

  expectAnswerTo(answered: Answered, target: ReplyTarget): Expectation {
    let waiting: { id: string; entry: QueuedCall } | undefined;
    const expected: Expected = { target, answered };
    this.undecided.begin(expected);
    return {
      reply: (messageId, milliseconds, signal) => {
        const early = this.early.take(messageId, (message) => isOf(expected, message));
        this.undecided.end(expected);
        if (early) return Promise.resolve(this.answer(early));
        if (this.closing.signal.aborted) return Promise.reject(closed(true));
        const promise = new Promise<Reply>((resolve, reject) => {
          const entry = { target, answered, resolve, deadline: new Deadline(milliseconds, signal) };
          waiting = { id: messageId, entry };
          this.add(messageId, entry);
          entry.deadline.onReached({
            abort: () => {
              this.remove(messageId, entry);
              reject(
                entry.deadline.isTimedOut ? replyTimeout(messageId, milliseconds, this.state) : closed(true),
              );
            },
          });
        });
        // The caller may have stopped waiting.
        promise.catch(() => undefined);
        return promise;
      },
      end: () => {
        this.undecided.end(expected);
        if (waiting && this.waiting.get(waiting.id)?.includes(waiting.entry)) {
          waiting.entry.deadline.handleEvent();
        }
      },
    };
  }

  /** Accepts a message if it is the reply of a command, including duplicates and replies that no call waits for. */
  offer(message: DeviceMessage): void {
    const { requestId } = message;
    if (requestId === undefined || !mayBeOfCommand(message)) return;
    const reply = readReply(message);
    if (reply === undefined) return;
    if (this.closing.signal.aborted || this.answered.has(keyOf(message))) return;
    const entry = this.waiting.get(requestId)?.find((waiting) => isOf(waiting, message));
    if (!entry) {
      if (this.takeUnnamed(requestId, message, reply)) this.answered.add(keyOf(message));
      else this.early.keep(requestId, message);
      return;
    }
    this.remove(requestId, entry);
    entry.resolve(this.answer(message));
  }

  /** How many calls wait. */
  get size(): number {
    let size = 0;
    for (const entries of this.waiting.values()) size += entries.length;
    return size;
  }

  /** Ends every wait as `closed`. */
  close(): void {
    this.closing.abort();
    this.early.clear();
    for (const entries of this.waiting.values()) {
      for (const { deadline } of entries) deadline.handleEvent();
    }
  }

  private takeUnnamed(id: string, message: DeviceMessage, reply: Reply): boolean {
    const { isOurs, takeUnnamed } = this.settings;
    // One with an id that a call has is that call's, however late or early.
    if (!takeUnnamed || isOurs(id) || this.undecided.take(message)) return false;
    return takeUnnamed(message, reply);
  }

  private get state(): SubscriptionState["name"] {
    return this.settings.state?.().name ?? "connected";
  }

  private add(id: string, entry: QueuedCall): void {
    const entries = this.waiting.get(id);
    if (entries) entries.push(entry);
    else this.waiting.set(id, [entry]);
  }

  private remove(id: string, entry: QueuedCall): void {
    entry.deadline.end();
    const others = (this.waiting.get(id) ?? []).filter((other) => other !== entry);
    if (others.length > 0) this.waiting.set(id, others);
    else this.waiting.delete(id);
  }

  private answer(message: DeviceMessage): Reply {
    this.answered.add(keyOf(message));
    return readReply(message)!;
  }

  /** No call waits for this reply: it is late, a duplicate, or for another client. */
  private judge(message: DeviceMessage): void {
    // Replies that were queued before we connected do not show that another client takes replies.
    if ((createdAt(message) ?? this.startedAt) < this.startedAt) return;
    if (message.identifier === undefined || this.answered.has(keyOf(message))) return;
    // Properties are set by consoles and apps as well, and a desired value is set again with each connection.
    if (message.identifier === propertySet) return;
    if (this.settings.isOurs(message.requestId!)) return;
    this.answered.add(keyOf(message));
    this.settings.onForeign(message);
  }
}

function isOf({ target, answered }: Expected, message: DeviceMessage): boolean {
  // If a reply does not name its service, only its id can tell.
  if (message.identifier !== undefined && (message.identifier === propertySet) !== (answered === propertySet))
    return false;
  if (target.iotId !== undefined) return target.iotId === message.iotId;
  return target.productKey === message.productKey && target.deviceName === message.deviceName;
}

const propertySet: Answered = "property/set";

function mayBeOfCommand({ kind, identifier }: DeviceMessage): boolean {
  return kind === "reply" && (identifier === propertySet || !identifier?.startsWith("property/"));
}

function keyOf({ requestId, productKey, deviceName }: DeviceMessage): string {
  return JSON.stringify([requestId, productKey, deviceName]);
}

/** A reply without a code is ignored; the call keeps waiting. */
function readReply({ payload, identifier, generateTime }: DeviceMessage): Reply | undefined {
  const envelope = readWrapper(payload);
  if (!envelope || !isObject(payload)) return undefined;
  const reply: Reply = { ...envelope, checkFailedData: payload["checkFailedData"] };
  if (identifier === propertySet && generateTime !== undefined) reply.generateTime = generateTime;
  return reply;
}

function createdAt({ payload, generateTime }: DeviceMessage): number | undefined {
  const time = isObject(payload) ? payload["gmtCreate"] : undefined;
  return typeof time === "number" ? time : generateTime;
}
