import { isObject, type JsonObject, setMember } from "../base/json";
import { parsedText } from "../look-up/property-rows";
import type { ChoiceType, DataType, Parameter } from "../thing-model/data-type";
import { latestDate } from "../thing-model/date-text";
import { decode } from "../thing-model/decode";
import { byIdentifier } from "../thing-model/parameters";

/** A value with what is known beside it; what is not known is absent. */
export interface TypedValue {
  value: unknown;
  /** Of a bool or an enum. */
  label?: string;
  /** Of a date. */
  iso?: string;
}

/** The type that the platform's own name for it stands for; undefined for a name that is not known. */
export function typeNamed(name: string): DataType | undefined {
  switch (name) {
    case "int":
    case "float":
    case "double":
      return { type: name };
    case "bool":
    case "enum":
      return { type: name, items: [] };
    case "text":
    case "date":
      return { type: name };
    case "struct":
    case "array":
      // Nothing is known of what is in it.
      return { type: "struct", fields: [] };
    default:
      return undefined;
  }
}

/**
 * A value in the type that it has: `"32.46"` is a number, a bool or an enum is one as well, with its label; a date is text of
 * UTC milliseconds, with its ISO 8601 form; structs and arrays are read from JSON text. What does not fit its type stays as
 * it is. Never throws.
 */
export function typedValue(given: unknown, type: DataType | undefined): TypedValue {
  const value = type ? inType(given, type) : given;
  if (type?.type === "date") return withIso(value);
  const label = type?.type === "bool" || type?.type === "enum" ? labelOf(value, type) : undefined;
  return label === undefined ? { value } : { value, label };
}

/** How many values a value consists of: 1, and those in it. */
export function countValues(value: unknown): number {
  let count = 0;
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    count++;
    if (typeof next !== "object" || next === null) continue;
    for (const part of Array.isArray(next) ? next : Object.values(next)) rest.push(part);
  }
  return count;
}

/** The outputs of an event, or the inputs or outputs of a service, each in its type. */
export function typedFields(fields: readonly Parameter[], given: unknown): unknown {
  const value = typeof given === "string" ? parsedText(given) : given;
  return isObject(value) ? inFields(value, fields) : value;
}

function inType(given: unknown, type: DataType): unknown {
  switch (type.type) {
    case "int":
    case "float":
    case "double":
      return typeof given === "string" ? numberOf(given, type) : given;
    case "bool":
    case "enum":
      return choiceOf(given);
    case "date":
      return typeof given === "number" ? String(given) : given;
    case "struct":
      return typedFields(type.fields, given);
    case "array": {
      const value = typeof given === "string" ? parsedText(given) : given;
      return Array.isArray(value) ? value.map((item) => inType(item, type.item)) : value;
    }
    case "text":
      break;
  }
  return given;
}

function inFields(object: JsonObject, fields: readonly Parameter[]): JsonObject {
  const known = byIdentifier(fields);
  const result: JsonObject = {};
  for (const [name, given] of Object.entries(object)) {
    const field = known.get(name);
    setMember(result, name, field && !field.isUnchecked ? inType(given, field.dataType) : given);
  }
  return result;
}

/** Whole numbers beyond 2^53 stay text, as everywhere in this package, even where JavaScript has that very number. */
function numberOf(text: string, type: DataType): unknown {
  const number = Number(text);
  return /^\s*[+-]?\d+\s*$/.test(text) && !Number.isSafeInteger(number) ? text : decode(text, type);
}

function choiceOf(given: unknown): unknown {
  if (typeof given === "boolean") return given ? 1 : 0;
  if (typeof given !== "string") return given;
  const text = given.trim().toLowerCase();
  if (text === "true" || text === "false") return text === "true" ? 1 : 0;
  const number = Number(text);
  return text !== "" && Number.isSafeInteger(number) ? number : given;
}

function labelOf(value: unknown, { items }: ChoiceType): string | undefined {
  return items.find((item) => item.value === value)?.label || undefined;
}

function withIso(value: unknown): TypedValue {
  const time = typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  return Math.abs(time) <= latestDate ? { value, iso: new Date(time).toISOString() } : { value };
}
