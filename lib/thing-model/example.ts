import { LosslessNumber, stringify } from "lossless-json";
import type { DataType, NumberType, Parameter } from "./data-type";
import { compare, decimalOf, isWhole, onGrid, plainText, trimmed, wholeText, type Decimal } from "./decimal";
import { modelLimits, rangeOf } from "./encode-number";
import { zero } from "./float-rounding";

/** Elements that show how an array is written. */
const elements = 2;
/** How far a number without a range is looked for. */
const span = decimalOf(100);
const wide = decimalOf(10);
const mostSteps = 1000;

/**
 * Args that pass the check, as JSON for people to change: numbers in the middle of their range and on a step.
 * @param now milliseconds, for dates
 */
export function exampleArgs(inputs: readonly Parameter[], now: number): string {
  return stringify(exampleFields(inputs, now), undefined, 2) ?? "{}";
}

function exampleFields(fields: readonly Parameter[], now: number): Record<string, unknown> {
  return Object.fromEntries(
    fields.map(({ identifier, dataType, isUnchecked }) => [
      identifier,
      isUnchecked ? null : example(dataType, now),
    ]),
  );
}

function example(dataType: DataType, now: number): unknown {
  switch (dataType.type) {
    case "int":
    case "float":
    case "double":
      return new LosslessNumber(exampleNumber(dataType));
    case "text":
      return "text".slice(0, Math.max(0, dataType.length ?? Infinity));
    case "bool":
    case "enum":
      return dataType.items.at(dataType.type === "bool" ? -1 : 0)?.value ?? 0;
    case "date":
      return String(Math.round(now));
    case "struct":
      return exampleFields(dataType.fields, now);
    case "array":
      break;
  }
  const length = Math.max(0, Math.min(Math.floor(dataType.size ?? elements), elements));
  return Array.from({ length }, () => example(dataType.item, now));
}

function exampleNumber(type: NumberType): string {
  const { low, high } = exampleRange(type);
  const { min: base = zero, step } = modelLimits(type);
  const isInteger = type.type === "int";
  const middle = half(sum(low, high));
  if (step === undefined && !isInteger) return plainText(trimmed(rounded(middle, low, high)), 1);
  const number = nearestOnGrid(middle, low, base, step ?? decimalOf(1), isInteger);
  return isInteger ? wholeText(number) : plainText(trimmed(number), 1);
}

/** The model's range; where it has none, a small one from zero or from the end that there is. */
function exampleRange(type: NumberType): { low: Decimal; high: Decimal } {
  const { min, max } = modelLimits(type);
  const limits = rangeOf(type);
  const negative = { ...span, units: -span.units };
  const below = max && compare(max, zero) < 0 ? sum(max, negative) : zero;
  const low = min ?? larger(below, limits.min);
  if (max) return { low, high: max };
  const above = sum(low, span);
  return { low, high: compare(above, limits.max) > 0 ? limits.max : above };
}

/** Without decimals, which is easier to read, where the range is wide enough for it. */
function rounded(middle: Decimal, low: Decimal, high: Decimal): Decimal {
  const isWide = compare(sum(low, wide), high) <= 0;
  return isWide ? onGrid(middle, zero, decimalOf(1)).below : middle;
}

/** The nearest number on the grid, which for an integer need not be the first one. */
function nearestOnGrid(
  from: Decimal,
  low: Decimal,
  base: Decimal,
  step: Decimal,
  isInteger: boolean,
): Decimal {
  const { below } = onGrid(from, base, step);
  const first = compare(below, low) < 0 ? onGrid(low, base, step).above : below;
  if (!isInteger) return first;
  const down = firstWhole(first, { ...step, units: -step.units });
  return down && compare(down, low) >= 0 ? down : (firstWhole(first, step) ?? first);
}

function firstWhole(from: Decimal, step: Decimal): Decimal | undefined {
  let number = from;
  for (let count = 0; count < mostSteps; count++) {
    if (isWhole(number)) return number;
    number = sum(number, step);
  }
  return undefined;
}

function sum(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return {
    units: a.units * 10n ** BigInt(scale - a.scale) + b.units * 10n ** BigInt(scale - b.scale),
    scale,
  };
}

function half(number: Decimal): Decimal {
  return number.units % 2n === 0n
    ? { ...number, units: number.units / 2n }
    : { units: number.units * 5n, scale: number.scale + 1 };
}

function larger(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) < 0 ? b : a;
}
