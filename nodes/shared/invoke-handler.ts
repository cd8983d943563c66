import type { Node, NodeAPI } from "node-red";
import { Cancellation, type CancelSignal } from "../../lib/cloud/cancellation";
import { invalidInput } from "../../lib/cloud/failure";
import { readArgs } from "../../lib/invocation/args";
import { type Input, readService, readTarget } from "../../lib/invocation/inputs";
import { textOfError } from "../../lib/invocation/describe";
import {
  asFailure,
  type Invocation,
  invoke,
  type ServiceCall,
  type Settled,
} from "../../lib/invocation/invoke";
import { decodeOutputs } from "../../lib/thing-model/decode";
import { type AccountNode, accountType, type UsableAccount } from "./account-node";
import { ArgsCheck, readCheckMode } from "./args-check";
import { AwaitedReplies, type AwaitedReply, type ReplyConfig } from "./awaited-replies";
import { type FieldConfig, fieldsOf, type TextField } from "./call-fields";
import { evaluateField, type TypedField } from "./fields";
import { catchable, errorObject, type FlowMessage, isFailurePortWired, withOutcome } from "./outcome";
import { isPlaceFree, notStored, type Place, storeResult } from "./result-place";
import { readTimeout } from "./quota";
import { type CallStatus, StatusLine } from "./status";
import { troubleStatus } from "./subscription-status";
import type { Translate } from "./texts";
import { unlessAborted } from "./unless-aborted";

/** Properties of the invoke node as they stand in the flow file (design, Nodes). */
export type InvokeConfig = ReplyConfig & {
  target?: unknown;
  result?: unknown;
  resultType?: unknown;
  timeout?: unknown;
  delivery?: unknown;
  check?: unknown;
} & FieldConfig;

type Send = (msg: FlowMessage | (FlowMessage | null)[]) => void;
type Done = (error?: Error) => void;

/** Takes each message of an invoke node to exactly one of: port 1, port 2, Catch. */
export class InvokeHandler {
  private readonly status: StatusLine;
  private readonly check: ArgsCheck;
  private readonly awaited: AwaitedReplies;
  private readonly fields: Record<TextField, TypedField>;
  private readonly running = new Map<Promise<void>, Cancellation>();
  private isClosed = false;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly config: InvokeConfig,
    private readonly translate: Translate,
  ) {
    this.status = new StatusLine(node);
    this.fields = fieldsOf(config);
    this.check = new ArgsCheck(node, readCheckMode(config.check), translate);
    this.awaited = new AwaitedReplies(RED, node, config, translate, (state) =>
      this.status.isInTheWay(troubleStatus(state)),
    );
  }

  /** Never rejects: a rejection in an input handler would end Node-RED. */
  receive(msg: FlowMessage, send: Send, done: Done): Promise<void> {
    const abort = new Cancellation();
    if (this.isClosed) abort.abort();
    let isDone = false;
    const once: Done = (error) => {
      isDone = true;
      if (error) done(error);
      else done();
    };
    const run = this.handle(msg, send, once, abort)
      // The message itself, or a node behind this one, threw when it was written to or sent.
      .catch((error: unknown) => {
        if (!isDone) once(new Error(textOfError(error)));
      })
      .catch(() => undefined);
    this.running.set(run, abort);
    return run.finally(() => this.running.delete(run));
  }

  /** Ends what is under way as `closed`; resolves when every message has had its outcome. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const abort of this.running.values()) abort.abort();
    await Promise.all(this.running.keys());
    this.awaited.close();
    this.status.clear();
  }

  private async handle(given: FlowMessage, send: Send, done: Done, signal: CancelSignal): Promise<void> {
    const status = this.status.begin();
    const settled = await this.settle(given, signal, status);
    this.show(settled, status);
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

  private async settle(msg: FlowMessage, signal: CancelSignal, status: CallStatus): Promise<Settled> {
    const invocation: Invocation = { service: "", attempts: 0, queuedMs: 0, durationMs: 0 };
    try {
      const call = await unlessAborted(this.readCall(msg), signal);
      Object.assign(invocation, call.target, { service: call.service });
      const place = this.readPlace(msg);
      const settled = await this.call(call, signal, status);
      if (!settled.ok) return settled;
      const storing = storeResult(this.RED, this.node, place, msg, settled.result);
      // A call that is over keeps its outcome, also where the node closes.
      if (storing === true) return settled;
      if (storing !== false && (await stored(storing, signal))) return settled;
      return { ok: false, failure: notStored(place), invocation: settled.invocation };
    } catch (error) {
      return {
        ok: false,
        failure: asFailure(error, "not-sent"),
        invocation,
      };
    }
  }

  private async call(call: ServiceCall, signal: CancelSignal, status: CallStatus): Promise<Settled> {
    const account = await unlessAborted(this.account(), signal);
    if (!this.awaited.isOn) return this.invoke(account, call, { signal, status });
    const awaited = await unlessAborted(this.awaited.begin(), signal);
    try {
      return await this.invoke(account, call, { signal, status, awaited });
    } finally {
      this.awaited.end();
    }
  }

  private async invoke(
    account: UsableAccount,
    call: ServiceCall,
    { signal, status, awaited }: { signal: CancelSignal; status: CallStatus; awaited?: AwaitedReply },
  ): Promise<Settled> {
    const checked = await unlessAborted(this.check.apply(account, call), signal);
    const settled = await invoke(account, checked.call, {
      delivery: this.config.delivery === "at-least-once" ? "at-least-once" : "at-most-once",
      timeout: readTimeout(this.config.timeout, account.timeout / 1000),
      ...awaited,
      onBegin: status.sent,
      onAccepted: status.accepted,
      signal,
    });
    if (!settled.ok) this.check.refused(account, call, settled.failure);
    else if (checked.service && (awaited || settled.invocation.callType === "sync")) {
      return { ...settled, result: decodeOutputs(checked.service.outputs, settled.result) };
    }
    return settled;
  }

  /** @throws Failure where there is none, or where its settings are wrong */
  private account(): Promise<UsableAccount> {
    const node = this.config.account ? this.RED.nodes.getNode(this.config.account) : undefined;
    if (node?.type !== accountType) throw invalidInput({ key: "errors.account-missing" });
    return (node as AccountNode).open();
  }

  private async readCall(msg: FlowMessage): Promise<ServiceCall> {
    const target =
      this.config.target === "iotId"
        ? readTarget({ iotId: await this.input("iotId", msg) })
        : readTarget({
            productKey: await this.input("productKey", msg),
            deviceName: await this.input("deviceName", msg),
          });
    const service = readService(await this.input("service", msg));
    const args = readArgs(await this.input("args", msg));
    return { target, service, args: args.text, areArgsComputed: args.isComputed };
  }

  private input(field: TextField, msg: FlowMessage): Input | Promise<Input> {
    return evaluateField(this.RED, this.node, this.fields[field], msg);
  }

  /** Where the result goes; looked at before the call, since afterwards it would be too late to say no. */
  private readPlace(msg: FlowMessage): Place {
    const { result, resultType } = this.config;
    const place: Place = {
      property: typeof result === "string" && result !== "" ? result : "payload",
      type: typeof resultType === "string" ? resultType : "msg",
    };
    if (!isPlaceFree(this.RED, place, msg)) {
      throw invalidInput({
        key: "errors.result-place",
        params: { place: `${place.type}.${place.property}` },
      });
    }
    return place;
  }
}

/** Whether a result has been put where it goes, as long as the node is there to wait for it. */
async function stored(storing: Promise<boolean>, signal: CancelSignal): Promise<boolean> {
  try {
    return await unlessAborted(storing, signal);
  } catch {
    return false;
  }
}
