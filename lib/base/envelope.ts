import { isObject, type JsonObject } from "./json";
import { readable } from "./text";

/** What a device says of a command that it was given, and what it gives back. */
export interface Envelope {
  /** 200, a code of the platform or one of the device; text where it is beyond 2^53. */
  code: number | string;
  /** The device's or the platform's words beside the code, on one line. */
  message: string | undefined;
  /** Undefined where there is none. */
  data: unknown;
}

const plainMembers = new Set(["code", "message", "localizedMsg", "version", "method"]);

/**
 * Reads the envelope in which a device answers, and which many leave out: then the answer is nothing but outputs, and
 * one of them may be called `code`.
 * @param outputs of the service, where its thing model is known
 * @returns undefined where the answer is none
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

/** The same of what the platform itself has put around a device's answer, beside more that it says. */
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
