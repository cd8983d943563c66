import type { NumberType } from "./data-type";
import { aligned, type Decimal, onGrid, trimmed } from "./decimal";
import { modelLimits, one } from "./number-type";

/** Noise begins at the 16th digit at the earliest; a number without it is this much shorter. */
const digitsWithNoise = 16;
const digitsWithout = 12;
/** Digits that a single-precision number, as from a Buffer or a PLC, always has. */
const digitsOfSingle = 7;
/** Relative error: some thousand roundings of double precision. */
const roundings = 1e-12;
/** Subtracting large numbers leaves rounding errors in a small one; differences of this size are not significant. */
const minOfGrain = 1e-9;
const maxOfGrain = 0.01;
/** Subtracting numbers near a grain leaves nothing smaller. */
const smallestNoise = 1e-18;
/** A computed number with noise has nearly all the digits of a double. */
const digitsOfNoisy = 13;
/** A step with more decimals says nothing about noise. */
const finestGrain = 12;

/**
 * The number that a flow meant: in JavaScript 0.1 + 0.2 is 0.30000000000000004, and 20.1 from a Buffer is
 * 20.100000381469727. Text that is not in JavaScript's own notation is not changed, nor are integers, which have no
 * noise.
 */
export function withoutNoise(text: string): string {
  const number = Number(text);
  if (String(number) !== text || Number.isInteger(number)) return text;
  const single = String(Number(number.toPrecision(digitsOfSingle)));
  const isSingle = Math.fround(number) === number && Math.fround(Number(single)) === number;
  if (isSingle && digitsOf(single) + 3 < digitsOf(text)) return single;
  if (digitsOf(text) < digitsWithNoise) return text;
  const double = String(Number(number.toPrecision(15)));
  return digitsOf(double) <= digitsWithout ? double : text;
}

/**
 * Removes noise that can only be recognized by the step: 99.9999999999986 with a step of 0.1 is 100. The step
 * tells how many decimals are meant; the number need not be on it.
 * @param text the number as JavaScript writes it
 */
export function withoutStepNoise(value: Decimal, text: string, type: NumberType): Decimal {
  const grain = grainOf(type);
  if (!grain || digitsOf(text) < digitsOfNoisy) return value;
  const { below, above } = onGrid(value, { units: 0n, scale: 0 }, grain);
  const meant = [below, above].find((neighbour) => isRounding(value, neighbour, grain));
  return meant ? trimmed(meant) : value;
}

/** One unit of the last decimal of step and min. */
function grainOf(type: NumberType): Decimal | undefined {
  if (type.type === "int") return one;
  const { min, step } = modelLimits(type);
  if (!step) return undefined;
  const ofMin = min ? trimmed(min).scale : 0;
  const scale = Math.max(trimmed(step).scale, ofMin <= finestGrain ? ofMin : 0);
  return scale <= finestGrain ? { units: 1n, scale } : undefined;
}

function isRounding(value: Decimal, neighbour: Decimal, grain: Decimal): boolean {
  const distance = ratio(difference(value, neighbour), grain);
  if (distance < smallestNoise) return false;
  return distance <= Math.min(maxOfGrain, Math.max(minOfGrain, ratio(value, grain) * roundings));
}

function difference(value: Decimal, other: Decimal): Decimal {
  const { a, b, scale } = aligned(value, other);
  return { units: a - b, scale };
}

/** How many times the grain goes into a value; twenty digits are more than the comparison needs. */
function ratio(value: Decimal, grain: Decimal): number {
  const { a, b } = aligned(value, grain);
  return Math.abs(Number((a * 10n ** 20n) / b)) / 1e20;
}

/** Significant digits of a number's text. */
function digitsOf(text: string): number {
  return text
    .replace(/e.*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+|0+$/g, "").length;
}
