import { closed } from "../cloud/call-failure";
import type { Client } from "../cloud/client";
import { Failure } from "../cloud/failure";
import { textOfError } from "./describe";
import type { Governor } from "./governor";
import type { Target } from "./inputs";
import { readServiceAnswer, type ServiceAnswer } from "./result";
import {
  delayBefore,
  type Delivery,
  isMendedAtOnce,
  leastTimeMs,
  mayRepeat,
  mostAttempts,
  pause,
} from "./retry";

/** What a call needs of its account. */
export interface Account {
  client: Client;
  governor: Governor;
  /** Milliseconds for a whole call. */
  timeout: number;
}

export interface ServiceCall {
  target: Target;
  /** Identifier, or `module:identifier`. */
  service: string;
  /** JSON text of one object. */
  args: string;
}

export interface InvokeOptions {
  delivery: Delivery;
  /** Milliseconds for the whole call, its repetitions included; default the account's. */
  timeout?: number | undefined;
  /** Called when the call leaves the queue. */
  onBegin?: (() => void) | undefined;
  /** Ends the call as `closed`. */
  signal?: AbortSignal | undefined;
}

/** How a call went; the shape of `msg.invocation`. */
export interface Invocation {
  service: string;
  productKey?: string | undefined;
  deviceName?: string | undefined;
  iotId?: string | undefined;
  callType?: "sync" | "async" | undefined;
  requestId?: string | undefined;
  messageId?: string | undefined;
  code?: number | string | undefined;
  attempts: number;
  queuedMs: number;
  durationMs: number;
}

/** The one outcome of a call. */
export type Settled =
  | { ok: true; result: unknown; invocation: Invocation }
  | { ok: false; failure: Failure; invocation: Invocation };

/** Calls a service of a device: quota, attempts, answer. Never rejects. */
export async function invoke(account: Account, call: ServiceCall, options: InvokeOptions): Promise<Settled> {
  const invocation: Invocation = {
    service: call.service,
    ...call.target,
    attempts: 0,
    queuedMs: 0,
    durationMs: 0,
  };
  const asked = performance.now();
  let begun: number | undefined;
  try {
    const place = await account.governor.enter(options.signal);
    begun = performance.now();
    options.onBegin?.();
    invocation.queuedMs = Math.round(begun - asked);
    try {
      const { result, ...answer } = await attempt(account, call, options, invocation);
      Object.assign(invocation, answer);
      return { ok: true, result, invocation };
    } finally {
      place.release();
    }
  } catch (error) {
    const failure = asFailure(error);
    if (begun === undefined) invocation.queuedMs = Math.round(performance.now() - asked);
    invocation.requestId = failure.requestId;
    invocation.messageId = failure.messageId;
    return { ok: false, failure, invocation };
  } finally {
    if (begun !== undefined) invocation.durationMs = Math.round(performance.now() - begun);
  }
}

/** Attempts until one settles the call, within the time of the whole call. */
async function attempt(
  { client, governor, timeout }: Account,
  call: ServiceCall,
  { delivery, timeout: ownTimeout, signal }: InvokeOptions,
  invocation: Invocation,
): Promise<ServiceAnswer> {
  const whole = ownTimeout ?? timeout;
  const deadline = performance.now() + whole;
  const lastStart = deadline - Math.min(leastTimeMs, whole / 4);
  const { target } = call;
  let mended: string | undefined;
  let mayHaveBeenSent: Failure | undefined;
  for (;;) {
    invocation.attempts++;
    const since = performance.now();
    try {
      const answer = await client.call(
        "InvokeThingService",
        {
          IotId: target.iotId,
          ProductKey: target.productKey,
          DeviceName: target.deviceName,
          Identifier: call.service,
          Args: call.args,
        },
        { timeout: Math.max(1, deadline - performance.now()), signal },
      );
      governor.speedUp();
      return readServiceAnswer(answer);
    } catch (error) {
      const failure = asFailure(error);
      if (failure.category === "throttled") governor.slowDown(since);
      // Once an attempt may have been carried out, no later refusal makes that untrue.
      if (failure.outcome === "unknown") mayHaveBeenSent = failure;
      const final = mayHaveBeenSent && failure.outcome !== "failed" ? mayHaveBeenSent : failure;
      if (invocation.attempts >= mostAttempts || !mayRepeat(failure, delivery)) throw final;
      if (isMendedAtOnce(failure) && mended === failure.code) throw final;
      if (isMendedAtOnce(failure)) mended = failure.code;
      const delay = Math.max(delayBefore(invocation.attempts, failure), governor.reserveStart());
      if (performance.now() + delay >= lastStart) throw final;
      await pause(delay, signal);
      if (signal?.aborted) throw closed(mayHaveBeenSent !== undefined);
    }
  }
}

function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : internalFailure(error, "unknown");
}

/** A fault of this package. */
export function internalFailure(error: unknown, outcome: "not-sent" | "unknown"): Failure {
  return new Failure({
    code: "internal-error",
    category: "platform",
    outcome,
    retryable: false,
    text: { key: "errors.internal", params: { reason: textOfError(error) } },
    hint: outcome === "unknown" ? "hints.unknown" : undefined,
  });
}
