import type { SendingRecord } from "../audit/record";
import { abortable } from "../base/abortable";
import { asFailure } from "../base/as-failure";
import type { CancelSignal } from "../base/cancellation";
import { closed, type Failure } from "../base/failure";
import { type Answer, invalidResponse } from "../cloud/answer";
import type { Client } from "../cloud/client";
import { decodeOutputs } from "../thing-model/decode";
import type { Parameter } from "../thing-model/model";
import { Attempts } from "./attempts";
import type { Origin } from "./audit-trail";
import type { PermitSource } from "./background-lane";
import type { Invocation } from "./invocation";
import type { IssuedCalls } from "./issued-calls";
import type { ModelSource } from "./model-source";
import type { Command, CommandAnswer, Operation } from "./operation";
import { type PropertyCommand, propertyOperation } from "./property-operation";
import type { Permit } from "./queued-call";
import { outputsOf } from "./reply";
import type { ConfirmationSource, Expectation } from "./reply-source";
import type { Delivery } from "./retry";
import { judge, type Safety } from "./safety";
import type { ServiceCall } from "./service-call";
import { serviceOperation } from "./service-operation";

/** What a call needs of its account. */
export interface Account {
  client: Client;
  governor: PermitSource;
  /** Milliseconds for a whole call. */
  timeout: number;
  /** Remembers asynchronous calls, so that their replies are recognized. */
  issued?: IssuedCalls | undefined;
  /** Where args and results get their types from; without it both stay as they are. */
  models?: ModelSource | undefined;
  /** Rules, dry run and audit; without it all commands are sent. */
  safety?: Safety | undefined;
}

/** Converts and checks what a command sends, by the thing model. */
export interface CommandCheck<C extends Command> {
  /**
   * The command as it goes on the wire.
   * @throws {Failure} where it does not fit; also as a rejection
   */
  apply(models: ModelSource, command: C): C | Promise<C>;
  /** Called when a command has failed, which a changed thing model may have caused. */
  refused(models: ModelSource, command: C, failure: Failure): void;
}

export interface InvokeOptions<C extends Command = ServiceCall> {
  /** Converts and checks what is sent, before the command takes a permit. */
  check?: CommandCheck<C> | undefined;
  delivery: Delivery;
  /** Where the command comes from, for the account's audit. */
  origin?: Origin | undefined;
  /** Whether this command was confirmed, as the account's rules may require. */
  isConfirmed?: boolean | undefined;
  /** Milliseconds for the whole call, retries included; default the account's. */
  timeout?: number | undefined;
  /** Called as the call proceeds. */
  progress?: Progress | undefined;
  /** Where it shows what the device did with an asynchronous command; without it the platform's answer is the result. */
  replies?: ConfirmationSource<C> | undefined;
  /** Milliseconds that the device has for it, from the platform's answer on; default 30,000. */
  replyTimeout?: number | undefined;
  /** Ends the call as `closed`. */
  signal?: CancelSignal | undefined;
}

export interface Progress {
  /** The call has left the queue. */
  begun(): void;
  /** The platform has accepted the call, and the device's reply is awaited. */
  accepted(): void;
}

/** The one outcome of a call. */
export type Settled =
  | { ok: true; result: unknown; invocation: Invocation }
  | { ok: false; failure: Failure; invocation: Invocation };

const usualReplyTimeoutMs = 30_000;

/**
 * The journey of a command: rules → check → permit → attempts → answer → reply, if awaited → decode → one outcome. On a
 * dry run it ends before the permit.
 * A call that awaits a reply has returned its permit and is not repeated, whatever the reply: the platform has accepted
 * the command, and only the reply can tell its outcome. Never rejects.
 *
 * One function that awaits only promises, for speed (the benchmark's line "of the limit") and for the memory of
 * waiting calls.
 */
async function carryOut<C extends Command>(
  operation: Operation<C>,
  account: Account,
  asked: C,
  options: InvokeOptions<C>,
): Promise<Settled> {
  const invocation = operation.invocationOf(asked);
  const { models, safety } = account;
  let command = asked;
  let queuedAt = performance.now();
  let begun: number | undefined;
  let permit: Permit | undefined;
  let record: SendingRecord | undefined;
  let failed: Failure | undefined;
  let expected: Expectation | undefined;
  try {
    if (safety) {
      const identifiers = operation.identifiersOf(command);
      const judging = judge(safety, command.target, identifiers, options.isConfirmed === true);
      if (judging) {
        await (options.signal ? abortable(judging, options.signal) : judging);
        queuedAt = performance.now();
      }
    }
    if (models && options.check) {
      const checking = options.check.apply(models, command);
      if (checking instanceof Promise) {
        command = await (options.signal ? abortable(checking, options.signal) : checking);
        queuedAt = performance.now();
      } else command = checking;
    }
    if (safety?.isDryRun) return unsent(operation, command, invocation);
    permit = account.governor.enterNow(options.signal);
    if (permit) begun = queuedAt;
    else {
      permit = await account.governor.enter(options.signal);
      begun = performance.now();
      invocation.queuedMs = Math.round(begun - queuedAt);
    }
    options.progress?.begun();
    if (safety?.trail) {
      const sending = safety.trail.sending(operation, command, options.origin);
      record = sending.record;
      // Many wait for one write. A disk that takes its time must not use up the call's.
      if (sending.written) {
        await sending.written;
        begun = performance.now();
      }
      if (options.signal?.aborted) throw closed(false);
    }
    let outputs: readonly Parameter[] | undefined;
    // From now on, because a reply can overtake the platform's answer (docs/protocol.md, 8.7).
    expected = options.replies?.expect(command.target, command);
    const attempts = new Attempts(account.governor, options, begun, options.timeout ?? account.timeout);
    let answer: CommandAnswer | undefined;
    while (!answer) {
      invocation.attempts = attempts.begin();
      try {
        // Thousands may wait here: a function of its own would cost each of them half a kilobyte.
        let calling: Promise<Answer> | undefined = account.client.call(
          operation.actionOf(command),
          operation.parametersOf(command),
          attempts.limits,
        );
        // If they are not known yet, they are looked up in the background; the call never waits for that.
        outputs ??= operation.outputsOf(command, models);
        const said = await calling;
        // Not kept in memory while the reply is awaited.
        calling = undefined;
        account.governor.speedUp();
        outputs ??= operation.outputsOf(command, models);
        answer = operation.readAnswer(said, command, outputs);
      } catch (error) {
        const thrown = asFailure(error);
        const failure = operation.judged ? operation.judged(thrown, command) : thrown;
        if (failure.outcome === "unknown") account.issued?.addLost(command.target);
        await attempts.failed(failure);
      }
    }
    const { callType, messageId, result } = answer;
    invocation.callType = callType;
    invocation.messageId = messageId;
    invocation.requestId = answer.requestId;
    if (answer.code !== undefined) invocation.code = answer.code;
    if (callType === "async" && messageId !== undefined) account.issued?.add(messageId);
    if (callType === "sync") return { ok: true, result: inTypesOf(outputs, result), invocation };
    if (!expected) return { ok: true, result, invocation };
    permit.release();
    permit = undefined;
    options.progress?.accepted();
    if (messageId === undefined) throw withoutMessageId();
    const reply = await expected.reply(
      messageId,
      options.replyTimeout ?? usualReplyTimeoutMs,
      options.signal,
    );
    if (reply.code !== undefined) invocation.code = reply.code;
    if (reply.checkFailedData !== undefined)
      invocation.checkFailedData = structuredClone(reply.checkFailedData);
    outputs ??= operation.outputsOf(command, models);
    return { ok: true, result: inTypesOf(outputs, outputsOf(reply)), invocation };
  } catch (error) {
    // If only the reply failed, what the platform's answer said is still valid.
    const failure = (failed = asFailure(error).about(invocation));
    if (begun === undefined) invocation.queuedMs = Math.round(performance.now() - queuedAt);
    if (models) options.check?.refused(models, command, failure);
    invocation.requestId = failure.requestId;
    invocation.messageId = failure.messageId;
    return { ok: false, failure, invocation };
  } finally {
    expected?.end();
    permit?.release();
    if (begun !== undefined) invocation.durationMs = Math.round(performance.now() - begun);
    if (safety?.trail) safety.trail.settled(operation, command, options.origin, record, invocation, failed);
  }
}

/** What would have been sent. */
function unsent<C extends Command>(operation: Operation<C>, command: C, invocation: Invocation): Settled {
  invocation.dryRun = true;
  const given = Object.entries(operation.parametersOf(command)).filter(([, value]) => value !== undefined);
  const result = { operation: operation.name, parameters: Object.fromEntries(given) };
  return { ok: true, result, invocation };
}

/** Calls a service of a device; see `carryOut`. */
export function invoke(account: Account, call: ServiceCall, options: InvokeOptions): Promise<Settled> {
  return carryOut(serviceOperation, account, call, options);
}

/** Sets properties of a device; see `carryOut`. */
export function setProperties(
  account: Account,
  command: PropertyCommand,
  options: InvokeOptions<PropertyCommand>,
): Promise<Settled> {
  return carryOut(propertyOperation(command), account, command, options);
}

/** What a device has answered, in the types of the thing model where that is known, else as it came. */
function inTypesOf(outputs: readonly Parameter[] | undefined, result: unknown): unknown {
  return outputs ? decodeOutputs(outputs, result) : result;
}

/** Without an id, no reply can be matched to this call. */
function withoutMessageId(): Failure {
  return invalidResponse({ statusCode: 200 }, "errors.response-no-message-id");
}
