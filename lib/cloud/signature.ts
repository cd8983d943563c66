import { createHmac, hash } from "node:crypto";

export interface Credentials {
  accessKeyId: string;
  accessKeySecret: string;
  /** Present for temporary credentials (STS) only. */
  securityToken?: string | undefined;
}

export interface RequestToSign {
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
  /** Unique per request; a repeated one is refused. */
  nonce: string;
}

export interface SignedRequest {
  method: "POST";
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  body: string;
  /** What the headers prove with; must not show anywhere. */
  signature: string;
}

const emptyBodyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * Signs a request with ACS3-HMAC-SHA256 (reference, section 2.5). The secret never travels; the query
 * string holds API parameters only, so that a logged URL gives nothing away.
 */
export function signRequest(request: RequestToSign): SignedRequest {
  const { accessKeyId, accessKeySecret, securityToken } = request.credentials;
  const { query } = request;
  const bodyHash = request.body === "" ? emptyBodyHash : sha256(request.body);
  const signed: Record<string, string> = {
    host: request.host,
    "x-acs-action": request.action,
    "x-acs-content-sha256": bodyHash,
    "x-acs-date": isoSeconds(request.now),
    "x-acs-signature-nonce": request.nonce,
    "x-acs-version": request.version,
  };
  if (request.body !== "") signed["content-type"] = "application/x-www-form-urlencoded";
  if (securityToken) {
    signed["x-acs-accesskey-id"] = accessKeyId;
    signed["x-acs-security-token"] = securityToken;
  }
  const { authorization, signature } = authorize(
    "POST",
    query,
    signed,
    bodyHash,
    accessKeyId,
    accessKeySecret,
  );
  return {
    method: "POST",
    path: query === "" ? "/" : `/?${query}`,
    headers: { ...signed, accept: "application/json", authorization },
    body: request.body,
    signature,
  };
}

/** The `Authorization` header for a set of headers that are all signed. Exported for the published vectors. */
export function authorize(
  method: string,
  query: string,
  signedHeaders: Record<string, string>,
  bodyHash: string,
  accessKeyId: string,
  accessKeySecret: string,
): { authorization: string; signature: string } {
  const names = Object.keys(signedHeaders).sort();
  const lines = names.map((name) => `${name}:${signedHeaders[name]?.trim()}\n`).join("");
  const canonicalRequest = `${method}\n/\n${query}\n${lines}\n${names.join(";")}\n${bodyHash}`;
  const signature = createHmac("sha256", accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonicalRequest)}`)
    .digest("hex");
  const authorization = `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return { authorization, signature };
}

/** Parameters sorted by name and percent-encoded by RFC 3986; also a valid form body. */
export function canonicalQuery(parameters: Record<string, string>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${encode(name)}=${encode(parameters[name] ?? "")}`)
    .join("&");
}

/** RFC 3986: `encodeURIComponent` leaves five characters alone that the platform encodes. */
export function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `2024-01-02T03:04:05Z`: the platform refuses milliseconds. */
function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
