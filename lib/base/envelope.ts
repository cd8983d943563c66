import { isObject, type JsonObject } from "./json";
import { readable } from "./text";

/** A device's answer to a command: its code and its outputs. */
export interface Envelope {
  /** 200, a code of the platform or one of the device; text where it is beyond 2^53. */
  code: number | string;
  /** The message of the device or the platform, on one line. */
  message: string | undefined;
  /** Undefined where there is none. */
  data: unknown;
}

const plainMembers = new Set(["code", "message", "localizedMsg", "version", "method"]);

/**
 * Reads the envelope of a device's answer. Many devices send none: the answer then holds only outputs, one of which may
 * be called `code`.
 * @param outputs of the service, where its thing model is known
 * @returns undefined if the answer has no envelope
 */
export function readEnvelope(
  answer: unknown,
  outputs?: readonly { identifier: string }[],
): Envelope | undefined {
  const envelope = readWrapper(answer);
  if (!envelope || !isObject(answer)) return undefined;
  if (Object.hasOwn(answer, "data") || Object.hasOwn(answer, "id")) return envelope;
  const isPlain = Object.keys(answer).every((name) => plainMembers.has(name));
  return isPlain && !outputs?.some(({ identifier }) => identifier === "code") ? envelope : undefined;
}

/** As `readEnvelope`, for an envelope that the platform has added, which may hold further fields. */
export function readWrapper(answer: unknown): Envelope | undefined {
  if (!isObject(answer)) return undefined;
  const code = codeOf(own(answer, "code"));
  if (code === undefined) return undefined;
  const message = wordsOf(own(answer, "message")) ?? wordsOf(own(answer, "localizedMsg"));
  return { code, message, data: own(answer, "data") };
}

function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A whole number, or digits as text. */
function codeOf(code: unknown): Envelope["code"] | undefined {
  if (typeof code === "number") return Number.isInteger(code) ? code : undefined;
  if (typeof code !== "string" || !/^-?\d+$/.test(code)) return undefined;
  const number = Number(code);
  return Number.isSafeInteger(number) ? number : readable(code, 40);
}

function wordsOf(text: unknown): string | undefined {
  return typeof text === "string" ? readable(text, 500) || undefined : undefined;
}
