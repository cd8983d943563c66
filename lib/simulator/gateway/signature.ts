import { createHash, createHmac } from "node:crypto";

/** Everything outside `A–Z a–z 0–9 - _ . ~` as `%XY` (docs/protocol.md, 2.2). Exported for its test. */
export function percentEncode(text: string): string {
  // A lone surrogate cannot be encoded; only a hostile request contains one, and its signature is then wrong.
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Parameters sorted by name and encoded, joined with `&`. */
function canonicalQuery(parameters: Iterable<readonly [string, string]>): string {
  return [...parameters]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&");
}

/** V1: what is signed for `parameters` (without `Signature`) under the HTTP verb (docs/protocol.md, 2.2). */
export function rpcStringToSign(method: string, parameters: Iterable<readonly [string, string]>): string {
  return `${method}&%2F&${percentEncode(canonicalQuery(parameters))}`;
}

/** V1: Base64 of HMAC-SHA1 under the secret and `&`. */
export function rpcSignature(secret: string, stringToSign: string): string {
  return createHmac("sha1", `${secret}&`).update(stringToSign).digest("base64");
}

interface Acs3Request {
  method: string;
  query: Iterable<readonly [string, string]>;
  /** Lower-case name to value, as received. */
  headers: ReadonlyMap<string, string>;
  /** In the order of the Authorization header. */
  signedHeaders: readonly string[];
  /** Lower hex SHA-256 of the body. */
  bodyHash: string;
}

/** V3: what is signed (docs/protocol.md, 2.5). */
export function acs3StringToSign(request: Acs3Request): string {
  const lines = request.signedHeaders.map((name) => `${name}:${(request.headers.get(name) ?? "").trim()}\n`);
  const canonical = [
    request.method,
    "/",
    canonicalQuery(request.query),
    lines.join(""),
    request.signedHeaders.join(";"),
    request.bodyHash,
  ].join("\n");
  return `ACS3-HMAC-SHA256\n${sha256(canonical)}`;
}

/** V3: lower hex of HMAC-SHA256 under the secret alone. */
export function acs3Signature(secret: string, stringToSign: string): string {
  return createHmac("sha256", secret).update(stringToSign).digest("hex");
}

interface Acs3Authorization {
  accessKeyId: string;
  signedHeaders: string[];
  signature: string;
}

/** Reads `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=a;b,Signature=…`; undefined where a part is missing. */
export function parseAcs3Authorization(header: string): Acs3Authorization | undefined {
  const fields = new Map<string, string>();
  for (const part of header.replace(/^ACS3-HMAC-SHA256\s+/, "").split(",")) {
    const equals = part.indexOf("=");
    if (equals > 0) fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const accessKeyId = fields.get("Credential");
  const signedHeaders = fields.get("SignedHeaders");
  const signature = fields.get("Signature");
  if (!accessKeyId || !signedHeaders || !signature) return undefined;
  return { accessKeyId, signedHeaders: signedHeaders.split(";"), signature };
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
