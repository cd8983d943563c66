import { randomUUID } from "node:crypto";
import type { CancelSignal } from "../base/cancellation";
import type { Credentials } from "../base/credentials";
import { Deadline } from "../base/deadline";
import { closed, Failure } from "../base/failure";
import { opaque } from "../base/opaque";
import type { TlsOptions } from "../base/tls-options";
import type { Answer } from "./answer";
import { maxAnswerBytesOf } from "./answer-size";
import { transportFailure, unsendable } from "./call-failure";
import type { CredentialSource } from "./credentials";
import type { HttpAnswer } from "./http-answer";
import { type Parameters, writeParameters } from "./parameters";
import { PendingCall, type Recovery } from "./pending-call";
import { PlatformClock } from "./platform-clock";
import type { ProxySettings } from "./proxy";
import { signRequest } from "./signature";
import { Transport, TransportError } from "./transport";

const apiVersion = "2018-01-20";

/**
 * Parameters longer than this are sent as a form body: web servers commonly refuse request lines beyond 8 KB.
 * That the gateway takes a body for this product is inferred (docs/protocol.md, 1.1).
 */
const maxQueryLength = 7000;

/** A clock that was never set starts at 1970; a larger difference is not a time of the platform. */
const maxClockOffset = 100 * 365 * 24 * 3_600_000;

export interface ClientSettings {
  endpoint: URL;
  credentials: CredentialSource;
  /** Sent as `IotInstanceId`; blank for old public instances. */
  instanceId?: string | undefined;
  /** Sockets at most; default 64. */
  concurrency?: number | undefined;
  /** Called when `givenUp` falls. */
  onFreed?: (() => void) | undefined;
  /** Milliseconds for a whole call, unless the call has its own timeout. */
  timeout: number;
  /** Milliseconds for DNS, TCP and TLS; default 5000. */
  connectTimeout?: number | undefined;
  tls?: TlsOptions | undefined;
  proxy?: ProxySettings | undefined;
  /** Whether to keep a connection in reserve for calls after a quiet time; default false. */
  spareConnection?: boolean | undefined;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: (() => number) | undefined;
  /** Shared by clients of the same platform, so that each knows what the others have heard. */
  clock?: PlatformClock | undefined;
}

export type { Parameters } from "./parameters";

export interface CallOptions {
  /** Milliseconds until the call is given up. */
  timeout?: number | undefined;
  /** Ends the call as `closed`. */
  signal?: CancelSignal | undefined;
}

/** Calls operations of the IoT API 2018-01-20 for one account, one attempt per call. */
export class Client implements Recovery {
  private readonly transport: Transport;
  private readonly now: () => number;
  /** Milliseconds to add to the local clock to get the platform's. */
  private clockOffset = 0;
  /** The platform's clock, for comparing its times with moments of this machine. */
  readonly clock: PlatformClock;
  /** Calls without a request that could be aborted. */
  private readonly waiting = new Set<Deadline>();

  constructor(private readonly settings: ClientSettings) {
    this.now = settings.now ?? Date.now;
    this.clock = settings.clock ?? new PlatformClock();
    this.transport = new Transport({
      origin: settings.endpoint,
      connections: settings.concurrency ?? 64,
      onFreed: settings.onFreed,
      connectTimeout: settings.connectTimeout ?? 5000,
      tls: settings.tls,
      proxy: settings.proxy,
      spareConnection: settings.spareConnection,
    });
  }

  /**
   * Calls one operation, with a new signature.
   * @throws {Failure} nothing else is thrown
   */
  call(operation: string, parameters: Parameters, options: CallOptions = {}): Promise<Answer> {
    const deadline = new Deadline(options.timeout ?? this.settings.timeout, options.signal);
    return new Promise((resolve, reject) => {
      const call = new PendingCall(this, operation, deadline, resolve, reject);
      try {
        const credentials = this.settings.credentials.get();
        if (credentials instanceof Promise) {
          this.waitFor(credentials, deadline)
            .then((fetched) => this.send(call, parameters, fetched))
            .catch((error: unknown) => call.failed(error));
        } else this.send(call, parameters, credentials);
      } catch (error) {
        call.failed(error);
      }
    });
  }

  /** Calls that were abandoned before they were sent and still occupy a connection each. */
  get givenUp(): number {
    return this.transport.givenUp;
  }

  /** How far the platform's clock is ahead of this machine's, once the platform has complained of it; else 0. */
  get clockOffsetMs(): number {
    return this.clockOffset;
  }

  /** Ends all connections; calls in flight end as failures. */
  async close(): Promise<void> {
    for (const deadline of this.waiting) deadline.handleEvent();
    await this.transport.close();
  }

  /** Waits for credentials, which cannot be cancelled, no longer than the call or the client lasts. */
  private waitFor<T>(value: Promise<T>, deadline: Deadline): Promise<T> {
    this.waiting.add(deadline);
    return deadline.bound(value, notSentInTime).finally(() => this.waiting.delete(deadline));
  }

  /** @internal by a call */
  failureOf(thrown: unknown, { isTimedOut }: Deadline): Failure {
    if (thrown instanceof Failure) return thrown;
    if (thrown instanceof TransportError)
      return transportFailure(thrown, this.settings.endpoint.host, isTimedOut);
    return unsendable(thrown);
  }

  /** @internal by a call */
  async afterRefusal(
    failure: Failure,
    http: HttpAnswer,
    used: Credentials,
    deadline: Deadline,
  ): Promise<Failure> {
    try {
      const isRecovered = await this.waitFor(this.recover(failure, http, used), deadline);
      return isRecovered ? failure : failure.notRetryable();
    } catch (reason) {
      // Refused, and closed before it could be recovered from: nothing is in flight.
      if (deadline.isReached && !deadline.isTimedOut) return closed(false);
      return failure.notRetryable(reason instanceof Failure ? reason : undefined);
    }
  }

  private send(call: PendingCall, parameters: Parameters, credentials: Credentials): void {
    const { operation, deadline } = call;
    const encoded = writeParameters(parameters, this.settings.instanceId);
    const isLong = encoded.length > maxQueryLength;
    const request = signRequest({
      host: this.settings.endpoint.host,
      action: operation,
      version: apiVersion,
      query: isLong ? "" : encoded,
      body: isLong ? encoded : "",
      credentials,
      now: this.now() + this.clockOffset,
      nonce: randomUUID(),
    });
    call.begun(credentials, request.signature);
    this.transport.send(request, deadline, maxAnswerBytesOf(operation), call);
  }

  /**
   * Recovers from a refusal for the next attempt: adopts the platform's clock, or renews an expired token. Other refusals
   * are left alone.
   * @returns whether the next attempt has a chance
   * @throws {Failure} that says why there is no new token
   */
  private async recover({ code }: Failure, http: HttpAnswer, used: Credentials): Promise<boolean> {
    if (/^(InvalidTimeStamp|IllegalTimestamp)/i.test(code)) {
      const serverTime = Date.parse(String(http.headers["date"]));
      const offset = serverTime - this.now();
      const isPlausible = Math.abs(offset) < maxClockOffset;
      if (isPlausible) this.clockOffset = offset;
      return isPlausible;
    }
    if (!/^InvalidSecurityToken\.Expired$/i.test(code)) return true;
    const { credentials } = this.settings;
    if (!credentials.renew) return false;
    await credentials.renew(used);
    return true;
  }
}

// It holds its settings, with the password of a proxy and the key of a TLS configuration.
opaque(Client);

function notSentInTime(): TransportError {
  return new TransportError("aborted", false, "");
}
