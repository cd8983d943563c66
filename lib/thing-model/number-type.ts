import type { NumberType } from "./data-type";
import { compare, type Decimal, decimalOf, isWhole, onGrid, readDecimal } from "./decimal";
import type { Reader } from "./reader";

/**
 * Largest and smallest single- and double-precision numbers of Java and C. The console writes them as min and max if the
 * user sets no limit; in Java, `MIN_VALUE` is the number next to zero. They occur in many notations and roundings.
 */
const maxSingle = 3.402_823e38;
const afterLargestSingle = 3.402_824e38;
const maxDouble = 1.797_693e308;
const underflow = [
  { from: 0, to: 2.225_1e-308 },
  { from: 1.3e-45, to: 1.5e-45 },
  { from: 1.175_4e-38, to: 1.175_5e-38 },
];

/** Reads the specs of a number; values that the console writes for "no limit" are left out. */
export function readNumber(
  reader: Reader,
  type: NumberType["type"],
  source: unknown,
  path: string,
): NumberType {
  const specs = reader.objectOf(source);
  const number: NumberType = { type };
  const exact: NonNullable<NumberType["exact"]> = {};
  for (const name of ["min", "max", "step"] as const) {
    if (isUnlimited(specs[name], type)) continue;
    const limit = reader.number(specs[name], `${path}.${name}`);
    if (limit === undefined) continue;
    number[name] = limit;
    const digits = exactText(specs[name]);
    if (digits !== undefined) exact[name] = digits;
  }
  if (Object.keys(exact).length > 0) number.exact = exact;
  if (typeof specs.unit === "string") number.unit = reader.text(specs.unit, "");
  if (typeof specs.unitName === "string") number.unitName = reader.text(specs.unitName, "");
  checkRange(reader, number, path);
  return number;
}

function isUnlimited(value: unknown, type: NumberType["type"]): boolean {
  const text = typeof value === "string" ? value.trim() : value;
  const number =
    typeof text === "number" ? text : typeof text === "string" && text !== "" ? Number(text) : NaN;
  if (Number.isNaN(number)) return false;
  const size = Math.abs(number);
  // Numbers that a double cannot represent: too large, such as 1.8E308, or too small, such as 1e-400.
  if (size === Infinity) return typeof text === "string" && readDecimal(text) !== undefined;
  if (size === 0) return typeof text === "string" && !isZero(readDecimal(text));
  if (size >= maxDouble) return true;
  if (size >= maxSingle && (type !== "double" || size <= afterLargestSingle)) return true;
  return underflow.some(({ from, to }) => size > from && size < to);
}

function isZero(decimal: ReturnType<typeof readDecimal>): boolean {
  return decimal === undefined || (typeof decimal === "object" && decimal.units === 0n);
}

function checkRange(reader: Reader, type: NumberType, path: string): void {
  const { min, max } = modelLimits(type);
  if (!min || !max) return;
  const names = `min ${type.exact?.min ?? type.min}`;
  if (compare(min, max) > 0) reader.problem(path, `${names} is above max ${type.exact?.max ?? type.max}`);
  else if (type.type === "int" && compare(wholeFrom(min), max) > 0) {
    reader.problem(path, `there is no integer from ${names} to max ${type.exact?.max ?? type.max}`);
  }
}

/** The first whole number that is not below a number. */
export function wholeFrom(number: Decimal): Decimal {
  return isWhole(number) ? number : onGrid(number, zero, one).above;
}

/** The text of a number that JavaScript cannot represent exactly. */
function exactText(value: unknown): string | undefined {
  const text = typeof value === "string" ? value.trim() : "";
  const decimal = readDecimal(text);
  const number = Number(text);
  if (typeof decimal !== "object" || !Number.isFinite(number)) return undefined;
  return compare(decimal, decimalOf(number)) === 0 ? undefined : text;
}

/** Limits of a number as exact decimals; undefined if the model has none. */
interface NumberLimits {
  min?: Decimal;
  max?: Decimal;
  step?: Decimal;
}

const typeLimits = {
  int: { min: decimalOf(-2_147_483_648), max: decimalOf(2_147_483_647) },
  float: { min: decimalOf(-3.402_823_5e38), max: decimalOf(3.402_823_5e38) },
  double: { min: decimalOf(-Number.MAX_VALUE), max: decimalOf(Number.MAX_VALUE) },
};

/** The exact limits of the model. A step of zero or less is ignored. */
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

/** If a limit of the model exceeds its own type, the type's other limit does not apply either. */
const beyondAll = 10n ** 320n;

/** The range of a number: the model's limits, or else those of the type. */
export function rangeOf(type: NumberType): { min: Decimal; max: Decimal } {
  const limits = modelLimits(type);
  const own = typeLimits[type.type];
  const min = limits.min ?? own.min;
  const max = limits.max ?? own.max;
  if (compare(min, max) <= 0) return { min, max };
  return limits.min
    ? { min, max: { units: beyondAll, scale: 0 } }
    : { min: { units: -beyondAll, scale: 0 }, max };
}

/** Zero, from which steps are counted where there is no smallest value. */
export const zero: Decimal = decimalOf(0);
export const one: Decimal = decimalOf(1);
