import { Failure } from "../base/failure";
import { isObject, parseWrapped } from "../base/json";
import { identifierText, readable, textOf } from "../base/text";
import { classify, classifyGateway } from "./error-catalog";
import { field } from "./field";
import type { HttpAnswer } from "./http-answer";
import { permissionHint, refusedAction } from "./refused-action";

export { field } from "./field";

/** The platform's answer to a call that it accepted. */
export interface Answer {
  requestId: string | undefined;
  /** The whole body; field names as the platform spells them. */
  body: Record<string, unknown>;
}

/**
 * Reads an answer by its content, not by its status or content type (docs/protocol.md, 1.3 and 1.6).
 * @param operation what was called
 * @param mask removes secrets from a text, since a server may repeat what it was sent
 * @throws {Failure} with the platform's code, or `invalid-response`
 */
export function readAnswer(
  http: HttpAnswer,
  operation: string,
  mask: (text: string) => string = String,
): Answer {
  const body = parseBody(http);
  const shown = (name: string): string | undefined => {
    const value = textOf(field(body, name));
    return value === undefined ? undefined : mask(value);
  };
  const requestId = identifierText(shown("RequestId"));
  const success = field(body, "Success");
  if (success === true || success === "true") return { requestId, body };
  const code = identifierText(shown("Code"));
  const isBusiness = success === false || success === "false" || /^iot\./i.test(code ?? "");
  if (!code || (!isBusiness && field(body, "Message") === undefined)) {
    throw invalidResponse(http, isBusiness ? "errors.response-no-code" : "errors.response-other", requestId);
  }
  const said = shown("ErrorMessage") ?? shown("Message") ?? "";
  const classification = isBusiness ? classify(code) : classifyGateway(code, http.statusCode);
  throw new Failure({
    ...classification,
    ...(classification.hint === "hints.permission" && permissionHint(refusedAction(body, operation))),
    code,
    text: readable(withoutSignedText(said), 500) || { key: "errors.platform-silent", params: { code } },
    requestId,
    statusCode: http.statusCode,
    retryAfterMs: retryAfter(http),
  });
}

/** The command was sent, so an answer that cannot be read leaves its outcome open. */
export function invalidResponse(http: { statusCode?: number }, key: string, requestId?: string): Failure {
  return new Failure({
    code: "invalid-response",
    category: "platform",
    outcome: "unknown",
    retryable: false,
    text: { key, params: { statusCode: http.statusCode ?? 0 } },
    hint: "hints.invalid-response",
    requestId,
    statusCode: http.statusCode,
  });
}

/** Levels of objects around the device's data: the answer and its `Data`. */
const wrappers = 2;

function parseBody(http: HttpAnswer): Record<string, unknown> {
  const given = http.body.toString("utf8");
  const source = given.startsWith("{") && given.endsWith("}") ? given : given.replace(/^\uFEFF/, "").trim();
  if (source === "") throw invalidResponse(http, "errors.response-empty");
  if (/^<(!doctype\s+)?html/i.test(source)) throw invalidResponse(http, "errors.response-html");
  let body: unknown;
  try {
    body = source.startsWith("<") ? xmlBody(source) : parseWrapped(source, wrappers);
  } catch {
    throw invalidResponse(http, "errors.response-broken");
  }
  if (!isObject(body)) throw invalidResponse(http, "errors.response-other");
  return body;
}

function xmlBody(source: string): unknown {
  const { readXml }: typeof import("./xml") = require("./xml");
  return readXml(source).content;
}

/** The answer to a wrong signature repeats the signed text, which may contain a token. */
export function withoutSignedText(message: string): string {
  return message.replace(/server string to sign is:.*/is, "").trim();
}

function retryAfter(http: HttpAnswer): number | undefined {
  const milliseconds = Number(http.headers["x-acs-retry-after"]);
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
}
