import { sameSignature } from "../common/same-signature";
import { GatewayFailure } from "./failures";
import { operations } from "./operations";
import type { Operation } from "./operations/operation";
import {
  acs3Signature,
  acs3StringToSign,
  parseAcs3Authorization,
  rpcSignature,
  rpcStringToSign,
  sha256,
} from "./signature";

/** A request as received. */
export interface RawRequest {
  method: string;
  /** Path and query. */
  target: string;
  /** Lower-case name to value. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
  /** The body exceeded the limit and was not read. */
  tooLarge: boolean;
  /** Set if a page of another site sent the request: the reason to refuse it. */
  foreign?: string | undefined;
}

export type Format = "JSON" | "XML";

/** One call of an operation, with either signature. */
export interface Call {
  action: string;
  operation: Operation;
  /** API parameters; with V1 including the common ones. */
  parameters: ReadonlyMap<string, string>;
  accessKeyId: string;
  timestamp: string;
  nonce: string;
  securityToken: string | undefined;
  /** @throws {GatewayFailure} `SignatureDoesNotMatch` */
  verify(secret: string): void;
}

const apiVersion = "2018-01-20";
const v3SignedHeaders = [
  "host",
  "x-acs-action",
  "x-acs-version",
  "x-acs-date",
  "x-acs-signature-nonce",
  "x-acs-content-sha256",
];

/** JSON or XML, as requested; XML by default (docs/protocol.md, 2.1). Never throws. */
export function formatOf(request: RawRequest): Format {
  if (isAcs3(request)) return /json/i.test(request.headers.get("accept") ?? "") ? "JSON" : "XML";
  const format = [...queryOf(request), ...formOf(request)].find(([name]) => name === "Format")?.[1];
  return format?.toUpperCase() === "JSON" ? "JSON" : "XML";
}

/**
 * Reads the common parameters (docs/protocol.md, 2.1 and 2.5).
 * @throws {GatewayFailure}
 */
export function readCall(request: RawRequest): Call {
  if (request.method !== "GET" && request.method !== "POST") {
    throw new GatewayFailure(405, "UnsupportedHTTPMethod", "This http method is not supported.");
  }
  if (!/^\/?(\?|$)/.test(request.target)) {
    throw new GatewayFailure(404, "InvalidAction.NotFound", "The path must be /.");
  }
  return isAcs3(request) ? readAcs3(request) : readRpc(request);
}

function readRpc(request: RawRequest): Call {
  const parameters = withoutRepeats([...queryOf(request), ...formOf(request)]);
  const { action, operation } = operationOf(parameters.get("Action"), parameters.get("Version"));
  const need = (name: string): string => needed(parameters.get(name), name);
  const [accessKeyId, timestamp, nonce] = [need("AccessKeyId"), need("Timestamp"), need("SignatureNonce")];
  const method = parameters.get("SignatureMethod");
  const version = parameters.get("SignatureVersion");
  const signature = parameters.get("Signature");
  if (!signature || method?.toUpperCase() !== "HMAC-SHA1" || version !== "1.0") {
    throw incomplete("SignatureMethod must be HMAC-SHA1, SignatureVersion 1.0, and Signature present.");
  }
  const verify = (secret: string): void => {
    const signed = [...parameters].filter(([name]) => name !== "Signature");
    const text = rpcStringToSign(request.method, signed);
    if (!sameSignature(rpcSignature(secret, text), signature)) throw mismatch(text);
  };
  const securityToken = parameters.get("SecurityToken");
  return { action, operation, parameters, accessKeyId, timestamp, nonce, securityToken, verify };
}

function readAcs3(request: RawRequest): Call {
  const { headers, body } = request;
  const { action, operation } = operationOf(headers.get("x-acs-action"), headers.get("x-acs-version"));
  const authorization = parseAcs3Authorization(headers.get("authorization") ?? "");
  if (!authorization) throw incomplete("Authorization must name Credential, SignedHeaders and Signature.");
  const { accessKeyId, signedHeaders, signature } = authorization;
  const securityToken = headers.get("x-acs-security-token");
  const required =
    securityToken === undefined ? v3SignedHeaders : [...v3SignedHeaders, "x-acs-security-token"];
  const unsigned = required.find((name) => !signedHeaders.includes(name) || !headers.get(name));
  if (unsigned) throw incomplete(`The header ${unsigned} must be sent and signed.`);

  const query = withoutRepeats(queryOf(request));
  const bodyHash = sha256(body);
  const verify = (secret: string): void => {
    if (headers.get("x-acs-content-sha256")?.toLowerCase() !== bodyHash) {
      throw mismatch(`(x-acs-content-sha256 is not the hash of the body, which is ${bodyHash})`);
    }
    const text = acs3StringToSign({ method: request.method, query, headers, signedHeaders, bodyHash });
    if (!sameSignature(acs3Signature(secret, text), signature.toLowerCase())) throw mismatch(text);
  };
  const parameters = withoutRepeats([...query, ...formOf(request)]);
  const timestamp = headers.get("x-acs-date") ?? "";
  const nonce = headers.get("x-acs-signature-nonce") ?? "";
  return { action, operation, parameters, accessKeyId, timestamp, nonce, securityToken, verify };
}

function operationOf(
  action: string | undefined,
  version: string | undefined,
): { action: string; operation: Operation } {
  const name = needed(action, "Action");
  if (needed(version, "Version") !== apiVersion) {
    throw new GatewayFailure(
      400,
      "InvalidVersion",
      `Specified parameter Version is not valid. It must be ${apiVersion}.`,
    );
  }
  const operation = operations.get(name);
  if (operation) return { action: name, operation };
  throw new GatewayFailure(
    404,
    "InvalidAction.NotFound",
    "Specified api is not found, please check your url and method.",
  );
}

/** Refuses a call that lacks a required parameter. */
export function requireParameters(call: Call): void {
  for (const name of call.operation.required) needed(call.parameters.get(name), name);
}

function needed(value: string | undefined, name: string): string {
  if (value) return value;
  throw new GatewayFailure(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

function incomplete(detail: string): GatewayFailure {
  const message = `The request signature does not conform to Aliyun standards. ${detail}`;
  return new GatewayFailure(400, "IncompleteSignature", message);
}

function mismatch(stringToSign: string): GatewayFailure {
  const message = `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`;
  return new GatewayFailure(400, "SignatureDoesNotMatch", message);
}

function isAcs3({ headers }: RawRequest): boolean {
  return (headers.get("authorization") ?? "").startsWith("ACS3-");
}

function queryOf({ target }: RawRequest): [string, string][] {
  const mark = target.indexOf("?");
  return mark < 0 ? [] : [...new URLSearchParams(target.slice(mark + 1))];
}

function formOf({ headers, body }: RawRequest): [string, string][] {
  const form = /^application\/x-www-form-urlencoded/i.test(headers.get("content-type") ?? "");
  return form ? [...new URLSearchParams(body.toString("utf8"))] : [];
}

/** With a duplicate name, one value could be signed and the other one used. */
function withoutRepeats(pairs: readonly (readonly [string, string])[]): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (parameters.has(name)) {
      const message = `The parameter ${JSON.stringify(name.slice(0, 64))} is given more than once.`;
      throw new GatewayFailure(400, "InvalidParameter", message);
    }
    parameters.set(name, value);
  }
  return parameters;
}
