import { hash } from "node:crypto";
import type { Credentials } from "../base/credentials";
import { HmacKey } from "./hmac";

interface RequestToSign {
  host: string;
  action: string;
  version: string;
  /** API parameters as `canonicalQuery` writes them, or empty. */
  query: string;
  /** A form body, or empty. */
  body: string;
  credentials: Credentials;
  /** Milliseconds since the epoch. */
  now: number;
  /** Unique per request; the platform refuses a repeated one. */
  nonce: string;
}

export interface SignedRequest {
  method: "POST";
  /** Path and query. */
  path: string;
  /** Names and values alternately. */
  headers: string[];
  body: string;
  /** The signature in the headers; must not show anywhere. */
  signature: string;
}

const emptyBodyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * Signs a request with ACS3-HMAC-SHA256 (docs/protocol.md, 2.5). The secret is never sent; the query
 * string holds API parameters only, so that a logged URL reveals nothing.
 */
export function signRequest(request: RequestToSign): SignedRequest {
  const { host, action, version, query, body, credentials, nonce } = request;
  const { accessKeyId, securityToken } = credentials;
  if (body === "" && !securityToken) return signPlain(request);
  const bodyHash = body === "" ? emptyBodyHash : hash("sha256", body, "hex");
  // Sorted by name, as the signature wants them.
  const headers = body === "" ? ["host", host] : ["content-type", formType, "host", host];
  if (securityToken) headers.push("x-acs-accesskey-id", accessKeyId);
  headers.push(
    "x-acs-action",
    action,
    "x-acs-content-sha256",
    bodyHash,
    "x-acs-date",
    isoSeconds(request.now),
  );
  if (securityToken) headers.push("x-acs-security-token", securityToken);
  headers.push("x-acs-signature-nonce", nonce, "x-acs-version", version);
  const { authorization, signature } = authorize("POST", query, headers, bodyHash, credentials);
  headers.push("accept", "application/json", "authorization", authorization);
  return { method: "POST", path: query === "" ? "/" : `/?${query}`, headers, body, signature };
}

const plainNames = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";

/**
 * The same for the usual request, without a body and without a token: its headers are always the same ones, so that they
 * are written out instead of collected. Bench line: "own" in bench/check.ts.
 */
function signPlain({ host, action, version, query, credentials, now, nonce }: RequestToSign): SignedRequest {
  const date = isoSeconds(now);
  const canonicalRequest = `POST\n/\n${query}\nhost:${host}\nx-acs-action:${action}\nx-acs-content-sha256:${emptyBodyHash}\nx-acs-date:${date}\nx-acs-signature-nonce:${nonce}\nx-acs-version:${version}\n\n${plainNames}\n${emptyBodyHash}`;
  const signature = signatureOf(canonicalRequest, credentials);
  const headers = [
    "host",
    host,
    "x-acs-action",
    action,
    "x-acs-content-sha256",
    emptyBodyHash,
    "x-acs-date",
    date,
    "x-acs-signature-nonce",
    nonce,
    "x-acs-version",
    version,
    "accept",
    "application/json",
    "authorization",
    authorizationOf(credentials, plainNames, signature),
  ];
  return { method: "POST", path: query === "" ? "/" : `/?${query}`, headers, body: "", signature };
}

const formType = "application/x-www-form-urlencoded";

/**
 * The `Authorization` header. Exported for the test with the published vectors.
 * @param headers all signed headers, sorted by name: names and values alternately, trimmed
 */
export function authorize(
  method: string,
  query: string,
  headers: readonly string[],
  bodyHash: string,
  credentials: Credentials,
): { authorization: string; signature: string } {
  let lines = "";
  let names = "";
  for (let index = 0; index < headers.length; index += 2) {
    lines += `${headers[index]}:${headers[index + 1]}\n`;
    names += index === 0 ? headers[index] : `;${headers[index]}`;
  }
  const canonicalRequest = `${method}\n/\n${query}\n${lines}\n${names}\n${bodyHash}`;
  const signature = signatureOf(canonicalRequest, credentials);
  return { authorization: authorizationOf(credentials, names, signature), signature };
}

function signatureOf(canonicalRequest: string, credentials: Credentials): string {
  return keyOf(credentials).sign(`ACS3-HMAC-SHA256\n${hash("sha256", canonicalRequest, "hex")}`);
}

function authorizationOf({ accessKeyId }: Credentials, names: string, signature: string): string {
  return `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names},Signature=${signature}`;
}

const keys = new WeakMap<Credentials, HmacKey>();

function keyOf(credentials: Credentials): HmacKey {
  let key = keys.get(credentials);
  if (!key) keys.set(credentials, (key = new HmacKey(credentials.accessKeySecret)));
  return key;
}

/** Parameters sorted by name and percent-encoded by RFC 3986; also a valid form body. */
export function canonicalQuery(parameters: Record<string, string>): string {
  let query = "";
  for (const name of Object.keys(parameters).sort()) {
    query += `${query === "" ? "" : "&"}${encode(name)}=${encode(parameters[name]!)}`;
  }
  return query;
}

/** RFC 3986: `encodeURIComponent` leaves five characters alone that the platform encodes. Exported for its test. */
export function encode(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  const encoded = encodeURIComponent(text.toWellFormed());
  // Most texts have none of them, and to look is quicker than to replace.
  if (!/[!'()*]/.test(encoded)) return encoded;
  return encoded.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

let lastSecond = Number.NaN;
let lastText = "";

/**
 * `2024-01-02T03:04:05Z`: the platform refuses milliseconds. The last text is cached, since there are many calls a
 * second.
 */
function isoSeconds(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}
