import type { Client, Parameters } from "../cloud/client";
import { Failure } from "../cloud/failure";
import { Attempts } from "./attempts";
import { textOfError } from "./describe";
import type { Governor, Place } from "./governor";
import type { Target } from "./inputs";
import type { IssuedCalls } from "./issued-calls";
import { readServiceAnswer } from "./result";
import type { Delivery } from "./retry";

/** What a call needs of its account. */
export interface Account {
  client: Client;
  governor: Governor;
  /** Milliseconds for a whole call. */
  timeout: number;
  /** Is told of every asynchronous call. */
  issued?: IssuedCalls | undefined;
}

export interface ServiceCall {
  target: Target;
  /** Identifier, or `module:identifier`. */
  service: string;
  /** JSON text of one object. */
  args: string;
  /** The numbers in `args` are JavaScript's, with its rounding. */
  areArgsComputed?: boolean;
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
  let place: Place | undefined;
  try {
    place = await account.governor.enter(options.signal);
    begun = performance.now();
    options.onBegin?.();
    invocation.queuedMs = Math.round(begun - asked);
    const attempts = new Attempts(account.governor, options, begun + (options.timeout ?? account.timeout));
    for (;;) {
      invocation.attempts = attempts.begin();
      try {
        // Thousands may wait here: a function of its own would cost each of them half a kilobyte.
        const answer = await account.client.call("InvokeThingService", parametersOf(call), attempts.limits);
        account.governor.speedUp();
        const { result, ...rest } = readServiceAnswer(answer);
        Object.assign(invocation, rest);
        return { ok: true, result, invocation };
      } catch (error) {
        await attempts.failed(asFailure(error));
      }
    }
  } catch (error) {
    const failure = asFailure(error);
    if (begun === undefined) invocation.queuedMs = Math.round(performance.now() - asked);
    invocation.requestId = failure.requestId;
    invocation.messageId = failure.messageId;
    return { ok: false, failure, invocation };
  } finally {
    place?.release();
    if (begun !== undefined) invocation.durationMs = Math.round(performance.now() - begun);
  }
}

function parametersOf({ target, service, args }: ServiceCall): Parameters {
  return {
    IotId: target.iotId,
    ProductKey: target.productKey,
    DeviceName: target.deviceName,
    Identifier: service,
    Args: args,
  };
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
