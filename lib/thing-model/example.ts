import { LosslessNumber, stringify } from "lossless-json";
import type { DataType, NumberType, Parameter } from "./data-type";
import { compare, type Decimal, decimalOf, isWhole, onGrid, plainText, trimmed, wholeText } from "./decimal";
import { encodeNumber } from "./encode-number";
import { modelLimits, one, rangeOf, wholeFrom, zero } from "./number-type";

/** Number of elements that show how an array is written. */
const elements = 2;
/** From this number of values on, arrays stay empty: nested arrays multiply. */
const manyValues = 2000;
/** The width of the range for a number without one. */
const span = decimalOf(100);
const wide = decimalOf(10);
/** Longer numbers are only used if no other fits. */
const readableLength = 20;
/** Longer names are cut. */
const maxTextBytes = 60;

/**
 * Args that pass the check, as JSON for the user to edit: numbers in the middle of their range, and on a step if that is
 * easy to read; texts say which parameter they belong to.
 * @param now milliseconds, for dates
 */
export function exampleArgs(inputs: readonly Parameter[], now: number): string {
  return stringify(new Example(now).fields(inputs), undefined, 2) ?? "{}";
}

class Example {
  private values = 0;

  constructor(private readonly now: number) {}

  fields(fields: readonly Parameter[]): Record<string, unknown> {
    return Object.fromEntries(
      fields.map(({ identifier, name, dataType, isUnchecked }) => [
        identifier,
        isUnchecked ? null : this.value(dataType, name || identifier),
      ]),
    );
  }

  /** @param name what people call the parameter */
  private value(dataType: DataType, name: string): unknown {
    this.values++;
    switch (dataType.type) {
      case "int":
      case "float":
      case "double":
        return new LosslessNumber(exampleNumber(dataType));
      case "text":
        return textOfBytes(name, Math.min(dataType.length ?? maxTextBytes, maxTextBytes));
      case "bool":
      case "enum":
        return dataType.items.at(dataType.type === "bool" ? -1 : 0)?.value ?? 0;
      case "date":
        return String(Math.round(this.now));
      case "struct":
        return this.fields(dataType.fields);
      case "array":
        break;
    }
    const length = this.values > manyValues ? 0 : Math.min(Math.floor(dataType.size ?? elements), elements);
    return Array.from({ length }, () => this.value(dataType.item, name));
  }
}

/** The beginning of a text, of at most so many bytes in UTF-8, as the platform counts. */
function textOfBytes(text: string, bytes: number): string {
  let start = "";
  for (const character of text) {
    if (Buffer.byteLength(start + character) > bytes) break;
    start += character;
  }
  return start;
}

/** The first of some candidates that passes the check. */
function exampleNumber(type: NumberType): string {
  const { low, high } = exampleRange(type);
  const { min, step } = modelLimits(type);
  const middle = half(sum(low, high));
  const candidates =
    type.type === "int"
      ? [whole(middle, min, step), onGrid(middle, zero, one).below, wholeFrom(low)]
      : [
          ...(step ? [onGrid(middle, min ?? zero, step).below, onGrid(middle, zero, step).below] : []),
          rounded(middle, low, high),
          middle,
          low,
          high,
        ];
  const texts = candidates.map((number) =>
    type.type === "int" && isWhole(number) ? wholeText(number) : plainText(trimmed(number), 1),
  );
  const good = texts.filter((text) => typeof encodeNumber(text, type, false) === "string");
  return good.find((text) => text.length <= readableLength) ?? good[0] ?? "0";
}

/** The model's range; without one, a small range that starts at zero or at the limit that there is. */
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

/** Without decimals, which is easier to read, if the range is wide enough. */
function rounded(middle: Decimal, low: Decimal, high: Decimal): Decimal {
  const isWide = compare(sum(low, wide), high) <= 0;
  return isWide ? onGrid(middle, zero, one).below : middle;
}

/** An integer on the step, if steps are integers. */
function whole(middle: Decimal, min: Decimal | undefined, step: Decimal | undefined): Decimal {
  const width = step && isWhole(step) ? step : one;
  return onGrid(middle, min ? wholeFrom(min) : zero, width).below;
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
