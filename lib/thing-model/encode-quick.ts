import type { ChoiceType, DataType, NumberType, Parameter } from "./data-type.js";
import { type Decimal, trimmed } from "./decimal.js";
import { modelLimits } from "./encode-number.js";
import { encodeText } from "./encode-text.js";
import { byIdentifier } from "./parameters.js";

/** So many characters hold seven digits at most, which JavaScript and single precision keep as they are. */
const longestNumber = 8;
/** Decimals that a number of that length can have. */
const mostDecimals = 6;
/** In millionths; the difference of a number and a limit stays exact. */
const largestLimit = 2 ** 52;
const latestDate = 8_640_000_000_000_000;

/**
 * The args of most messages: written as `JSON.stringify` writes them, of plain types, and right. Says the same as the
 * exact encoding, in a small part of its time, or nothing at all.
 * @param args JSON text of one object
 * @returns JSON for the wire; undefined where only the exact encoding knows
 */
export function encodeQuick(inputs: readonly Parameter[], args: string): string | undefined {
  try {
    const value: unknown = JSON.parse(args);
    // Keys that occur twice and digits that JavaScript does not keep would be gone by now.
    return JSON.stringify(value) === args ? fieldsText(value, inputs) : undefined;
  } catch {
    return undefined;
  }
}

function fieldsText(value: unknown, fields: readonly Parameter[]): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const known = byIdentifier(fields);
  const keys = Object.keys(value);
  if (keys.length !== known.size) return undefined;
  let text = "";
  for (const key of keys) {
    const field = known.get(key);
    if (!field || field.isUnchecked) return undefined;
    const member = valueText((value as Record<string, unknown>)[key], field.dataType);
    if (member === undefined) return undefined;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${member}`;
  }
  return `{${text}}`;
}

function valueText(value: unknown, type: DataType): string | undefined {
  switch (type.type) {
    case "int":
    case "float":
    case "double":
      return typeof value === "number" ? numberText(value, type) : undefined;
    case "bool":
    case "enum":
      return choiceText(value, type);
    case "date":
      return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= latestDate
        ? `"${String(value)}"`
        : undefined;
    case "text": {
      const text = typeof value === "string" ? encodeText(value, type) : undefined;
      return typeof text === "string" ? text : undefined;
    }
    case "struct":
      return fieldsText(value, type.fields);
    case "array":
      break;
  }
  return Array.isArray(value) && value.length <= (type.size ?? Infinity)
    ? itemsText(value, type.item)
    : undefined;
}

function itemsText(items: readonly unknown[], type: DataType): string | undefined {
  let text = "";
  for (let index = 0; index < items.length; index++) {
    const item = valueText(items[index], type);
    if (item === undefined) return undefined;
    text += index === 0 ? item : `,${item}`;
  }
  return `[${text}]`;
}

function choiceText(value: unknown, { type, items }: ChoiceType): string | undefined {
  const number = type === "bool" && typeof value === "boolean" ? Number(value) : value;
  return items.some((item) => item.value === number) ? String(number) : undefined;
}

function numberText(value: number, type: NumberType): string | undefined {
  const text = String(value);
  if (text.length > longestNumber || text.includes("e")) return undefined;
  const point = text.indexOf(".");
  const decimals = point < 0 ? 0 : text.length - point - 1;
  const isInteger = type.type === "int";
  const limits = limitsOf(type);
  if (!limits || (isInteger && decimals > 0)) return undefined;
  const { min = -Infinity, max = Infinity, step, base } = limits;
  // Exact: seven digits and six decimals at most.
  const units = Math.round(value * 10 ** mostDecimals);
  if (units < min || units > max || (step !== undefined && (units - base) % step !== 0)) return undefined;
  return isInteger || decimals > 0 ? text : `${text}.0`;
}

/** In millionths. */
interface Limits {
  min: number | undefined;
  max: number | undefined;
  step: number | undefined;
  /** Where the steps begin. */
  base: number;
}

/** Undefined for limits that do not go into a number of millionths. */
const limitsByType = new WeakMap<NumberType, Limits | undefined>();

function limitsOf(type: NumberType): Limits | undefined {
  if (!limitsByType.has(type)) limitsByType.set(type, readLimits(type));
  return limitsByType.get(type);
}

function readLimits(type: NumberType): Limits | undefined {
  const decimals = modelLimits(type);
  const min = decimals.min && millionths(decimals.min);
  const max = decimals.max && millionths(decimals.max);
  const step = decimals.step && millionths(decimals.step);
  // NaN is not within it either.
  const isExact = (limit: number | undefined): boolean =>
    limit === undefined || Math.abs(limit) <= largestLimit;
  if (![min, max, step].every(isExact)) return undefined;
  return { min, max, step, base: min ?? 0 };
}

/** NaN where it has more decimals. */
function millionths(decimal: Decimal): number {
  const { units, scale } = trimmed(decimal);
  return scale > mostDecimals ? NaN : Number(units * 10n ** BigInt(mostDecimals - scale));
}
