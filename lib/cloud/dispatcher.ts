import type { buildConnector, Dispatcher } from "undici";
import { isLoopback } from "../base/loopback";
import { codeOf } from "../base/system-code";
import type { TlsOptions } from "../base/tls-options";
import { resumingConnector } from "./connector";
import { proxyOfEnvironment, type ProxySettings } from "./proxy";
import { SpareConnection } from "./spare-connection";

export interface ConnectionSettings {
  origin: URL;
  /** Maximum number of sockets. */
  connections: number;
  /** Milliseconds for DNS, TCP and TLS together. */
  connectTimeout: number;
  tls?: TlsOptions | undefined;
  proxy?: ProxySettings | undefined;
  /**
   * Whether to keep a connection in reserve. There is none through a proxy, which would have to be asked for it with a
   * request, and its login.
   */
  spareConnection?: boolean | undefined;
}

interface Connections {
  dispatcher: Dispatcher;
  spare: SpareConnection | undefined;
}

const undici = (): typeof import("undici") => require("undici");

/** Loads what connections need, so that the first call does not wait for that. */
export function loadConnections(): void {
  undici();
}

/**
 * Opens connections to the platform, directly or through a proxy.
 * @throws {Failure} `invalid-input` where the environment names an unusable proxy
 */
export function createDispatcher(settings: ConnectionSettings): Connections {
  const { buildConnector, EnvHttpProxyAgent, Pool } = undici();
  const connect = { ...settings.tls, timeout: settings.connectTimeout };
  const resuming = resumingConnector(buildConnector, connect);
  const spare = settings.spareConnection ? new SpareConnection(resuming) : undefined;
  const direct = spare?.connect ?? resuming;
  const common = {
    connections: settings.connections,
    pipelining: 1,
    // The whole call has a timer of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Shorter than any server's, so that a call is rarely sent on a socket that the server is closing.
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 30000,
  };
  const proxy = isLoopback(settings.origin) ? undefined : (settings.proxy ?? proxyOfEnvironment());
  if (!proxy) {
    return { dispatcher: new Pool(settings.origin, { ...common, connect: direct }), spare };
  }
  const dispatcher = new EnvHttpProxyAgent({
    ...common,
    connect,
    requestTls: connect,
    proxyTls: { timeout: settings.connectTimeout },
    factory: (origin, options: { connect?: Connector | buildConnector.BuildOptions }) =>
      new Pool(origin, {
        ...options,
        // Options rather than a function: a host that needs no proxy.
        connect:
          typeof options.connect === "function"
            ? boundedConnector(options.connect, settings.connectTimeout)
            : direct,
      }),
    httpProxy: proxy.url,
    httpsProxy: proxy.url,
    noProxy: proxy.noProxy.join(","),
  });
  return { dispatcher, spare };
}

type Connector = buildConnector.connector;

/**
 * A connector that always settles. undici waits minutes for a proxy's answer to CONNECT, and reconnects endlessly if the
 * proxy closes the connection; here both are failed connections.
 */
function boundedConnector(connect: Connector, milliseconds: number): Connector {
  return (options, callback) => {
    let isDone = false;
    const end: buildConnector.Callback = (...[error, socket]) => {
      if (isDone) {
        socket?.destroy();
        return;
      }
      isDone = true;
      clearTimeout(timer);
      if (error) callback(connectError(error), null);
      else callback(null, socket);
    };
    const timer = setTimeout(() => end(systemError("ETIMEDOUT"), null), milliseconds);
    connect(options, end);
  };
}

/** undici reconnects at once after these two errors. */
function connectError(error: Error): Error {
  const code = codeOf(error);
  const status = /^Proxy response \((\d+)\)/.exec(error.message)?.[1];
  if (status) return systemError(`PROXY_${status}`);
  return code === "UND_ERR_SOCKET" || code === "UND_ERR_INFO" ? systemError("PROXY_CLOSED") : error;
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
