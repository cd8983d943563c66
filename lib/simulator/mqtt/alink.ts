import { LosslessNumber, parse } from "lossless-json";
import type { JsonObject } from "../../base/json";
import { isLosslessObject } from "../../thing-model/json";

/** Ids are digits by the protocol, but the vendor's Node.js kit writes its topic into them. */
const maxIdLength = 256;
/** Deeper than any thing model goes. */
const maxNesting = 64;

/** An id as the device wrote it: text, or a number with its digits. */
export type AlinkId = string | LosslessNumber;

/** The platform's answer to a message of a device. */
export interface Outcome {
  code: number;
  message: string;
  data: JsonObject;
}

export function success(data: JsonObject = {}): Outcome {
  return { code: 200, message: "success", data };
}

export function wrong(code: number, message: string): Outcome {
  return { code, message, data: {} };
}

/**
 * A JSON object whose numbers keep their digits; undefined if it is not one, nests too deep, or has a number that a
 * double cannot hold (`1e400`).
 */
export function readObject(payload: Buffer): JsonObject | undefined {
  try {
    const value: unknown = parse(payload.toString("utf8"));
    return isLosslessObject(value) && isWithinReason(value, 0) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The id of a message, to be returned unchanged. */
export function idOf(message: JsonObject | undefined): AlinkId | undefined {
  const id = message?.id;
  if (typeof id === "string") return id.slice(0, maxIdLength);
  return id instanceof LosslessNumber && id.value.length <= maxIdLength ? id : undefined;
}

/** The id of an answer, even of one that cannot be parsed: it still tells which command it belongs to. */
export function idOfAnswer(payload: Buffer): string {
  const answer = readObject(payload);
  if (answer) return String(idOf(answer) ?? "");
  const start = payload.subarray(0, 1024).toString("utf8");
  return /"id"\s*:\s*"?([^"\\,}]{1,256})/.exec(start)?.[1] ?? "";
}

/** A number, or digits as text; NaN where it is neither. */
export function numberOf(value: unknown): number {
  // Converting a LosslessNumber throws if digits would be lost.
  if (value instanceof LosslessNumber) return Number(value.value);
  return typeof value === "number" || (typeof value === "string" && value !== "") ? Number(value) : NaN;
}

/** UTC milliseconds; undefined where it is no time. */
export function timeOf(value: unknown): number | undefined {
  const time = numberOf(value);
  return Number.isSafeInteger(time) && time >= 0 && time <= 8.64e15 ? time : undefined;
}

function isWithinReason(value: unknown, depth: number): boolean {
  if (value instanceof LosslessNumber) return Number.isFinite(Number(value.value));
  if (typeof value !== "object" || value === null) return true;
  return depth < maxNesting && Object.values(value).every((inner) => isWithinReason(inner, depth + 1));
}
