import { isObject, parseJson } from "../base/json";
import type { DataType, NumberType, Parameter } from "./data-type";
import { compare, readDecimal } from "./decimal";
import { byIdentifier } from "./parameters";

/**
 * Whether a device reports the value that was set, as the thing model's type has it: `float` in single precision, other
 * numbers by value, also where one of the two is text; of a struct the fields that were set.
 * @param set as it went on the wire, parsed
 * @param reported as in a post, or as text, which is how the platform answers reads
 * @param type undefined where no model is known: then a number also counts if single precision has it the same
 */
export function isSameValue(set: unknown, reported: unknown, type: DataType | undefined): boolean {
  switch (type?.type) {
    case "int":
    case "float":
    case "double":
      return isSameNumber(set, reported, type.type);
    case "bool":
    case "enum":
      return isSameNumber(set, reported, "int");
    case "date":
      return isSameNumber(set, reported, "int") || isSameText(set, reported);
    case "text":
      return isSameText(set, reported);
    case "struct":
      return areSameFields(set, partsOf(reported), type.fields);
    case "array":
      return areSameItems(set, partsOf(reported), type.item);
    case undefined:
      break;
  }
  return isAlike(set, reported);
}

/** Without a model: what the values themselves look like. */
function isAlike(set: unknown, reported: unknown): boolean {
  if (Array.isArray(set)) return areSameItems(set, partsOf(reported), undefined);
  if (isObject(set)) return areSameFields(set, partsOf(reported), []);
  if (set === reported) return true;
  return (
    isSameNumber(set, reported, "double") ||
    (isFraction(set) && isSameNumber(set, reported, "float")) ||
    isSameText(set, reported)
  );
}

function isFraction(value: unknown): boolean {
  return typeof value === "number" && !Number.isInteger(value);
}

function areSameFields(set: unknown, reported: unknown, fields: readonly Parameter[]): boolean {
  if (!isObject(set) || !isObject(reported)) return false;
  const known = byIdentifier(fields);
  return Object.keys(set).every((name) => {
    if (!Object.hasOwn(reported, name)) return false;
    const field = known.get(name);
    return isSameValue(set[name], reported[name], field?.isUnchecked ? undefined : field?.dataType);
  });
}

function areSameItems(set: unknown, reported: unknown, item: DataType | undefined): boolean {
  return (
    Array.isArray(set) &&
    Array.isArray(reported) &&
    set.length === reported.length &&
    set.every((value, index) => isSameValue(value, reported[index], item))
  );
}

/** A struct or an array, which the platform gives as JSON text to those who read it. */
function partsOf(reported: unknown): unknown {
  if (typeof reported !== "string") return reported;
  try {
    return parseJson(reported);
  } catch {
    return undefined;
  }
}

function isSameText(set: unknown, reported: unknown): boolean {
  const one = textOf(set);
  return one !== undefined && one === textOf(reported);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function isSameNumber(set: unknown, reported: unknown, type: NumberType["type"]): boolean {
  const one = numberText(set);
  const other = numberText(reported);
  if (one === undefined || other === undefined) return false;
  const a = Number(one);
  const b = Number(other);
  if (type === "float") return Math.fround(a) === Math.fround(b);
  if (a !== b || (type === "double" && Number.isFinite(a))) return a === b;
  // Beyond 2^53, JavaScript cannot tell them apart.
  if (Number.isSafeInteger(a)) return true;
  const decimals = [readDecimal(one), readDecimal(other)] as const;
  const [x, y] = decimals;
  return typeof x === "object" && typeof y === "object" ? compare(x, y) === 0 : one === other;
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The digits of a number, also where it is text; a boolean is 0 or 1. */
function numberText(value: unknown): string | undefined {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value !== "string" || value.length > 400) return undefined;
  const text = value.trim();
  if (number.test(text)) return text;
  const word = text.toLowerCase();
  return word === "true" ? "1" : word === "false" ? "0" : undefined;
}
