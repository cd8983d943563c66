import { LosslessNumber } from "lossless-json";
import type { TextType } from "./data-type";
import { writeJson } from "./json";
import { came, type ProblemText, quoted, wrongType } from "./problem";

/** `length` counts UTF-8 bytes. A number is not converted to text, because 1 and 1.0 would be different texts. */
export function encodeText(value: unknown, dataType: TextType): string | ProblemText {
  if (typeof value === "boolean" || value instanceof LosslessNumber) {
    return { key: "check.quotes", params: { came: came(value), value: quoted(writeJson(value)) } };
  }
  if (typeof value !== "string") return wrongType(value, dataType);
  const { length = Infinity } = dataType;
  const bytes = Buffer.byteLength(value);
  return bytes <= length
    ? JSON.stringify(value)
    : { key: "check.length", params: { limit: length, count: bytes } };
}
