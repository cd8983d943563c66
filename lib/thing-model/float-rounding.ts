import { aligned, decimalOf, onGrid, trimmed, type Decimal } from "./decimal";

/** Noise stands in the 16th digit or behind it; what is left without it is this much shorter. */
const digitsWithNoise = 16;
const digitsWithout = 12;
/** Digits that a number of single precision, as a Buffer or a PLC gives it, surely has. */
const digitsOfSingle = 7;
/** Of the number: some thousand roundings of double precision. */
const roundings = 1e-12;
/** Subtracting large numbers leaves their roundings in a small one; nobody means a billionth of a step. */
const leastOfStep = 1e-9;
const mostOfStep = 0.01;

/**
 * The number that a flow meant: JavaScript makes 0.1 + 0.2 into 0.30000000000000004, and a Buffer 20.1 into
 * 20.100000381469727. Text that is not JavaScript's own spelling of a number stays as it is, and so do integers,
 * which have no noise.
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

/** Moves a computed number onto the grid where only rounding keeps it from there: 99.9999999999986 is 100. */
export function snapped(value: Decimal, base: Decimal, step: Decimal): Decimal {
  const { below, above } = onGrid(value, base, step);
  const meant = [below, above].find((neighbour) => isRounding(value, neighbour, step));
  return meant ? trimmed(meant) : value;
}

function isRounding(value: Decimal, neighbour: Decimal, step: Decimal): boolean {
  const distance = ratio(difference(value, neighbour), step);
  return distance <= Math.min(mostOfStep, Math.max(leastOfStep, ratio(value, step) * roundings));
}

function difference(value: Decimal, other: Decimal): Decimal {
  const { a, b, scale } = aligned(value, other);
  return { units: a - b, scale };
}

/** How many times the step goes into a value; twenty digits are more than the comparison needs. */
function ratio(value: Decimal, step: Decimal): number {
  const { a, b } = aligned(value, step);
  return Math.abs(Number((a * 10n ** 20n) / b)) / 1e20;
}

/** Significant digits of a number's text. */
function digitsOf(text: string): number {
  return text
    .replace(/e.*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+|0+$/g, "").length;
}

/** Zero, from which steps are counted where there is no smallest value. */
export const zero: Decimal = decimalOf(0);
