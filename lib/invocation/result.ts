import { type Envelope, readEnvelope } from "../base/envelope";
import { Failure } from "../base/failure";
import { isObject, isTooDeep, parseJson, parseWrapped } from "../base/json";
import { identifierText } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import type { Parameter } from "../thing-model/model";
import type { CommandAnswer } from "./operation";

/**
 * Reads the answer of `InvokeThingService`: `Data.Result` is JSON in JSON, with or without the device's envelope.
 * @param outputs of the service, where its thing model is known
 * @throws {Failure} `failed` with the device's number where the device itself reports an error
 */
export function readServiceAnswer(answer: Answer, outputs?: readonly Parameter[]): CommandAnswer {
  const data = field(answer.body, "Data");
  const { requestId } = answer;
  const messageId = isObject(data) ? identifierText(field(data, "MessageId")) : undefined;
  const given = isObject(data) ? field(data, "Result") : undefined;
  if (given === undefined || given === null) {
    return { callType: "async", messageId, requestId, code: undefined, result: { messageId } };
  }
  const { result, wrapped } = parsedResult(given);
  const envelope = readEnvelope(wrapped, outputs);
  if (!envelope) return { callType: "sync", messageId, requestId, code: undefined, result };
  if (envelope.code !== 200) throw deviceFailure(envelope, messageId, requestId);
  return { callType: "sync", messageId, requestId, code: envelope.code, result: envelope.data ?? {} };
}

function deviceFailure({ code, message }: Envelope, messageId?: string, requestId?: string): Failure {
  return new Failure({
    code: String(code),
    category: "device",
    outcome: "failed",
    retryable: false,
    text: message ?? { key: "errors.device-code", params: { code } },
    hint: "hints.device",
    messageId,
    requestId,
    statusCode: 200,
  });
}

/** JSON or any text; an envelope is recognized even if its data nests too deep to be parsed. */
function parsedResult(given: unknown): { result: unknown; wrapped: unknown } {
  if (typeof given !== "string") return { result: given, wrapped: given };
  try {
    if (isTooDeep(given)) return { result: given, wrapped: parseWrapped(given, 1) };
    const result = parseJson(given);
    return { result, wrapped: result };
  } catch {
    return { result: given, wrapped: given };
  }
}
