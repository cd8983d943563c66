import type { Dispatcher } from "undici";
import { isLoopback } from "./regions";
import type { SignedRequest } from "./signature";

/** Options for a TLS socket, as core's `tls-config` node fills them in. */
export type TlsOptions = Record<string, unknown>;

export interface ProxySettings {
  /** URL of the proxy, with user and password where it wants them. */
  url: string;
  /** Hosts to reach without it. */
  noProxy: string[];
}

export interface TransportSettings {
  origin: URL;
  /** How many sockets at most. */
  connections: number;
  /** Milliseconds for DNS, TCP and TLS together. */
  connectTimeout: number;
  tls?: TlsOptions | undefined;
  proxy?: ProxySettings | undefined;
}

export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
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

/** A thing model of 300 functions is well under 1 MB; what is larger than this is no answer of the platform. */
export const largestAnswer = 4 * 1024 * 1024;

/**
 * Keep-alive HTTP to one origin.
 *
 * undici rather than node:http because its dispatcher tells the moment at which a request is written to a
 * socket: that moment parts `not-sent` from `unknown`. It also costs less per call and brings proxies.
 * Loaded on first use, as it is the heaviest module of the package.
 */
export class Transport {
  private dispatcher: Dispatcher | undefined;
  private closed = false;

  constructor(private readonly settings: TransportSettings) {}

  /**
   * One request, one answer. Never repeats by itself.
   * @throws TransportError
   */
  send(request: SignedRequest, signal: AbortSignal): Promise<HttpAnswer> {
    if (this.closed) return Promise.reject(new TransportError("aborted", false, ""));
    const exchange = new Exchange(signal);
    try {
      this.dispatcher ??= createDispatcher(this.settings);
      this.dispatcher.dispatch(
        {
          origin: this.settings.origin.origin,
          path: request.path,
          method: request.method,
          headers: request.headers,
          body: request.body === "" ? null : request.body,
        },
        exchange,
      );
    } catch (error) {
      exchange.fail(new TransportError("unsendable", false, codeOf(error)));
    }
    return exchange.answer;
  }

  /** Ends every connection at once. Requests in flight end as `aborted` or `lost`. */
  async close(): Promise<void> {
    this.closed = true;
    await this.dispatcher?.destroy();
  }
}

/** One request on its way; what undici reports about it becomes an answer or a TransportError. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<HttpAnswer>;
  private resolve!: (answer: HttpAnswer) => void;
  private reject!: (error: TransportError) => void;
  private controller: Dispatcher.DispatchController | undefined;
  private sent = false;
  private settled = false;
  private statusCode: number | undefined;
  private headers: HttpAnswer["headers"] = {};
  private chunks: Buffer[] = [];
  private size = 0;

  constructor(private readonly signal: AbortSignal) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    if (signal.aborted) this.abort();
    else signal.addEventListener("abort", this.abort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.settled) controller.abort(new Error("no longer wanted"));
    else this.sent = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: HttpAnswer["headers"],
  ): void {
    if (statusCode < 200) return;
    this.statusCode = statusCode;
    this.headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size <= largestAnswer) {
      this.chunks.push(chunk);
      return;
    }
    this.fail(new TransportError("too-large", true, "", this.statusCode));
    controller.abort(new Error("answer too large"));
  }

  onResponseEnd(): void {
    if (!this.settle()) return;
    const body = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.resolve({ statusCode: this.statusCode ?? 0, headers: this.headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.fail(new TransportError(this.sent ? "lost" : "connect", this.sent, codeOf(error), this.statusCode));
  }

  fail(error: TransportError): void {
    if (this.settle()) this.reject(error);
  }

  private readonly abort = (): void => {
    this.fail(new TransportError("aborted", this.sent, "", this.statusCode));
    this.controller?.abort(new Error("aborted"));
  };

  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.signal.removeEventListener("abort", this.abort);
    return true;
  }
}

function createDispatcher(settings: TransportSettings): Dispatcher {
  const { EnvHttpProxyAgent, Pool }: typeof import("undici") = require("undici");
  const connect = { ...settings.tls, timeout: settings.connectTimeout };
  const common = {
    connections: settings.connections,
    pipelining: 1,
    // The whole call has a timer of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Shorter than any server's, so that a call seldom meets a socket that the server is just closing.
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 30000,
  };
  if (isLoopback(settings.origin) || !(settings.proxy ?? proxyOfEnvironment())) {
    return new Pool(settings.origin, { ...common, connect });
  }
  const { proxy } = settings;
  return new EnvHttpProxyAgent({
    ...common,
    connect,
    requestTls: connect,
    proxyTls: { timeout: settings.connectTimeout },
    ...(proxy && { httpProxy: proxy.url, httpsProxy: proxy.url, noProxy: proxy.noProxy.join(",") }),
  });
}

function proxyOfEnvironment(): string | undefined {
  const { https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY } = process.env;
  return https_proxy || HTTPS_PROXY || http_proxy || HTTP_PROXY;
}

function codeOf(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === "string" && code !== "") return code;
    if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  }
  return "";
}
