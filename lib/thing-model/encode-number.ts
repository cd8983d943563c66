import { LosslessNumber } from "lossless-json";
import type { NumberType } from "./data-type";
import { compare, isWhole, plainText, readDecimal, trimmed, wholeText, type Decimal } from "./decimal";
import { withoutNoise, withoutStepNoise } from "./float-rounding";
import { modelLimits, rangeOf } from "./number-type";
import { came, quoted, wrongType, type ProblemText } from "./problem";
import { shortText } from "./step";

/**
 * A number as it stands on the wire: an integer, or a decimal in plain notation with its point. Text of a number is
 * taken as well. A step neither refuses nor changes a number; it only tells how fine the rounding of floats may be.
 */
export function encodeNumber(value: unknown, type: NumberType, isComputed: boolean): string | ProblemText {
  return encodeShort(value, type, isComputed) ?? encodeAny(value, type, isComputed);
}

function encodeAny(value: unknown, type: NumberType, isComputed: boolean): string | ProblemText {
  const decimal = numberOf(value, isComputed);
  if (decimal === undefined) return wrongType(value, type);
  if (decimal === "too-fine") {
    return { key: "check.digits", params: { type: type.type, came: came(value) } };
  }
  const isNoisy = isComputed && value instanceof LosslessNumber && !isWhole(decimal);
  const number = isNoisy ? withoutStepNoise(decimal, value.value, type) : decimal;
  if (type.type === "int" && !isWhole(number)) return wrongType(value, type);
  const problem = rangeProblem(number, type, value);
  return problem ?? (type.type === "int" ? wholeText(number) : plainText(number, 1));
}

/** The number that a value stands for; undefined where it stands for none. */
export function numberOf(value: unknown, isComputed: boolean): Decimal | "too-fine" | undefined {
  if (typeof value === "string") return readDecimal(value.trim());
  if (!(value instanceof LosslessNumber)) return undefined;
  return readDecimal(isComputed ? withoutNoise(value.value) : value.value);
}

/** So many characters hold no more digits than JavaScript keeps: equal numbers are equal digits. */
const longestShort = 15;
/** Shorter ones have no noise of floats. */
const longestComputed = 8;
const shortNumber = /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?$/i;
const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** The range as JavaScript's numbers; undefined where these cannot stand for its digits. */
const shortRanges = new WeakMap<NumberType, { min: number; max: number } | undefined>();

/** Most numbers are short. They are compared as JavaScript's numbers, exactly; undefined for all others. */
function encodeShort(value: unknown, type: NumberType, isComputed: boolean): string | undefined {
  const text = value instanceof LosslessNumber ? value.value : typeof value === "string" ? value.trim() : "";
  if (text.length > longestShort || !shortNumber.test(text)) return undefined;
  if (isComputed && text.length > longestComputed && typeof value !== "string") return undefined;
  const number = Number(text);
  // What JavaScript cannot hold is left to the exact encoding.
  if (!Number.isFinite(number) || (number === 0 && /e/i.test(text))) return undefined;
  // Zero has no sign on the wire.
  const isPlain = plainNumber.test(text) && !(number === 0 && text.startsWith("-"));
  const spelled = isPlain ? text : String(number);
  if (spelled.length > longestShort || spelled.includes("e")) return undefined;
  const range = shortRange(type);
  if (!range || number < range.min || number > range.max) return undefined;
  if (type.type === "int") return Number.isInteger(number) ? String(number) : undefined;
  return spelled.includes(".") ? spelled : `${spelled}.0`;
}

function shortRange(type: NumberType): { min: number; max: number } | undefined {
  if (shortRanges.has(type)) return shortRanges.get(type);
  const { min, max } = rangeOf(type);
  const range = { min: shortLimit(min, -1), max: shortLimit(max, 1) };
  const known = Number.isNaN(range.min) || Number.isNaN(range.max) ? undefined : range;
  shortRanges.set(type, known);
  return known;
}

/** A limit of many digits is none where no short number comes near it; NaN where one may. */
function shortLimit(limit: Decimal, side: 1 | -1): number {
  const { units, scale } = trimmed(limit);
  const number = Number(`${units}e-${scale}`);
  if (units > -(10n ** 15n) && units < 10n ** 15n) return number;
  return number * side > 1e15 ? side * Infinity : NaN;
}

function rangeProblem(number: Decimal, type: NumberType, value: unknown): ProblemText | undefined {
  const { min, max } = rangeOf(type);
  const isBelow = compare(number, min) < 0;
  if (!isBelow && compare(number, max) <= 0) return undefined;
  const limits = modelLimits(type);
  const isFloating = type.type !== "int";
  if (isFloating && (isBelow ? limits.min : limits.max) === undefined) {
    return { key: "check.beyond-type", params: { type: type.type, came: came(value) } };
  }
  // The type's own limit of a float would only puzzle the reader.
  if (isFloating && limits.max === undefined) {
    return { key: "check.at-least", params: { min: withUnit(min, type), came: came(value) } };
  }
  if (isFloating && limits.min === undefined) {
    return { key: "check.at-most", params: { max: withUnit(max, type), came: came(value) } };
  }
  return {
    key: "check.range",
    params: { min: shortText(min), max: withUnit(max, type), came: came(value) },
  };
}

function withUnit(decimal: Decimal, type: NumberType): string {
  const number = shortText(decimal);
  return type.unit ? `${number} ${quoted(type.unit)}` : number;
}
