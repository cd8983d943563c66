import type { Node, NodeAPI } from "node-red";
import { abortable } from "../../lib/base/abortable";
import { asFailure } from "../../lib/base/as-failure";
import { Cancellation, type CancelSignal } from "../../lib/base/cancellation";
import { textOfError } from "../../lib/base/describe";
import { closed } from "../../lib/base/failure";
import { IndexedList, type Member } from "../../lib/base/indexed-list";
import type { InvokeOptions, Settled } from "../../lib/invocation/invoke";
import type { Command } from "../../lib/invocation/operation";
import type { UsableAccount } from "./account-node";
import { accountOf, lacksCredentials } from "./account-of";
import { AwaitedReplies, type AwaitedReply } from "./awaited-replies";
import type { CommandKind, CommandSettings } from "./command-kind";
import { isConfirmationLeft, takeConfirmation } from "./confirmation";
import {
  type Done,
  endInCatch,
  endInCatchWith,
  endQuietly,
  freshMessage,
  type Leaving,
  logQuietly,
  type Send,
  sendOnce,
} from "./message-end";
import { originOf } from "./origin";
import {
  catchable,
  copyOf,
  type ErrorObject,
  errorObject,
  type FlowMessage,
  isFailurePortWired,
  withOutcome,
} from "./outcome";
import { readTimeout } from "./quota";
import {
  isTargetFree,
  notStored,
  readResultTarget,
  type ResultTarget,
  storeResult,
  targetTaken,
} from "./result-target";
import { type CallStatus, StatusLine } from "./status";
import { troubleStatus } from "./subscription-status";
import type { Translate } from "./texts";

/** A message on its way through the node, and what tells it that the node is closing. */
class Run extends Cancellation implements Member, Leaving {
  index = 0;
  hasLeft = false;

  /** @param msg the message, or a copy of it where it cannot be written to */
  constructor(public msg: FlowMessage) {
    super();
  }
}

/** Ends each message of a node that commands or reads devices in exactly one of port 1, port 2 and Catch. */
export class CommandHandler<C extends Command> {
  private readonly status: StatusLine;
  private readonly awaited: AwaitedReplies;
  private readonly target: ResultTarget;
  private readonly running = new IndexedList<Run>();
  private closing: Promise<void> | undefined;
  private onIdle: (() => void) | undefined;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly config: CommandSettings,
    private readonly kind: CommandKind<C>,
    private readonly translate: Translate,
  ) {
    this.status = new StatusLine(node, translate);
    if (lacksCredentials(RED, config.account)) this.status.foresee("missing-credentials");
    this.target = readResultTarget(config.result, config.resultType);
    this.awaited = new AwaitedReplies(RED, node, config, kind.isAwaited, translate, (state) =>
      this.status.setTrouble(troubleStatus(state)),
    );
  }

  /** Never rejects: a rejection in an input handler would end Node-RED. */
  async receive(msg: FlowMessage, send: Send, done: Done): Promise<void> {
    const run = new Run(msg);
    if (this.closing) run.abort();
    this.running.add(run);
    let settled: Settled | undefined;
    try {
      const status = this.status.begin();
      settled = await this.settle(run, status);
      this.show(settled, status);
      this.deliver(run, settled, send, done);
    } catch (error) {
      // A node behind this one threw when it was sent the message.
      if (run.hasLeft) logQuietly(this.node, error);
      else {
        const fresh = freshMessage(msg, settled?.invocation);
        endInCatch(this.node, done, new Error(textOfError(error)), fresh);
      }
    } finally {
      this.running.remove(run);
      if (this.running.size === 0) this.onIdle?.();
    }
  }

  /** Ends what is under way as `closed`; resolves when every message has had its outcome. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    const idle = new Promise<void>((resolve) => (this.onIdle = resolve));
    for (const run of this.running.list()) run.abort();
    if (this.running.size > 0) await idle;
    this.awaited.close();
    this.status.clear();
  }

  private deliver(run: Run, settled: Settled, send: Send, done: Done): void {
    const { node } = this;
    const error = settled.ok ? undefined : errorObject(settled.failure, node, this.translate);
    const isForCatch = error !== undefined && !isFailurePortWired(node);
    const msg = withOutcome(run.msg, settled.invocation, isForCatch ? undefined : error);
    if (!msg || isForCatch) {
      // Before Node-RED touches the message, since it takes the HTTP request off while it copies.
      const fresh = freshMessage(run.msg, settled.invocation);
      run.hasLeft = true;
      const reason = catchable(error ?? this.lost());
      if (isConfirmationLeft(run.msg)) endInCatchWith(node, done, reason, msg ?? fresh);
      else endInCatch(node, done, reason, fresh);
      return;
    }
    if (node.metric()) node.metric("duration", msg, settled.invocation.durationMs);
    sendOnce(node, run, error ? [null, msg] : msg, send);
    endQuietly(node, done);
  }

  /** The call went well, and its message cannot be written to. */
  private lost(): ErrorObject {
    return errorObject(notStored(this.target), this.node, this.translate);
  }

  private show(settled: Settled, status: CallStatus): void {
    if (!settled.ok) return status.failed(settled.failure, settled.invocation.durationMs);
    const { callType, durationMs, dryRun } = settled.invocation;
    if (dryRun) return status.unsent();
    const isAnswered = callType === "sync" || this.awaited.isOn || this.kind.isAnswered === true;
    status.succeeded(isAnswered ? durationMs : undefined);
  }

  /** Awaits only promises: a microtask for every field and setting would add up. */
  private async settle(run: Run, status: CallStatus): Promise<Settled> {
    const { msg } = run;
    const signal: CancelSignal = run;
    const isConfirmed = takeConfirmation(msg);
    let call: C | undefined;
    try {
      if (signal.aborted) throw closed(false);
      const reading = this.kind.read(msg);
      call = reading instanceof Promise ? await abortable(reading, signal) : reading;
      const { RED, target } = this;
      if (!isTargetFree(RED, target, msg)) throw targetTaken(target);
      const opening = accountOf(RED, this.config.account);
      const account = opening instanceof Promise ? await abortable(opening, signal) : opening;
      const isAwaited = this.awaited.isOn && !account.safety?.isDryRun;
      const awaited = isAwaited ? await abortable(this.awaited.begin(), signal) : undefined;
      let settled: Settled;
      try {
        const options = this.optionsOf(account, run, isConfirmed, status, awaited);
        settled = await this.kind.carryOut(account, call, options);
      } finally {
        if (awaited) this.awaited.end();
      }
      if (!settled.ok) return settled;
      const storing = storeResult(RED, this.node, target, msg, settled.result);
      // A call that is over keeps its outcome, also where the node closes.
      if (storing === true) return settled;
      if (storing === false ? this.storeInCopy(run, settled.result) : await stored(storing, signal))
        return settled;
      return { ok: false, failure: notStored(target), invocation: settled.invocation };
    } catch (error) {
      const invocation = this.kind.invocationOf(call);
      return { ok: false, failure: asFailure(error, "not-sent"), invocation };
    }
  }

  /** Puts a result where it goes on a copy of a message that cannot be written to; false where that fails as well. */
  private storeInCopy(run: Run, result: unknown): boolean {
    const copy = this.target.type === "msg" ? copyOf(run.msg) : undefined;
    if (!copy || storeResult(this.RED, this.node, this.target, copy, result) !== true) return false;
    run.msg = copy;
    return true;
  }

  private optionsOf(
    account: UsableAccount,
    run: Run,
    isConfirmed: boolean,
    progress: CallStatus,
    awaited: AwaitedReply | undefined,
  ): InvokeOptions<C> {
    return {
      check: this.kind.check,
      delivery: this.config.delivery === "at-least-once" ? "at-least-once" : "at-most-once",
      isConfirmed,
      origin: account.safety?.trail && originOf(this.node, run.msg),
      timeout: readTimeout(this.config.timeout, account.timeout / 1000),
      replies: awaited && this.kind.confirmedBy?.(awaited, account),
      replyTimeout: awaited?.replyTimeout,
      progress,
      signal: run,
    };
  }
}

/** Whether a result has been put where it goes, as long as the node is there to wait for it. */
async function stored(storing: Promise<boolean>, signal: CancelSignal): Promise<boolean> {
  try {
    return await abortable(storing, signal);
  } catch {
    return false;
  }
}
