import type { CancelSignal } from "../base/cancellation";
import { Deadline } from "../base/deadline";
import { closed } from "../base/failure";
import type { DeviceMessage } from "./device-message";
import { Duplicates } from "./duplicates";
import { EarlyReplies } from "./early-replies";
import type { Judgement } from "./message-group";
import {
  type Answered,
  createdAt,
  isReplyOfCommand,
  propertySet,
  readReply,
  type Reply,
  type ReplyTarget,
} from "./reply-message";
import { replyTimeoutIn } from "./reply-timeout";
import type { SubscriptionState } from "./state";
import { UndecidedReplies } from "./undecided-replies";

/** A call whose reply may arrive from now on. */
export interface Expectation {
  /**
   * @param milliseconds for the reply, from now
   * @throws {Failure} `reply-timeout` or `closed`, both `unknown`
   */
  reply(messageId: string, milliseconds: number, signal?: CancelSignal): Promise<Reply>;
  end(): void;
}

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
  private readonly undecided = new UndecidedReplies<Expected>(isOf, (message) => this.decide(message));
  private readonly answered: Duplicates;
  private readonly startedAt: number;
  private readonly closing = new AbortController();

  constructor(private readonly settings: RepliesSettings) {
    this.startedAt = settings.now();
    const elapsed = settings.elapsed ?? settings.now;
    this.answered = new Duplicates(elapsed, 10_000, 3_600_000);
    this.early = new EarlyReplies(settings.now, (message) => this.unclaimed(message));
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
                entry.deadline.isTimedOut
                  ? replyTimeoutIn(this.state, milliseconds, messageId)
                  : closed(true),
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
    if (this.closing.signal.aborted || !isReplyOfCommand(message)) return;
    const judgement = this.judge(message);
    if (judgement === "taken" || (judgement === "nobody" && this.takeUnnamed(message))) return;
    this.keep(message, false);
  }

  /**
   * Keeps a reply for a call whose id is not known yet.
   * @param isOthers whether it may be that of another Node-RED, so that no call here has to ask for it
   */
  keep(message: DeviceMessage, isOthers: boolean): void {
    if (!this.closing.signal.aborted) this.early.keep(message.requestId!, message, isOthers);
  }

  /** Passes a reply on if a call waits for it, and says whose it is. One that has been answered before counts as passed on. */
  judge(message: DeviceMessage): Judgement {
    const { requestId } = message;
    if (requestId === undefined || this.closing.signal.aborted || !isReplyOfCommand(message)) return "nobody";
    if (this.answered.has(keyOf(message))) return "taken";
    const entry = this.waiting.get(requestId)?.find((waiting) => isOf(waiting, message));
    if (!entry) {
      // One with an id that a call has is that call's, however late or early.
      if (this.settings.isOurs(requestId)) return "past";
      if (this.undecided.take(message)) return "awaited";
      return "nobody";
    }
    this.remove(requestId, entry);
    entry.resolve(this.answer(message));
    return "taken";
  }

  /** Passes a reply with an id that no call has on to a command whose id nobody knows, if one waits. */
  takeUnnamed(message: DeviceMessage): boolean {
    const reply = readReply(message);
    if (!reply || !this.settings.takeUnnamed?.(message, reply)) return false;
    this.answered.add(keyOf(message));
    return true;
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

  /** The call that a reply may have been for has its id. Unless that is the reply's, it may be for a command without one. */
  private decide(message: DeviceMessage): void {
    const id = message.requestId!;
    if (this.early.has(id, message) && this.takeUnnamed(message))
      this.early.take(id, (kept) => kept === message);
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
  private unclaimed(message: DeviceMessage): void {
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

function keyOf({ requestId, productKey, deviceName }: DeviceMessage): string {
  return JSON.stringify([requestId, productKey, deviceName]);
}
