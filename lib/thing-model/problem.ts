import { LosslessNumber } from "lossless-json";
import type { ChoiceType, DataType, Parameter } from "./data-type";

/** A sentence that the reader's language supplies: a key of the locale files and what to put into it. */
export interface ProblemText {
  key: string;
  params?: Record<string, string | number | ProblemText>;
}

/** What is wrong with the args, and where: `Steps[1].Level`; blank for the whole. */
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

/** What a parameter takes: `a number`, `one of 0 (linear), 1 (ease-in)`. */
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

/** What came instead, in the words of the other sentences about values that did not fit. */
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

/** The identifiers that may stand at a place. */
export function identifiers(fields: readonly Parameter[]): string {
  return list(fields, (field) => quoted(field.identifier));
}

/** One line without control characters, not longer than a sentence bears. */
export function quoted(value: string): string {
  const start = value.slice(0, 10 * maxQuoteLength);
  const clean = start.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  const isWhole = start.length === value.length && clean.length <= maxQuoteLength;
  return (isWhole ? clean : `${clean.slice(0, maxQuoteLength - 1)}…`).toWellFormed();
}

/** The first ones; the others are not even looked at. */
function list<T>(items: readonly T[], nameOf: (item: T) => string): string {
  const named = items.slice(0, maxNamed).map(nameOf).join(", ");
  return items.length > maxNamed ? `${named}, …` : named;
}
