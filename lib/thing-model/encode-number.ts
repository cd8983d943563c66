import { LosslessNumber } from "lossless-json";
import type { NumberType } from "./data-type";
import {
  compare,
  decimalOf,
  isWhole,
  onGrid,
  plainText,
  readDecimal,
  trimmed,
  wholeText,
  type Decimal,
} from "./decimal";
import { snapped, withoutNoise, zero } from "./float-rounding";
import { came, quoted, wrongType, type ProblemText } from "./problem";

/** Limits of a number as exact decimals; absent where the model does not say. */
export interface NumberLimits {
  min?: Decimal;
  max?: Decimal;
  step?: Decimal;
}

const typeLimits = {
  int: { min: decimalOf(-2_147_483_648), max: decimalOf(2_147_483_647) },
  float: { min: decimalOf(-3.402_823_5e38), max: decimalOf(3.402_823_5e38) },
  double: { min: decimalOf(-Number.MAX_VALUE), max: decimalOf(Number.MAX_VALUE) },
};

/** What the model says about a number, digit by digit. A step of zero or less is none. */
export function modelLimits(type: NumberType): NumberLimits {
  let limits = limitsByType.get(type);
  if (!limits) limitsByType.set(type, (limits = readLimits(type)));
  return limits;
}

const limitsByType = new WeakMap<NumberType, NumberLimits>();

function readLimits(type: NumberType): NumberLimits {
  const limits: NumberLimits = {};
  for (const name of ["min", "max", "step"] as const) {
    const number = type[name];
    const decimal = number === undefined ? undefined : readDecimal(type.exact?.[name] ?? String(number));
    if (typeof decimal === "object" && (name !== "step" || decimal.units > 0n)) limits[name] = decimal;
  }
  return limits;
}

/** The range of a number: the model's, and on a side where it does not say the type's own. */
export function rangeOf(type: NumberType): { min: Decimal; max: Decimal } {
  const { min, max } = modelLimits(type);
  return { min: min ?? typeLimits[type.type].min, max: max ?? typeLimits[type.type].max };
}

/**
 * A number as it stands on the wire: an integer, or a decimal in plain notation with its point (reference,
 * 1.2). Text of a number is taken as well.
 */
export function encodeNumber(value: unknown, type: NumberType, isComputed: boolean): string | ProblemText {
  const decimal = numberOf(value, isComputed);
  if (decimal === undefined) return wrongType(value, type);
  if (decimal === "too-fine") {
    return { key: "check.digits", params: { type: type.type, came: came(value) } };
  }
  const { min, step = type.type === "int" ? decimalOf(1) : undefined } = modelLimits(type);
  const isNoisy = isComputed && step !== undefined && value instanceof LosslessNumber && !isWhole(decimal);
  const number = isNoisy ? snapped(decimal, min ?? zero, step) : decimal;
  if (type.type === "int" && !isWhole(number)) return wrongType(value, type);
  const problem = rangeProblem(number, type, value) ?? stepProblem(number, type, value);
  return problem ?? (type.type === "int" ? wholeText(number) : plainText(number, 1));
}

/** The number that a value stands for; undefined where it stands for none. */
export function numberOf(value: unknown, isComputed: boolean): Decimal | "too-fine" | undefined {
  if (typeof value === "string") return readDecimal(value.trim());
  if (!(value instanceof LosslessNumber)) return undefined;
  return readDecimal(isComputed ? withoutNoise(value.value) : value.value);
}

function rangeProblem(number: Decimal, type: NumberType, value: unknown): ProblemText | undefined {
  const { min, max } = rangeOf(type);
  const isBelow = compare(number, min) < 0;
  if (!isBelow && compare(number, max) <= 0) return undefined;
  const isFloating = type.type !== "int";
  if (isFloating && (isBelow ? type.min : type.max) === undefined) {
    return { key: "check.beyond-type", params: { type: type.type, came: came(value) } };
  }
  // The type's own limit of a float would only puzzle the reader.
  if (isFloating && type.max === undefined) {
    return { key: "check.at-least", params: { min: withUnit(min, type), came: came(value) } };
  }
  if (isFloating && type.min === undefined) {
    return { key: "check.at-most", params: { max: withUnit(max, type), came: came(value) } };
  }
  return {
    key: "check.range",
    params: { min: shortText(min), max: withUnit(max, type), came: came(value) },
  };
}

function stepProblem(number: Decimal, type: NumberType, value: unknown): ProblemText | undefined {
  const { min: base = zero, max, step } = modelLimits(type);
  if (step === undefined) return undefined;
  const { below, above } = onGrid(number, base, step);
  if (compare(below, above) === 0) return undefined;
  const isAboveNearer = above.units - units(number, above) < units(number, above) - below.units;
  const near = isAboveNearer && (max === undefined || compare(above, max) <= 0) ? above : below;
  return {
    key: "check.step",
    params: { step: shortText(step), from: shortText(base), near: shortText(near), came: came(value) },
  };
}

/** Units of a number at the scale of a finer or equal one. */
function units(number: Decimal, finer: Decimal): bigint {
  return number.units * 10n ** BigInt(finer.scale - number.scale);
}

function withUnit(decimal: Decimal, type: NumberType): string {
  const number = shortText(decimal);
  return type.unit ? `${number} ${quoted(type.unit)}` : number;
}

/** How a sentence writes a number. */
function shortText(decimal: Decimal): string {
  return quoted(plainText(trimmed(decimal)));
}
