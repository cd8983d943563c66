import { type Answer, field } from "../cloud/answer";
import { identifierText, readable } from "../base/text";
import { isObject, parseJson } from "../base/json";
import { Failure } from "../base/failure";

/** What a service call brought. */
export interface ServiceAnswer {
  callType: "sync" | "async";
  messageId: string | undefined;
  requestId: string | undefined;
  /** The device's own code, where it sent one. */
  code: number | undefined;
  /** The service's outputs; for an asynchronous service `{ messageId }`. */
  result: unknown;
}

/**
 * Reads the answer of `InvokeThingService`: `Data.Result` is JSON in JSON, with or without the device's
 * envelope (reference, 1.3).
 * @throws Failure `failed` with the device's number where the device itself reports an error
 */
export function readServiceAnswer(answer: Answer): ServiceAnswer {
  const data = field(answer.body, "Data");
  const { requestId } = answer;
  const messageId = isObject(data) ? identifierText(field(data, "MessageId")) : undefined;
  const result = isObject(data) ? field(data, "Result") : undefined;
  if (result === undefined || result === null) {
    return { callType: "async", messageId, requestId, code: undefined, result: { messageId } };
  }
  const reply = typeof result === "string" ? parsedOrText(result) : result;
  if (!isEnvelope(reply)) return { callType: "sync", messageId, requestId, code: undefined, result: reply };
  if (reply.code !== 200) throw deviceFailure(reply, messageId, requestId);
  return { callType: "sync", messageId, requestId, code: reply.code, result: reply["data"] ?? {} };
}

type Envelope = Record<string, unknown> & { code: number };

function isEnvelope(reply: unknown): reply is Envelope {
  return (
    isObject(reply) &&
    Number.isInteger(reply["code"]) &&
    (Object.hasOwn(reply, "data") || Object.hasOwn(reply, "id"))
  );
}

function deviceFailure(reply: Envelope, messageId?: string, requestId?: string): Failure {
  const said = [reply["message"], reply["localizedMsg"]].find(
    (text): text is string => typeof text === "string" && text.trim() !== "",
  );
  return new Failure({
    code: String(reply.code),
    category: "device",
    outcome: "failed",
    retryable: false,
    text: said ? readable(said, 500) : { key: "errors.device-code", params: { code: reply.code } },
    hint: "hints.device",
    messageId,
    requestId,
    statusCode: 200,
  });
}

function parsedOrText(result: string): unknown {
  try {
    return parseJson(result);
  } catch {
    return result;
  }
}
