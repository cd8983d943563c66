import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../base/json";
import type { BusinessFailure, GatewayFailure } from "./failures";
import type { Format } from "./gateway";

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** `RequestId` as the platform writes it. */
export function newRequestId(): string {
  return randomUUID().toUpperCase();
}

/** A success, or a business failure: HTTP 200 either way (docs/protocol.md, 1.3 and 1.6 a). */
export function operationAnswer(
  action: string,
  requestId: string,
  outcome: JsonObject | BusinessFailure,
  format: Format,
): Answer {
  const fields =
    outcome instanceof Error
      ? { Success: false, Code: outcome.code, ErrorMessage: outcome.message }
      : { Success: true, ...outcome };
  return encode(200, { RequestId: requestId, ...fields }, `${action}Response`, format);
}

/** docs/protocol.md, 1.6 b. */
export function gatewayAnswer(
  failure: GatewayFailure,
  requestId: string,
  host: string,
  format: Format,
): Answer {
  const { code, message, status, extra } = failure;
  const body = {
    RequestId: requestId,
    HostId: host,
    Code: code,
    Message: message,
    Recommend: `https://api.aliyun.com/troubleshoot?q=${code}&product=Iot&requestId=${requestId}`,
    ...extra.body,
  };
  const answer = encode(status, body, "Error", format);
  return { ...answer, headers: { ...answer.headers, ...extra.headers } };
}

function encode(status: number, body: JsonObject, root: string, format: Format): Answer {
  if (format === "JSON") {
    return {
      status,
      headers: { "content-type": "application/json;charset=utf-8" },
      body: JSON.stringify(body),
    };
  }
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, body)}`;
  return { status, headers: { "content-type": "text/xml;charset=utf-8" }, body: xml };
}

/** A list is its element once for each item: `<List><ProductInfo>…</ProductInfo>…</List>`. */
function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map((item: unknown) => element(name, item)).join("");
  if (typeof value !== "object") {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `<${name}>${escape(text)}</${name}>`;
  }
  const inner = Object.entries(value).map(([key, field]) => element(key, field));
  return `<${name}>${inner.join("")}</${name}>`;
}

function escape(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };
  return (
    text
      .toWellFormed()
      // XML 1.0 cannot represent these.
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>\r]/g, (character) => entities[character] ?? character)
  );
}
