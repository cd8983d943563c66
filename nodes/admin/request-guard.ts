import { RefusedRequest } from "./refused-request";

/** The parts of an Express request that tell its origin and its content type. */
export interface GuardedRequest {
  method: string;
  headers: Record<string, string | string[] | undefined>;
}

/**
 * Refuses requests that a page of another site makes a browser send. If the browser sends `Sec-Fetch-Site`, that counts;
 * over plain HTTP to another machine it does not, and the origin must then be an address of this Node-RED. Other programs
 * send neither and only need the permission.
 * @param cors the setting `httpAdminCors`, for editors that are served from elsewhere
 * @throws {RefusedRequest} 403
 */
export async function refuseForeignSite(request: GuardedRequest, cors: unknown): Promise<void> {
  const site = headerOf(request, "sec-fetch-site");
  if (site === "same-origin" || site === "none") return;
  const origin = headerOf(request, "origin");
  if (site === undefined && origin === undefined) return;
  // Another port of this machine is the same site, but may belong to anybody.
  const mayBeOurs = site === undefined || site === "same-site";
  if (mayBeOurs && origin !== undefined && origin !== "null") {
    if (isOwnOrigin(origin, request) || (await isAllowed(cors, origin, request))) return;
  }
  throw new RefusedRequest("foreign-site", 403, { key: "errors.look-up-foreign" });
}

/**
 * Refuses requests that a form or a script of another site can send without a CORS preflight.
 * @throws {RefusedRequest} 415
 */
export function refuseOtherTypes(request: GuardedRequest): void {
  const isReading = request.method === "GET" || request.method === "HEAD";
  const length = headerOf(request, "content-length") ?? "0";
  if (isReading && length === "0" && headerOf(request, "transfer-encoding") === undefined) return;
  const type = headerOf(request, "content-type") ?? "";
  if (/^\s*application\/json\s*(;|$)/i.test(type)) return;
  throw new RefusedRequest("unsupported-media-type", 415, { key: "errors.look-up-type" });
}

/** A header as one text; Node.js joins most duplicate headers, which then match nothing. */
function headerOf({ headers }: GuardedRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Whether the origin is the address of this request, or the one that a reverse proxy reports. */
function isOwnOrigin(origin: string, request: GuardedRequest): boolean {
  const [, scheme, host] = /^(https?):\/\/([^/\s]+)$/.exec(origin.toLowerCase()) ?? [];
  if (scheme === undefined || host === undefined) return false;
  const usual = scheme === "https" ? ":443" : ":80";
  const plain = (name: string): string => (name.endsWith(usual) ? name.slice(0, -usual.length) : name);
  return hostsOf(request).some((own) => plain(own) === plain(host));
}

/** Chained proxies append their names to the list; some send the port separately. */
function hostsOf(request: GuardedRequest): string[] {
  const list = (name: string): string[] =>
    (headerOf(request, name) ?? "")
      .toLowerCase()
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  const forwarded = list("x-forwarded-host");
  const withPort = list("x-forwarded-port").flatMap((port) =>
    forwarded.filter((host) => !/:\d+$/.test(host)).map((host) => `${host}:${port}`),
  );
  return [...list("host"), ...forwarded, ...withPort];
}

type Answer = (error: unknown, value: unknown) => void;
type Ask = (subject: unknown, answer: Answer) => void;

/** `httpAdminCors` can be everything that the package `cors` accepts. */
async function isAllowed(cors: unknown, origin: string, request: GuardedRequest): Promise<boolean> {
  try {
    const options = typeof cors === "function" ? await asked(cors as Ask, request) : cors;
    if (typeof options !== "object" || options === null) return false;
    // As in the package `cors`: without the property any site is allowed, with a falsy value none.
    const rule = "origin" in options ? options.origin : "*";
    return matches(typeof rule === "function" ? await asked(rule as Ask, origin) : rule, origin);
  } catch {
    return false;
  }
}

function asked(ask: Ask, subject: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    ask(subject, (error, value) => (error ? reject(new Error("refused")) : resolve(value)));
  });
}

function matches(rule: unknown, origin: string): boolean {
  if (rule === true || rule === "*" || rule === origin) return true;
  if (Array.isArray(rule)) return rule.some((one) => matches(one, origin));
  // A RegExp with the flag g would continue from its last match.
  return rule instanceof RegExp && new RegExp(rule.source, rule.flags.replace(/[gy]/g, "")).test(origin);
}
