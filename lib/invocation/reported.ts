import type { CancelSignal } from "../base/cancellation";
import { Deadline } from "../base/deadline";
import { closed, type Failure } from "../base/failure";
import type { Target } from "./inputs";
import type { PropertyCommand } from "./property-operation";
import { outputsOf } from "./reply";
import type { Confirmation, ConfirmationSource, Expectation, Reply, ReplySource } from "./reply-source";
import type { PropertyReport, ReportSources } from "./report-source";
import { ReportedProperties } from "./reported-properties";

/** Posts kept until the platform has answered the call; a device sends at most 30 a second. */
const maxEarly = 100;
/** How long the read of the present values may take, once the reply timeout is over. */
const maxReadMs = 10_000;

/** Confirms property sets by what the devices report: each waits until its device has posted every value that was set. */
export class ReportedValues implements ConfirmationSource<PropertyCommand> {
  constructor(private readonly sources: ReportSources) {}

  expect(target: Target, command: PropertyCommand): Expectation {
    return new ReportExpectation(this.sources, target, command);
  }
}

/**
 * A device may answer that it has failed, which ends the wait, or that it has succeeded, which does not: what counts is
 * what it reports. If it has not reported all of it in time, the present values are read once.
 */
class ReportExpectation implements Expectation {
  private readonly sentAt = performance.now();
  private readonly replied: ReturnType<ReplySource["expect"]>;
  private readonly endWatch: () => void;
  private readonly properties: ReportedProperties;
  /** Posts that have come before the platform's answer; undefined from then on. */
  private early: PropertyReport[] | undefined = [];
  /** Posts that look older than the command. */
  private doubtful: PropertyReport[] = [];
  private reply200: Reply | undefined;
  private deadline: Deadline | undefined;
  private waiting: { resolve(confirmation: Confirmation): void; reject(failure: unknown): void } | undefined;
  private isClosed = false;

  constructor(
    private readonly sources: ReportSources,
    private readonly target: Target,
    command: PropertyCommand,
  ) {
    this.properties = new ReportedProperties(command, sources.models);
    this.replied = sources.sets.expect(target);
    this.endWatch = sources.reports.watch(target, this);
  }

  reply(messageId: string, milliseconds: number, signal?: CancelSignal): Promise<Confirmation> {
    const until = performance.now() + milliseconds;
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.isClosed) return this.fail(closed(true));
      const early = this.early ?? [];
      this.early = undefined;
      // One by one: a later post may be of the next command already.
      if (early.some((report) => this.finishesWith(report)) || this.finishIfShown()) return;
      this.replied.reply(messageId, milliseconds, signal).then(
        (reply) => this.answered(reply, until, milliseconds, signal),
        (failure: Failure) => {
          if (failure.code === "reply-timeout") void this.readPresent(milliseconds, signal, failure);
          else this.fail(failure);
        },
      );
    });
  }

  end(): void {
    this.waiting = undefined;
    this.early = undefined;
    this.deadline?.end();
    this.endWatch();
    this.replied.end();
  }

  posted(report: PropertyReport): void {
    if (this.early) {
      if (this.early.length >= maxEarly) this.early.shift();
      this.early.push(report);
    } else if (this.waiting) {
      this.finishesWith(report);
    }
  }

  ended(): void {
    this.isClosed = true;
    this.fail(closed(true));
  }

  private answered(
    reply: Reply,
    until: number,
    milliseconds: number,
    signal: CancelSignal | undefined,
  ): void {
    if (!this.waiting) return;
    try {
      outputsOf(reply);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.reply200 = reply;
    if (this.doubtful.splice(0).some((report) => this.finishesWith(report))) return;
    const deadline = new Deadline(Math.max(until - performance.now(), 1), signal);
    this.deadline = deadline;
    deadline.onReached({
      abort: () => {
        deadline.end();
        if (deadline.isTimedOut) void this.readPresent(milliseconds, signal, undefined);
        else this.fail(closed(true));
      },
    });
  }

  /** @param silence why there is no reply; undefined where there is one */
  private async readPresent(
    milliseconds: number,
    signal: CancelSignal | undefined,
    silence: Failure | undefined,
  ): Promise<void> {
    if (!this.waiting) return;
    const deadline = (this.deadline = new Deadline(maxReadMs, signal));
    try {
      const reading = this.sources.present.read(this.target, this.properties.names);
      const present = await deadline.bound(reading, () => closed(true));
      for (const [name, { value, time }] of present) {
        // What was reported before the command confirms nothing, even if the value is the same.
        if (time !== undefined && time >= this.since()) this.properties.see(name, { value, time }, time);
      }
    } catch {
      // Without permission, or without an answer, only the posts count.
      if (deadline.isReached && !deadline.isTimedOut) return this.fail(closed(true));
    } finally {
      deadline.end();
    }
    if (this.waiting && !this.finishIfShown()) this.fail(this.properties.failure(milliseconds, silence));
  }

  private finishesWith(report: PropertyReport): boolean {
    this.look(report);
    return this.finishIfShown();
  }

  private look(report: PropertyReport): void {
    const { generateTime } = report;
    // Without a time of the platform, it may have been under way since before the command.
    if (generateTime === undefined) return;
    if (generateTime >= this.since()) this.properties.look(report, generateTime);
    else if (!this.reply200 && this.doubtful.length < maxEarly) this.doubtful.push(report);
  }

  /**
   * The platform's time when the command was sent, so that the clocks need not agree. What answers the command was
   * created after it, whatever the estimate says.
   */
  private since(): number {
    const repliedAt = this.reply200?.generateTime ?? Infinity;
    // Times of messages are whole milliseconds.
    return Math.floor(Math.min(this.sources.clock.at(this.sentAt), repliedAt));
  }

  private finishIfShown(): boolean {
    if (!this.properties.areShown) return false;
    const data = { items: this.properties.items() };
    const { waiting } = this;
    this.end();
    waiting?.resolve({ code: this.reply200?.code, message: undefined, data, checkFailedData: undefined });
    return true;
  }

  private fail(failure: unknown): void {
    const { waiting } = this;
    if (!waiting) return;
    this.end();
    waiting.reject(failure);
  }
}
