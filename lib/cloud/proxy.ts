import { invalidInput } from "../base/failure";

export interface ProxySettings {
  /** URL of the proxy, with user and password if it needs them. */
  url: string;
  /** Hosts to reach without it. */
  noProxy: string[];
}

/**
 * The URL of a proxy; `host:port` means http, as it does for curl.
 * @throws {Failure} `invalid-input`
 */
export function readProxyUrl(typed: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url;
  // Not quoted: it may hold a password.
  throw invalidInput({ key: "errors.proxy-url" });
}

/**
 * The proxy for https from the usual environment variables.
 * @throws {Failure} `invalid-input`
 */
export function proxyOfEnvironment(env: NodeJS.ProcessEnv = process.env): ProxySettings | undefined {
  const typed = env["https_proxy"] || env["HTTPS_PROXY"] || env["http_proxy"] || env["HTTP_PROXY"];
  if (!typed) return undefined;
  const noProxy = (env["no_proxy"] || env["NO_PROXY"] || "").split(",");
  return { url: readProxyUrl(typed.trim()).href, noProxy };
}
