import assert from "node:assert/strict";
import { createHash, createHmac, randomUUID } from "node:crypto";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { Simulator } from "../../lib/simulator/simulator";

/** A client of our own for what the official packages cannot be made to send. It shares no code with lib. */
export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: ReplyBody;
}

export interface ReplyBody {
  RequestId: string;
  Success?: boolean;
  Code?: string;
  Message?: string;
  ErrorMessage?: string;
  Data: Record<string, unknown>;
  [key: string]: unknown;
}

interface Signing {
  accessKeyId?: string;
  secret?: string;
  token?: string;
  method?: string;
  /** UTC milliseconds. */
  at?: number;
  nonce?: string;
  /** Added or replaced after all else was decided, before signing; undefined leaves one out. */
  also?: Record<string, string | undefined>;
}

interface RpcSigning extends Signing {
  format?: string;
  body?: boolean;
  signature?: string;
}

export function send(
  simulator: Simulator,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = "",
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(simulator.endpoint, { method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** An empty body where the text is no JSON. */
function parsed(text: string): ReplyBody {
  try {
    return JSON.parse(text) as ReplyBody;
  } catch {
    return { RequestId: "", Data: {} };
  }
}

/** A V1 call (docs/protocol.md, 2.2). */
export function rpc(
  simulator: Simulator,
  action: string,
  parameters: Record<string, string>,
  signing: RpcSigning = {},
): Promise<Reply> {
  const { method = "POST", body = method === "POST" } = signing;
  const query = rpcQuery(simulator, action, parameters, signing);
  if (!body) return send(simulator, method, `/?${query}`);
  return send(simulator, method, "/", { "content-type": "application/x-www-form-urlencoded" }, query);
}

/** The whole signed query of a V1 call. */
export function rpcQuery(
  simulator: Simulator,
  action: string,
  parameters: Record<string, string>,
  signing: RpcSigning = {},
): string {
  const all: Record<string, string | undefined> = {
    Action: action,
    Version: "2018-01-20",
    Format: signing.format ?? "JSON",
    AccessKeyId: signing.accessKeyId ?? simulator.accessKeyId,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    SignatureNonce: signing.nonce ?? randomUUID(),
    Timestamp: stamp(signing.at),
    SecurityToken: signing.token,
    ...parameters,
    ...signing.also,
  };
  const canonical = canonicalize(all);
  const text = `${signing.method ?? "POST"}&%2F&${encode(canonical)}`;
  const key = `${signing.secret ?? simulator.accessKeySecret}&`;
  const signature = signing.signature ?? createHmac("sha1", key).update(text).digest("base64");
  return `${canonical}&Signature=${encode(signature)}`;
}

export interface Acs3Signing extends Signing {
  accept?: string;
  body?: string;
  contentType?: string;
  /** Sent unsigned. */
  unsigned?: readonly string[];
  hash?: string;
}

/** A V3 call (docs/protocol.md, 2.5). */
export function acs3(
  simulator: Simulator,
  action: string,
  parameters: Record<string, string>,
  signing: Acs3Signing = {},
): Promise<Reply> {
  const { method = "POST", body = "", unsigned = [] } = signing;
  const accessKeyId = signing.accessKeyId ?? simulator.accessKeyId;
  const hash = signing.hash ?? sha256(body);
  const all: Record<string, string | undefined> = {
    host: new URL(simulator.endpoint).host,
    "x-acs-action": action,
    "x-acs-version": "2018-01-20",
    "x-acs-date": stamp(signing.at),
    "x-acs-signature-nonce": signing.nonce ?? randomUUID(),
    "x-acs-content-sha256": hash,
    "content-type": signing.contentType,
    "x-acs-accesskey-id": signing.token && accessKeyId,
    "x-acs-security-token": signing.token,
    ...signing.also,
  };
  const headers = defined(all);
  const signed = Object.keys(headers)
    .filter((name) => !unsigned.includes(name))
    .sort();
  const query = canonicalize(parameters);
  const lines = signed.map((name) => `${name}:${headers[name]}\n`).join("");
  const canonical = [method, "/", query, lines, signed.join(";"), hash].join("\n");
  const secret = signing.secret ?? simulator.accessKeySecret;
  const signature = createHmac("sha256", secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest("hex");
  headers.authorization = `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${signed.join(";")},Signature=${signature}`;
  headers.accept = signing.accept ?? "application/json";
  return send(simulator, method, `/?${query}`, headers, body);
}

/** The reply is a gateway failure of shape (b) with this code. */
export function assertRefused(reply: Reply, status: number, code: string): void {
  assert.deepEqual([reply.status, reply.json.Code], [status, code], reply.text);
  assert.ok(reply.json.RequestId && reply.json.Message && reply.json.HostId, reply.text);
  assert.ok(!("Success" in reply.json), reply.text);
}

/** The reply is a business failure of shape (a) with this code. */
export function assertFailed(reply: Reply, code: string, message?: RegExp): void {
  const { Success, Code, ErrorMessage } = reply.json;
  assert.deepEqual([reply.status, Success, Code], [200, false, code], reply.text);
  if (message) assert.match(ErrorMessage ?? "", message);
}

export function assertSucceeded(reply: Reply): ReplyBody {
  assert.deepEqual([reply.status, reply.json.Success], [200, true], reply.text);
  return reply.json;
}

function stamp(at = Date.now()): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

function canonicalize(values: Record<string, string | undefined>): string {
  const names = Object.keys(defined(values)).sort();
  return names.map((name) => `${encode(name)}=${encode(values[name] ?? "")}`).join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
