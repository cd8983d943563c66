import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/*
 * Any page in a browser on this machine can send requests to a loopback server. Three headers tell which requests are
 * legitimate. They are compared as text: a URL parser would accept `localhost:1880@evil.example`.
 */

const octet = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const name = String.raw`(?:localhost|127(?:\.${octet}){3}|\[::1\])(?::\d{1,5})?`;
const loopbackHost = new RegExp(`^${name}$`, "i");
const loopbackOrigin = new RegExp(`^https?://${name}$`, "i");
const ownSites: ReadonlySet<string> = new Set(["same-origin", "same-site", "none"]);

/**
 * Why a request does not come from this machine itself, as one sentence; undefined if it does. A page of another site
 * shows in `Origin` and `Sec-Fetch-Site`, DNS rebinding in `Host`.
 * @param rawHeaders names and values alternately, as in node:http, which keeps duplicates
 */
export function foreignRequest(rawHeaders: readonly string[]): string | undefined {
  const hosts = valuesOf(rawHeaders, "host");
  if (hosts.length !== 1 || !loopbackHost.test(hosts[0]!)) return "the Host must be a loopback";
  const origins = valuesOf(rawHeaders, "origin");
  if (origins.length > 1 || !origins.every((origin) => loopbackOrigin.test(origin))) {
    return "the Origin must be a loopback";
  }
  const isOwn = valuesOf(rawHeaders, "sec-fetch-site").every((site) => ownSites.has(site));
  return isOwn ? undefined : "the request comes from another site";
}

function valuesOf(rawHeaders: readonly string[], header: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === header);
}

/**
 * Answers requests that do not come from this machine itself with 403, before any listener of the server sees them,
 * whenever it was added. Also for upgrades such as WebSockets.
 */
export function guardLocalServer(server: Server): void {
  const emit = server.emit.bind(server) as (event: string, ...details: unknown[]) => boolean;
  server.emit = (event: string, ...details: unknown[]): boolean => {
    if (!asking.has(event)) return emit(event, ...details);
    const refusal = refusalOf(details[0] as IncomingMessage);
    if (refusal === undefined) return emit(event, ...details);
    const isUpgrade = event === "upgrade" || event === "connect";
    if (isUpgrade) endConnection(details[1] as Duplex, refusal);
    else answer(details[1] as ServerResponse, refusal);
    return true;
  };
}

const asking: ReadonlySet<string> = new Set([
  "request",
  "checkContinue",
  "checkExpectation",
  "upgrade",
  "connect",
]);

function refusalOf({ url = "", rawHeaders }: IncomingMessage): string | undefined {
  // `GET http://evil.example/` names a host of its own, which takes precedence over the header.
  return url.startsWith("/") || url === "*" ? foreignRequest(rawHeaders) : "the address must be a path";
}

function answer(response: ServerResponse, refusal: string): void {
  response.writeHead(403, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  response.end(`${refusal}\n`);
}

function endConnection(socket: Duplex, refusal: string): void {
  socket.on("error", () => undefined);
  const head = "HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n";
  socket.end(`${head}content-length: ${Buffer.byteLength(refusal) + 1}\r\n\r\n${refusal}\n`, () =>
    socket.destroy(),
  );
}
