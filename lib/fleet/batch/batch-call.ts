import { asFailure } from "../../base/as-failure";
import type { CancelSignal } from "../../base/cancellation";
import { closed, type Failure } from "../../base/failure";
import { pause } from "../../base/pause";
import { Attempts } from "../../invocation/attempts";
import type { AuditTrail } from "../../invocation/audit-trail";
import type { Governor } from "../../invocation/governor";
import type { Invocation } from "../../invocation/invocation";
import type { Command } from "../../invocation/operation";
import type { Permit } from "../../invocation/queued-call";
import type { FleetCommand } from "../command";
import { type Ended, endedBy } from "../ended";
import { type DeviceRun, isTakenBack } from "../strategy";
import type { BatchMember, BatchOptions } from "./batch-options";
import { BatchReplies } from "./batch-replies";
import { failureOfEach } from "./failure-of-each";

const usualReplyTimeoutMs = 30_000;
/** A call that leaves more than this after its start by the operation's pace takes another start. */
const freshMs = 5;
/** The same where the audit is written in between, which delays all calls about equally. */
const recordedMs = 100;
/** So that calls leave also on a machine whose timers are always late. */
const maxStartsAgain = 3;

/** One call for many devices: permit → audit → attempts → answer → the reply of each, where it is awaited. */
export class BatchCall<C extends Command> {
  private readonly invocation: Invocation;
  private readonly records: ReturnType<AuditTrail["sending"]>["record"][] = [];
  private readonly replies: BatchReplies<C> | undefined;

  constructor(
    private readonly command: FleetCommand<C>,
    private readonly options: BatchOptions<C>,
    private readonly members: readonly BatchMember<C>[],
    private readonly devices: DeviceRun,
    private readonly onEnded: (index: number, ended: Ended) => void,
  ) {
    this.invocation = command.operation.invocationOf(members[0]!.command);
    const { replies, account, words, limits } = options;
    if (replies) {
      this.replies = new BatchReplies(command, members, {
        source: replies,
        models: account.models,
        words,
        outstanding: limits.outstanding,
        clock: account.client.clock,
        ended: (member, ended, failure) => this.end(member, ended, failure),
      });
    }
  }

  /** Reports each of its devices once, as ended or as withdrawn. Never rejects. */
  async run(): Promise<void> {
    const { limits, account } = this.options;
    const { turn } = this.devices;
    const gate = limits.gate(this.command.batch.action);
    const permits: Permit[] = [];
    let release: (() => void) | undefined;
    try {
      if (this.replies) release = await limits.outstanding.begin(this.replies.keys, turn);
      permits.push(await gate.enter(turn));
      const started = performance.now();
      permits.push(await account.governor.enter(turn));
      await startAgain(gate, started + freshMs, turn);
    } catch (error) {
      for (const permit of permits) permit.release();
      release?.();
      this.notBegun(asFailure(error, "not-sent"));
      return;
    }
    this.devices.begun();
    try {
      const begun = await this.record(gate);
      this.replies?.begin();
      const requestId = await this.send(begun);
      for (const permit of permits.splice(0)) permit.release();
      if (!this.replies) {
        for (const member of this.members) {
          this.end(member, { outcome: "accepted", requestId, durationMs: 0 }, undefined);
        }
      } else {
        await this.replies.wait(
          this.options.replyTimeout ?? usualReplyTimeoutMs,
          requestId,
          this.devices.closing,
        );
      }
    } catch (error) {
      const failure = asFailure(error).about(this.invocation);
      for (const member of this.members) {
        // One that has answered all the same has ended.
        if (this.replies?.hasAnswered(member)) continue;
        this.end(member, endedBy(failure, this.options.words), failure);
      }
      this.refused(failure);
    } finally {
      for (const permit of permits) permit.release();
      this.replies?.end();
      release?.();
    }
  }

  /**
   * Records each command before it is sent.
   * @returns when the time of the call begins
   * @throws {Failure} `closed`
   */
  private async record(gate: Governor): Promise<number> {
    const { account, origin } = this.options;
    const trail = account.safety?.trail;
    if (trail) {
      const started = performance.now();
      const waits: Promise<void>[] = [];
      for (const { command } of this.members) {
        const { record, written } = trail.sending(this.command.operation, command, origin);
        this.records.push(record);
        if (written) waits.push(written);
      }
      await Promise.all(waits);
      await startAgain(gate, started + recordedMs, this.devices.closing);
    }
    if (this.devices.closing.aborted) throw closed(false);
    return performance.now();
  }

  /**
   * @returns the id of the request
   * @throws {Failure} what it means for each of the devices
   */
  private async send(begun: number): Promise<string | undefined> {
    const { account, limits, delivery, timeout } = this.options;
    const { batch } = this.command;
    const [first] = this.members;
    const gate = limits.gate(batch.action);
    const signal = this.devices.closing;
    const attempts = new Attempts(gate, { delivery, signal }, begun, timeout ?? account.timeout);
    const productKey = first!.command.target.productKey!;
    const parameters = {
      ProductKey: productKey,
      DeviceName: this.members.map(({ command }) => command.target.deviceName!),
      ...batch.parametersOf(first!.command),
    };
    account.issued?.addBatch(productKey);
    for (;;) {
      this.invocation.attempts = attempts.begin();
      try {
        const { requestId } = await account.client.call(batch.action, parameters, attempts.limits);
        gate.speedUp();
        account.governor.speedUp();
        this.invocation.requestId = requestId;
        this.invocation.durationMs = Math.round(performance.now() - begun);
        return requestId;
      } catch (error) {
        const failure = asFailure(error);
        const forEach = failureOfEach(failure);
        // What is wrong with one of the devices, another attempt does not change.
        if (forEach !== failure && !failure.retryable) throw forEach;
        await attempts.failed(forEach);
      }
    }
  }

  private end(member: BatchMember<C>, ended: Ended, failure: Failure | undefined): void {
    const { account, origin } = this.options;
    const at = this.members.indexOf(member);
    account.safety?.trail?.settled(
      this.command.operation,
      member.command,
      origin,
      this.records[at],
      this.invocation,
      failure,
    );
    if (failure && isTakenBack(failure, this.devices)) this.devices.withdraw(member.index);
    else this.onEnded(member.index, ended);
  }

  /** No permit, so nothing was sent. */
  private notBegun(failure: Failure): void {
    for (const { index } of this.members) {
      if (isTakenBack(failure, this.devices)) this.devices.withdraw(index);
      else this.onEnded(index, endedBy(failure, this.options.words));
    }
  }

  private refused(failure: Failure): void {
    const { models } = this.options.account;
    const [first] = this.members;
    if (models && first) this.command.check.refused(models, first.command, failure);
  }
}

/**
 * Calls that have waited for something else would leave together once it is there, which is more than the operation's pace: one
 * that comes late waits for another start.
 * @throws {Failure} `closed`
 */
async function startAgain(gate: Governor, latest: number, signal: CancelSignal): Promise<void> {
  let until = latest;
  for (let again = 0; again < maxStartsAgain; again++) {
    const now = performance.now();
    if (now <= until) return;
    const wait = gate.reserveStart();
    await pause(wait, signal);
    if (signal.aborted) throw closed(false);
    // Timers are late as well.
    until = now + wait + freshMs;
  }
}
