import { LosslessNumber, parse } from "lossless-json";
import { isObject, type JsonObject } from "../base/json";

/** Replaces the value of a duplicate key; `last` is the value that counts in JSON. */
export class Duplicate {
  /** Makes this different from any value of the text for the parser, which compares members. */
  readonly mark = Symbol("duplicate");

  constructor(readonly last: unknown) {}
}

/**
 * Parses JSON, keeping the digits of all numbers and marking duplicate keys.
 * @throws {SyntaxError} where it is no JSON
 * @throws {RangeError} if it nests so deep that the stack overflows
 */
export function readJson(text: string): unknown {
  return parse(text, null, { onDuplicateKey: ({ newValue }) => new Duplicate(newValue) });
}

/** A number of `readJson`, with its digits. */
export function isWrittenNumber(value: unknown): value is LosslessNumber {
  return value instanceof LosslessNumber;
}

/** A value of `readJson` as it came. Written out, since args may hold a hundred thousand empty objects. */
export function writeJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (value instanceof LosslessNumber) return value.value;
  if (value instanceof Duplicate) return writeJson(value.last);
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += text === "" ? writeJson(item) : `,${writeJson(item)}`;
    return `[${text}]`;
  }
  for (const key of Object.keys(value)) {
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${writeJson((value as JsonObject)[key])}`;
  }
  return `{${text}}`;
}

/** Whether a value of `readJson` is an object of the text, and not a number or a duplicate. */
export function isLosslessObject(value: unknown): value is JsonObject {
  return isObject(value) && !(value instanceof LosslessNumber) && !(value instanceof Duplicate);
}
