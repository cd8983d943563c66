import { asFailure } from "../../base/as-failure";
import type { CancelSignal } from "../../base/cancellation";
import { Deadline } from "../../base/deadline";
import { closed, type Failure } from "../../base/failure";
import { replyTimeout } from "../../base/reply-timeout";
import type { PlatformClock } from "../../cloud/platform-clock";
import type { ModelSource } from "../../invocation/model-source";
import type { Command } from "../../invocation/operation";
import { outputsOf } from "../../invocation/reply";
import type { Confirmation } from "../../invocation/reply-source";
import { decodeOutputs } from "../../thing-model/decode";
import type { FleetCommand } from "../command";
import type { DeviceReplySource } from "../device-reply-source";
import { type Ended, endedBy, type Words } from "../ended";
import type { BatchMember } from "./batch-options";
import type { Outstanding } from "./outstanding";

interface BatchReplyOptions<C extends Command> {
  source: DeviceReplySource;
  models: ModelSource | undefined;
  words: Words;
  outstanding: Outstanding;
  clock: Pick<PlatformClock, "at" | "earliest">;
  ended(member: BatchMember<C>, ended: Ended, failure: Failure | undefined): void;
}

/** The replies that the devices of one batch owe. */
export class BatchReplies<C extends Command> {
  private readonly open = new Map<BatchMember<C>, () => void>();
  private requestId: string | undefined;
  private onAnswered: () => void = () => undefined;
  private isClosed = false;
  private hasBegun = false;

  constructor(
    private readonly command: FleetCommand<C>,
    private readonly members: readonly BatchMember<C>[],
    private readonly options: BatchReplyOptions<C>,
  ) {}

  /** What only one batch at a time may be outstanding for. */
  get keys(): string[] {
    return this.members.map((member) => this.keyOf(member));
  }

  /** Replies may come from now on, even before the platform has answered the call. */
  begin(): void {
    this.hasBegun = true;
    const { answered } = this.command.batch;
    const sentAt = performance.now();
    const { clock, outstanding } = this.options;
    for (const member of this.members) {
      const { productKey, deviceName } = member.command.target as { productKey: string; deviceName: string };
      const mayComeLate = outstanding.mayComeLate(this.keyOf(member));
      const watcher = {
        // The answer to the call may be the first to tell the platform's time. Where a reply to an earlier batch may still come,
        // a reply that might be too early is none; else a clock that is a little wrong costs none.
        get since() {
          return Math.floor(mayComeLate ? clock.at(sentAt) : clock.earliest(sentAt));
        },
        received: (reply: Confirmation) => this.received(member, reply),
        ended: () => this.close(),
      };
      // The subscription may have ended, and says so at once.
      this.open.set(member, () => undefined);
      const end = this.options.source.watch({ productKey, deviceName }, answered, watcher);
      if (this.open.has(member)) this.open.set(member, end);
      else end();
    }
  }

  private keyOf({ command: { target } }: BatchMember<C>): string {
    return `${target.productKey}\0${target.deviceName}\0${this.command.batch.answered}`;
  }

  hasAnswered(member: BatchMember<C>): boolean {
    return this.hasBegun && !this.open.has(member);
  }

  /** Waits until all have answered, or the time is over. Never rejects. */
  async wait(milliseconds: number, requestId: string | undefined, signal: CancelSignal): Promise<void> {
    this.requestId = requestId;
    if (this.open.size > 0 && !this.isClosed) {
      const deadline = new Deadline(milliseconds, signal);
      await new Promise<void>((resolve) => {
        this.onAnswered = resolve;
        deadline.onReached({ abort: resolve });
      });
      deadline.end();
      if (!deadline.isTimedOut && this.open.size > 0) this.isClosed = true;
    }
    const failure = this.isClosed ? closed(true) : replyTimeout(milliseconds, "hints.reply-timeout");
    const about = failure.about({ requestId });
    for (const member of this.open.keys()) this.options.outstanding.owe(this.keyOf(member));
    for (const member of this.open.keys()) this.answered(member, endedBy(about, this.options.words), about);
  }

  /** Nobody waits any more. */
  end(): void {
    for (const stop of this.open.values()) stop();
    this.open.clear();
  }

  private received(member: BatchMember<C>, reply: Confirmation): void {
    const { models, words, outstanding } = this.options;
    const { operation } = this.command;
    outstanding.replied(this.keyOf(member));
    try {
      const outputs = operation.outputsOf(member.command, models);
      const given = outputsOf(reply);
      const result = outputs ? decodeOutputs(outputs, given) : given;
      const code = reply.code === undefined ? undefined : String(reply.code);
      const ended: Ended = { outcome: "done", code, requestId: this.requestId, result, durationMs: 0 };
      this.answered(member, ended, undefined);
    } catch (error) {
      const failure = asFailure(error).about({ requestId: this.requestId });
      this.answered(member, endedBy(failure, words), failure);
    }
  }

  private answered(member: BatchMember<C>, ended: Ended, failure: Failure | undefined): void {
    const stop = this.open.get(member);
    if (!stop) return;
    this.open.delete(member);
    stop();
    this.options.ended(member, ended, failure);
    if (this.open.size === 0) this.onAnswered();
  }

  private close(): void {
    this.isClosed = true;
    this.onAnswered();
  }
}
