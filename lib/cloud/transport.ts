import type { Dispatcher } from "undici";
import type { Deadline } from "../base/deadline";
import { IndexedList, type Member } from "../base/indexed-list";
import { opaque } from "../base/opaque";
import { codeOf } from "../base/system-code";
import { type ConnectionSettings, createDispatcher } from "./dispatcher";
import { ReceivedAnswer } from "./http-answer";
import type { SignedRequest } from "./signature";
import type { SpareConnection } from "./spare-connection";

interface TransportSettings extends ConnectionSettings {
  /** Called when an abandoned, unsent request no longer occupies a connection. */
  onFreed?: (() => void) | undefined;
}

/** Why there is no answer, and whether a byte of the request may have left. */
export class TransportError extends Error {
  constructor(
    readonly reason: "connect" | "lost" | "aborted" | "too-large" | "unsendable",
    readonly sent: boolean,
    /** System or library code such as `ECONNREFUSED`; empty if there is none. */
    readonly systemCode: string,
    readonly statusCode?: number,
  ) {
    super(`${reason} ${systemCode}`.trim());
    this.name = "TransportError";
  }
}

/** Waits for the end of a request: one of the two is called, once. */
export interface Receiver {
  received(answer: ReceivedAnswer): void;
  failed(error: TransportError): void;
}

/**
 * Keep-alive HTTP to one origin.
 *
 * undici and not node:http, because its dispatcher reports the moment at which a request is written to a socket. That
 * moment separates `not-sent` from `unknown`. It also costs less per call and supports proxies.
 * Loaded with the first transport, as it is the heaviest module of the package.
 */
export class Transport {
  private readonly dispatcher: Dispatcher;
  private readonly origin: string;
  private readonly servername: string | null;
  private readonly underWay: UnderWay;
  private isClosed = false;

  /** @throws {Failure} `invalid-input` where the environment names an unusable proxy */
  constructor(settings: TransportSettings) {
    // The settings are not kept, so that printing a client does not show the proxy's password.
    const { dispatcher, spare } = createDispatcher(settings);
    this.dispatcher = dispatcher;
    this.underWay = { open: new IndexedList(), givenUp: 0, onFreed: settings.onFreed, spare };
    this.origin = settings.origin.origin;
    const servername = settings.tls?.["servername"];
    this.servername = typeof servername === "string" && servername ? servername : null;
  }

  /**
   * One request, one answer. Never retries, never throws.
   * @param maxBytes of an answer's body that are accepted
   * @param receiver is told how it ended, once
   */
  send(request: SignedRequest, deadline: Deadline, maxBytes: number, receiver: Receiver): void {
    if (deadline.isReached || this.isClosed) {
      receiver.failed(new TransportError("aborted", false, ""));
      return;
    }
    const exchange = new Exchange(this.underWay, maxBytes, receiver);
    deadline.onReached(exchange);
    try {
      // Written out: a spread here costs more than the signature.
      const options = {
        origin: this.origin,
        path: request.path,
        method: request.method,
        headers: request.headers,
        body: request.body === "" ? null : request.body,
        servername: this.servername,
      };
      this.dispatcher.dispatch(options, exchange);
    } catch (error) {
      exchange.fail(new TransportError("unsendable", false, codeOf(error)));
    }
  }

  /** How many connections are occupied by abandoned requests. */
  get givenUp(): number {
    return this.underWay.givenUp;
  }

  /** Ends every connection at once, and every request in flight as `aborted`. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.underWay.spare?.close();
    for (const exchange of this.underWay.open.list()) exchange.abort();
    await this.dispatcher.destroy();
  }
}

// Its connections hold the secrets of the settings that it was made from.
opaque(Transport);

interface UnderWay {
  readonly open: IndexedList<Exchange>;
  /** Requests that were abandoned before they were sent and still wait for a connection. */
  givenUp: number;
  readonly onFreed: (() => void) | undefined;
  readonly spare: SpareConnection | undefined;
}

/**
 * One request on its way; what undici reports about it becomes an answer or a TransportError.
 * It is undici's older kind of handler: for the newer one undici makes two objects for each request, and a third one of all
 * headers. Bench line: "own" in bench/check.ts.
 */
class Exchange implements Dispatcher.DispatchHandler, Member {
  index = 0;
  private abortRequest: ((reason: Error) => void) | undefined;
  private sent = false;
  private settled = false;
  private isInLine = false;
  private statusCode: number | undefined;
  private headers: readonly Buffer[] = [];
  private chunks: Buffer[] | undefined;
  private size = 0;

  constructor(
    private readonly underWay: UnderWay,
    private readonly maxBytes: number,
    private readonly receiver: Receiver,
  ) {
    underWay.open.add(this);
  }

  /** It is about to be written to a socket. */
  onConnect(abort: (reason: Error) => void): void {
    this.abortRequest = abort;
    if (!this.settled) {
      this.sent = true;
      return;
    }
    abort(new Error("no longer wanted"));
    this.leaveLine();
  }

  onHeaders(statusCode: number, headers: Buffer[]): boolean {
    if (statusCode < 200) return true;
    this.statusCode = statusCode;
    this.headers = headers;
    return true;
  }

  /** @returns whether to go on reading */
  onData(chunk: Buffer): boolean {
    this.size += chunk.length;
    if (this.size <= this.maxBytes) {
      if (this.chunks) this.chunks.push(chunk);
      else this.chunks = [chunk];
      return true;
    }
    this.fail(new TransportError("too-large", true, "", this.statusCode));
    this.abortRequest?.(new Error("answer too large"));
    return true;
  }

  onComplete(): void {
    if (!this.settle()) return;
    this.underWay.spare?.answered();
    const { chunks = [], headers, statusCode = 0 } = this;
    this.receiver.received(
      new ReceivedAnswer(statusCode, headers, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
    );
  }

  onError(error: Error): void {
    this.leaveLine();
    this.fail(new TransportError(this.sent ? "lost" : "connect", this.sent, codeOf(error), this.statusCode));
  }

  fail(error: TransportError): void {
    if (this.settle()) this.receiver.failed(error);
  }

  /** Nobody waits for the answer any more. */
  abort(): void {
    // undici keeps a request that it has not begun until there is a connection, or none can be opened.
    if (!this.settled && !this.sent) {
      this.isInLine = true;
      this.underWay.givenUp++;
    }
    this.fail(new TransportError("aborted", this.sent, "", this.statusCode));
    this.abortRequest?.(new Error("aborted"));
  }

  private leaveLine(): void {
    if (!this.isInLine) return;
    this.isInLine = false;
    this.underWay.givenUp--;
    this.underWay.onFreed?.();
  }

  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.underWay.open.remove(this);
    return true;
  }
}
