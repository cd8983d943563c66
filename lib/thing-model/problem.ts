import { LosslessNumber } from "lossless-json";
import type { ChoiceType, DataType, Parameter } from "./data-type";

/** A translatable message: a key of the locale files and the values of its placeholders. */
export interface ProblemText {
  key: string;
  params?: Record<string, string | number | ProblemText>;
}

/** A problem of the args, with its path, such as `Steps[1].Level`; blank for the args as a whole. */
export interface ArgsProblem {
  path: string;
  text: ProblemText;
}

const maxQuoteLength = 40;
const maxNamed = 12;

/** A value of another type than the model's. */
export function wrongType(value: unknown, dataType: DataType): ProblemText {
  return { key: "check.type", params: { expected: expected(dataType), came: came(value) } };
}

/** What a parameter accepts: `a number`, `one of 0 (linear), 1 (ease-in)`. */
export function expected(dataType: DataType | undefined): ProblemText {
  switch (dataType?.type) {
    case "int":
      return { key: "check.kind-int" };
    case "float":
    case "double":
      return { key: "check.kind-number" };
    case "text":
      return { key: "check.kind-text" };
    case "bool":
      return { key: "check.kind-bool", params: { choices: choices(dataType.items) } };
    case "enum":
      return { key: "check.kind-enum", params: { choices: choices(dataType.items) } };
    case "date":
      return { key: "check.kind-date" };
    case "struct":
      return { key: "check.kind-struct" };
    case "array":
      return { key: "check.kind-array" };
    case undefined:
    default:
      return { key: "check.kind-any" };
  }
}

/** The actual value, described as in the other messages about wrong values. */
export function came(value: unknown): ProblemText {
  if (value === null) return { key: "errors.came-null" };
  if (value instanceof LosslessNumber) {
    return { key: "errors.came-number", params: { value: quoted(value.value) } };
  }
  if (typeof value === "boolean") return { key: "errors.came-boolean", params: { value: String(value) } };
  if (typeof value === "string") {
    return value.trim() === ""
      ? { key: "errors.came-empty-text" }
      : { key: "errors.came-text", params: { value: quoted(value) } };
  }
  return Array.isArray(value) ? { key: "errors.came-array" } : { key: "errors.came-object" };
}

/** `0 (linear), 1 (ease-in)`; a label that only repeats its number is left out. */
export function choices(items: ChoiceType["items"]): string {
  return list(items, ({ value, label }) => (label === String(value) ? label : `${value} (${quoted(label)})`));
}

/** The identifiers that are valid at a path. */
export function identifiers(fields: readonly Parameter[]): string {
  return list(fields, (field) => quoted(field.identifier));
}

/** One line without control characters, short enough for a message. */
export function quoted(value: string): string {
  const start = value.slice(0, 10 * maxQuoteLength);
  const clean = start.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  const isWhole = start.length === value.length && clean.length <= maxQuoteLength;
  return (isWhole ? clean : `${clean.slice(0, maxQuoteLength - 1)}…`).toWellFormed();
}

/** The first ones; the rest is not read. */
function list<T>(items: readonly T[], nameOf: (item: T) => string): string {
  const named = items.slice(0, maxNamed).map(nameOf).join(", ");
  return items.length > maxNamed ? `${named}, …` : named;
}
