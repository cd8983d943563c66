/**
 * An exact decimal: `units / 10 ** scale`. The scale is the number of decimals that were written, so that
 * `10.50` stays `10.50`.
 */
export interface Decimal {
  units: bigint;
  scale: number;
}

/** No type has this many digits before the decimal point; the largest double has 309. */
const maxExponent = 320;
/** Room for the smallest double with all its digits. */
const maxDigits = 400;
const beyondAll = 10n ** 400n;

const pattern = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d+))?$/i;

/**
 * Reads a number as people and JSON write it: `10`, `-0.5`, `.5`, `1e3`. For a number beyond every type the
 * result is some number beyond every type, which is never expanded; for one with more decimals than any type has it is
 * `"too-fine"`. Undefined if the text is not a number.
 */
export function readDecimal(text: string): Decimal | "too-fine" | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", fraction = match[4] ?? "", , exponentText = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return { units: 0n, scale: Math.min(fraction.length, maxDigits) };
  const exponent = Number(exponentText) - fraction.length;
  const isNegative = sign === "-";
  if (digits.length + exponent > maxExponent) return { units: isNegative ? -beyondAll : beyondAll, scale: 0 };
  if (digits.length > maxDigits || -exponent > maxDigits) return "too-fine";
  const units = BigInt(digits) * 10n ** BigInt(Math.max(exponent, 0));
  return { units: isNegative ? -units : units, scale: Math.max(-exponent, 0) };
}

/**
 * The decimal that JavaScript prints for a number, taken as exact: 0.1 is one tenth.
 * @throws {RangeError} where it is not finite
 */
export function decimalOf(number: number): Decimal {
  const decimal = readDecimal(String(number));
  if (typeof decimal === "object") return decimal;
  throw new RangeError(`${number} is no decimal`);
}

/** Both numbers at the scale of the finer one. */
export function aligned(a: Decimal, b: Decimal): { a: bigint; b: bigint; scale: number } {
  const scale = Math.max(a.scale, b.scale);
  return { a: unitsAt(a, scale), b: unitsAt(b, scale), scale };
}

/** Negative, zero or positive, as `a` is below, equal to or above `b`. */
export function compare(a: Decimal, b: Decimal): number {
  const units = aligned(a, b);
  if (units.a === units.b) return 0;
  return units.a < units.b ? -1 : 1;
}

export function isWhole(decimal: Decimal): boolean {
  return decimal.units % 10n ** BigInt(decimal.scale) === 0n;
}

/** Without zeros at the end of its decimals. */
export function trimmed({ units, scale }: Decimal): Decimal {
  let short = { units, scale };
  while (short.scale > 0 && short.units % 10n === 0n) {
    short = { units: short.units / 10n, scale: short.scale - 1 };
  }
  return short;
}

/** Plain notation, without an exponent and never `-0`, with at least so many decimals. */
export function plainText(decimal: Decimal, minDecimals = 0): string {
  const scale = Math.max(decimal.scale, minDecimals);
  const digits = String(magnitude(unitsAt(decimal, scale))).padStart(scale + 1, "0");
  const sign = decimal.units < 0n ? "-" : "";
  const point = digits.length - scale;
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** A whole number without its decimals. */
export function wholeText(decimal: Decimal): string {
  return String(decimal.units / 10n ** BigInt(decimal.scale));
}

/** The neighbours of a value on the grid `base + n × step`; equal where the value lies on the grid. */
export function onGrid(value: Decimal, base: Decimal, step: Decimal): { below: Decimal; above: Decimal } {
  const scale = Math.max(value.scale, base.scale, step.scale);
  const [at, from, width] = [value, base, step].map((decimal) => unitsAt(decimal, scale)) as [
    bigint,
    bigint,
    bigint,
  ];
  const rest = (((at - from) % width) + width) % width;
  const below = { units: at - rest, scale };
  return { below, above: rest === 0n ? below : { units: below.units + width, scale } };
}

function unitsAt(decimal: Decimal, scale: number): bigint {
  return decimal.units * 10n ** BigInt(scale - decimal.scale);
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}
