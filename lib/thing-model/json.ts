import { LosslessNumber, parse } from "lossless-json";
import { isObject, type JsonObject } from "../base/json";

/** Stands where an object has a key twice; `last` is the value that counts in JSON. */
export class Duplicate {
  /** Keeps the parser, which compares members, from taking this for equal to any value of the text. */
  readonly mark = Symbol("duplicate");

  constructor(readonly last: unknown) {}
}

/**
 * JSON with every number as it is written, and with the keys that occur twice marked.
 * @throws {SyntaxError} where it is no JSON
 * @throws {RangeError} where it nests so deeply that the stack ends
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

/** Whether a value of `readJson` is an object of the text, and neither a number nor a key's two values. */
export function isLosslessObject(value: unknown): value is JsonObject {
  return isObject(value) && !(value instanceof LosslessNumber) && !(value instanceof Duplicate);
}
