import type { Node, NodeAPI } from "node-red";
import { abortable } from "../../lib/base/abortable";
import { Cancellation, type CancelSignal } from "../../lib/base/cancellation";
import { textOfError } from "../../lib/base/describe";
import { IndexedList, type Member } from "../../lib/base/indexed-list";
import type { Settled } from "../../lib/invocation/invoke";
import { isConfirmationLeft } from "./confirmation";
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
import {
  catchable,
  copyOf,
  type ErrorObject,
  errorObject,
  type FlowMessage,
  isFailurePortWired,
  withOutcome,
} from "./outcome";
import { notStored, type ResultTarget, storeResult } from "./result-target";
import { type CallStatus, StatusLine } from "./status";
import type { Translate } from "./texts";

/** A message on its way through the node, and what tells it that the node is closing. */
export class Run extends Cancellation implements Member, Leaving {
  index = 0;
  hasLeft = false;

  /**
   * @param msg the message, or a copy of it where it cannot be written to
   * @param send sends what leaves before the message itself
   */
  constructor(
    public msg: FlowMessage,
    readonly send: Send,
  ) {
    super();
  }
}

/** Ends each message of a node with a result and a failure port in exactly one of port 1, port 2 and Catch. */
export abstract class MessageHandler {
  protected readonly status: StatusLine;
  private readonly running = new IndexedList<Run>();
  private closing: Promise<void> | undefined;
  private onIdle: (() => void) | undefined;

  constructor(
    protected readonly RED: NodeAPI,
    protected readonly node: Node,
    protected readonly translate: Translate,
    /** Where results go; undefined where they go nowhere. */
    protected readonly target: ResultTarget | undefined,
  ) {
    this.status = new StatusLine(node, translate);
  }

  /** Never rejects: a rejection in an input handler would end Node-RED. */
  async receive(msg: FlowMessage, send: Send, done: Done): Promise<void> {
    const run = new Run(msg, send);
    if (this.closing) run.abort();
    this.running.add(run);
    let settled: Settled | undefined;
    try {
      const status = this.begin();
      settled = await this.settle(run, status);
      if (settled) {
        this.show(settled, status);
        this.deliver(run, msg, settled, done);
      } else {
        run.hasLeft = true;
        endQuietly(this.node, done);
      }
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

  /** Adds a message to the status line. */
  protected begin(): CallStatus {
    return this.status.begin();
  }

  /** The one outcome of a message; undefined where it is kept, and has it after the restart. Never rejects. */
  protected abstract settle(run: Run, status: CallStatus): Promise<Settled | undefined>;

  /** Every message has had its outcome, and the node is going away. */
  protected abstract release(): void;

  /** Shows how a message ended. */
  protected abstract show(settled: Settled, status: CallStatus): void;

  /** Puts a result where it goes; what cannot be put there is an outcome of its own. */
  protected store(
    run: Run,
    settled: Extract<Settled, { ok: true }>,
    signal: CancelSignal,
  ): Settled | Promise<Settled> {
    const { target } = this;
    if (!target) return settled;
    const storing = storeResult(this.RED, this.node, target, run.msg, settled.result);
    // A call that is over keeps its outcome, also where the node closes.
    if (storing === true) return settled;
    const { invocation } = settled;
    const lost: Settled = { ok: false, failure: notStored(target), invocation };
    if (storing === false) return this.storeInCopy(run, target, settled.result) ? settled : lost;
    return stored(storing, signal).then((isStored) => (isStored ? settled : lost));
  }

  private async end(): Promise<void> {
    const idle = new Promise<void>((resolve) => (this.onIdle = resolve));
    for (const run of this.running.list()) run.abort();
    if (this.running.size > 0) await idle;
    this.release();
    this.status.clear();
  }

  private deliver(run: Run, received: FlowMessage, settled: Settled, done: Done): void {
    const { node } = this;
    const { send } = run;
    const error = settled.ok ? undefined : errorObject(settled.failure, node, this.translate);
    const isForCatch = error !== undefined && !isFailurePortWired(node);
    const msg = withOutcome(run.msg, settled.invocation, isForCatch ? undefined : error);
    if (!msg || isForCatch) {
      // Before Node-RED touches the message, since it takes the HTTP request off while it copies.
      const fresh = freshMessage(run.msg, settled.invocation);
      run.hasLeft = true;
      const reason = catchable(error ?? this.lost());
      if (isConfirmationLeft(run.msg) || run.msg !== received)
        endInCatchWith(node, done, reason, msg ?? fresh);
      else endInCatch(node, done, reason, fresh);
      return;
    }
    if (node.metric()) node.metric("duration", msg, settled.invocation.durationMs);
    sendOnce(node, run, error ? [null, msg] : msg, send);
    endQuietly(node, done);
  }

  /** The call went well, and its message cannot be written to. */
  private lost(): ErrorObject {
    const target = this.target ?? { type: "msg", property: "invocation" };
    return errorObject(notStored(target), this.node, this.translate);
  }

  /** Puts a result where it goes on a copy of a message that cannot be written to; false where that fails as well. */
  private storeInCopy(run: Run, target: ResultTarget, result: unknown): boolean {
    const copy = target.type === "msg" ? copyOf(run.msg) : undefined;
    if (!copy || storeResult(this.RED, this.node, target, copy, result) !== true) return false;
    run.msg = copy;
    return true;
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
