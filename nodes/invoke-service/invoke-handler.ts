import type { Node, NodeAPI } from "node-red";
import { IndexedList, type Member } from "../../lib/base/indexed-list";
import { closed, invalidInput } from "../../lib/base/failure";
import { Cancellation, type CancelSignal } from "../../lib/base/cancellation";
import { textOfError } from "../../lib/base/describe";
import {
  asFailure,
  invocationOf,
  invoke,
  type InvokeOptions,
  type ServiceCall,
  type Settled,
} from "../../lib/invocation/invoke";
import { type AccountNode, accountType, type UsableAccount } from "../common/account-node";
import { ArgsCheck, readCheckMode } from "./args-check";
import { AwaitedReplies, type AwaitedReply, type ReplyConfig } from "./awaited-replies";
import { CallFields, type FieldConfig } from "./call-fields";
import { catchable, errorObject, type FlowMessage, isFailurePortWired, withOutcome } from "../common/outcome";
import {
  isTargetFree,
  notStored,
  type ResultTarget,
  readResultTarget,
  targetTaken,
  storeResult,
} from "../common/result-target";
import { readTimeout } from "../account/quota";
import { type CallStatus, StatusLine } from "../common/status";
import { troubleStatus } from "../common/subscription-status";
import type { Translate } from "../common/texts";
import { abortable } from "../common/abortable";

/** Properties of the invoke node as they stand in the flow file (design, Nodes). */
export type InvokeConfig = ReplyConfig & {
  result?: unknown;
  resultType?: unknown;
  timeout?: unknown;
  delivery?: unknown;
  check?: unknown;
} & FieldConfig;

type Send = (msg: FlowMessage | (FlowMessage | null)[]) => void;
type Done = (error?: Error) => void;

/** A message on its way through the node, and what tells it that the node is closing. */
class Run extends Cancellation implements Member {
  index = 0;
  isDone = false;
}

/** Takes each message of an invoke node to exactly one of: port 1, port 2, Catch. */
export class InvokeHandler {
  private readonly status: StatusLine;
  private readonly check: ArgsCheck;
  private readonly awaited: AwaitedReplies;
  private readonly fields: CallFields;
  private readonly target: ResultTarget;
  private readonly running = new IndexedList<Run>();
  private closing: Promise<void> | undefined;
  private onIdle: (() => void) | undefined;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly config: InvokeConfig,
    private readonly translate: Translate,
  ) {
    this.status = new StatusLine(node);
    this.fields = new CallFields(RED, node, config);
    this.target = readResultTarget(config.result, config.resultType);
    this.check = new ArgsCheck(node, readCheckMode(config.check), translate);
    this.awaited = new AwaitedReplies(RED, node, config, translate, (state) =>
      this.status.setTrouble(troubleStatus(state)),
    );
  }

  /** Never rejects: a rejection in an input handler would end Node-RED. */
  async receive(msg: FlowMessage, send: Send, done: Done): Promise<void> {
    const run = new Run();
    if (this.closing) run.abort();
    this.running.add(run);
    try {
      const status = this.status.begin();
      const settled = await this.settle(msg, run, status);
      this.show(settled, status);
      this.deliver(msg, settled, send, (error) => {
        run.isDone = true;
        if (error) done(error);
        else done();
      });
    } catch (error) {
      // The message itself, or a node behind this one, threw when it was written to or sent.
      if (!run.isDone) failQuietly(done, error);
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

  private deliver(given: FlowMessage, settled: Settled, send: Send, done: Done): void {
    const error = settled.ok ? undefined : errorObject(settled.failure, this.node, this.translate);
    const isForCatch = error !== undefined && !isFailurePortWired(this.node);
    const msg = withOutcome(given, settled.invocation, isForCatch ? undefined : error, this.node.type);
    if (this.node.metric()) this.node.metric("duration", msg, settled.invocation.durationMs);
    if (isForCatch) {
      done(catchable(error));
      return;
    }
    send(error ? [null, msg] : msg);
    done();
  }

  private show(settled: Settled, status: CallStatus): void {
    if (!settled.ok) return status.failed(settled.failure);
    const { callType, durationMs } = settled.invocation;
    status.succeeded(callType === "sync" || this.awaited.isOn ? durationMs : undefined);
  }

  /** What can be had at once is not waited for: a turn of the promises for each field and setting adds up. */
  private async settle(msg: FlowMessage, signal: CancelSignal, status: CallStatus): Promise<Settled> {
    let call: ServiceCall | undefined;
    try {
      if (signal.aborted) throw closed(false);
      const reading = this.fields.read(msg);
      call = reading instanceof Promise ? await abortable(reading, signal) : reading;
      const { RED, target } = this;
      if (!isTargetFree(RED, target, msg)) throw targetTaken(target);
      const opening = this.account();
      const account = opening instanceof Promise ? await abortable(opening, signal) : opening;
      const awaited = this.awaited.isOn ? await abortable(this.awaited.begin(), signal) : undefined;
      let settled: Settled;
      try {
        const checking = this.check.apply(account, call);
        const checked = checking instanceof Promise ? await abortable(checking, signal) : checking;
        settled = await invoke(account, checked.call, this.optionsOf(account, signal, status, awaited));
        if (!settled.ok) this.check.refused(account, call, settled.failure);
      } finally {
        if (awaited) this.awaited.end();
      }
      if (!settled.ok) return settled;
      const storing = storeResult(RED, this.node, target, msg, settled.result);
      // A call that is over keeps its outcome, also where the node closes.
      if (storing === true) return settled;
      if (storing !== false && (await stored(storing, signal))) return settled;
      return { ok: false, failure: notStored(target), invocation: settled.invocation };
    } catch (error) {
      const invocation = call ? invocationOf(call) : { service: "", attempts: 0, queuedMs: 0, durationMs: 0 };
      return { ok: false, failure: asFailure(error, "not-sent"), invocation };
    }
  }

  private optionsOf(
    account: UsableAccount,
    signal: CancelSignal,
    progress: CallStatus,
    awaited: AwaitedReply | undefined,
  ): InvokeOptions {
    return {
      delivery: this.config.delivery === "at-least-once" ? "at-least-once" : "at-most-once",
      timeout: readTimeout(this.config.timeout, account.timeout / 1000),
      replies: awaited?.replies,
      replyTimeout: awaited?.replyTimeout,
      progress,
      signal,
    };
  }

  /** @throws Failure where there is none, or where its settings are wrong */
  private account(): UsableAccount | Promise<UsableAccount> {
    const node = this.config.account ? this.RED.nodes.getNode(this.config.account) : undefined;
    if (node?.type !== accountType) throw invalidInput({ key: "errors.account-missing" });
    return (node as AccountNode).open();
  }
}

function failQuietly(done: Done, error: unknown): void {
  try {
    done(new Error(textOfError(error)));
  } catch {
    // Nothing is left to tell.
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
