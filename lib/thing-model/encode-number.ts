import { LosslessNumber } from "lossless-json";
import type { NumberType } from "./data-type";
import { compare, type Decimal, isWhole, plainText, readDecimal, trimmed, wholeText } from "./decimal";
import { withoutNoise, withoutStepNoise } from "./float-rounding";
import { modelLimits, rangeOf } from "./number-type";
import { came, type ProblemText, quoted, wrongType } from "./problem";
import { shortText } from "./step";

/**
 * A number in wire format: an integer, or a decimal in plain notation with a decimal point. Also accepts text. The step
 * neither rejects nor changes a number; it only determines how finely floats may be rounded.
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

/** The number in a value; undefined if there is none. */
export function numberOf(value: unknown, isComputed: boolean): Decimal | "too-fine" | undefined {
  if (typeof value === "string") return readDecimal(value.trim());
  if (!(value instanceof LosslessNumber)) return undefined;
  return readDecimal(isComputed ? withoutNoise(value.value) : value.value);
}

/** Up to this length JavaScript keeps all digits, so numbers can be compared exactly. */
const maxShortLength = 15;
/** Shorter numbers have no floating-point noise. */
const maxComputedLength = 8;
const shortNumber = /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?$/i;
const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Most numbers are short and can be compared exactly as JavaScript numbers; undefined for all others. */
function encodeShort(value: unknown, type: NumberType, isComputed: boolean): string | undefined {
  const text = value instanceof LosslessNumber ? value.value : typeof value === "string" ? value.trim() : "";
  if (text.length > maxShortLength || !shortNumber.test(text)) return undefined;
  if (isComputed && text.length > maxComputedLength && typeof value !== "string") return undefined;
  const number = Number(text);
  // Numbers that JavaScript cannot represent are left to the exact encoding.
  if (!Number.isFinite(number) || (number === 0 && /e/i.test(text))) return undefined;
  // Zero is sent without a sign.
  const isPlain = plainNumber.test(text) && !(number === 0 && text.startsWith("-"));
  const spelled = isPlain ? text : String(number);
  if (spelled.length > maxShortLength || spelled.includes("e")) return undefined;
  if (!isWithin(number, roundedRange(type))) return undefined;
  if (type.type === "int") return Number.isInteger(number) ? String(number) : undefined;
  return spelled.includes(".") ? spelled : `${spelled}.0`;
}

/** The range, rounded to JavaScript numbers, and whether its ends are exact. */
interface RoundedRange {
  min: number;
  max: number;
  isMinExact: boolean;
  isMaxExact: boolean;
}

const roundedRanges = new WeakMap<NumberType, RoundedRange>();

function roundedRange(type: NumberType): RoundedRange {
  let range = roundedRanges.get(type);
  if (!range) {
    const { min, max } = rangeOf(type);
    range = {
      min: rounded(min),
      max: rounded(max),
      isMinExact: isShort(min),
      isMaxExact: isShort(max),
    };
    roundedRanges.set(type, range);
  }
  return range;
}

function rounded({ units, scale }: Decimal): number {
  return Number(`${units}e-${scale}`);
}

/** So few digits that the JavaScript number identifies the decimal. */
function isShort(limit: Decimal): boolean {
  const { units } = trimmed(limit);
  return units > -(10n ** 15n) && units < 10n ** 15n;
}

/** Whether a short number is certainly in a range. Rounding keeps the order, so only equality is uncertain. */
function isWithin(number: number, { min, max, isMinExact, isMaxExact }: RoundedRange): boolean {
  return (number > min || (number === min && isMinExact)) && (number < max || (number === max && isMaxExact));
}

/** Far more than the error of converting a decimal to a number. */
const margin = 1e-12;

/** Whether a number is so far inside its range that rounding does not matter. */
function isWellWithin({ units, scale }: Decimal, { min, max }: RoundedRange): boolean {
  const number = Number(units) / 10 ** scale;
  const distance = Math.abs(number) * margin;
  return number - distance > min && number + distance < max;
}

function rangeProblem(number: Decimal, type: NumberType, value: unknown): ProblemText | undefined {
  if (isWellWithin(number, roundedRange(type))) return undefined;
  const { min, max } = rangeOf(type);
  const isBelow = compare(number, min) < 0;
  if (!isBelow && compare(number, max) <= 0) return undefined;
  const limits = modelLimits(type);
  const isFloating = type.type !== "int";
  if (isFloating && (isBelow ? limits.min : limits.max) === undefined) {
    return { key: "check.beyond-type", params: { type: type.type, came: came(value) } };
  }
  // The limit of the float type itself would only confuse the reader.
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
