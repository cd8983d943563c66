import type { ArrayType, ChoiceType, DataType, NumberType, Parameter, TextType } from "./data-type";
import { latestDate } from "./date-text";
import { type Decimal, trimmed } from "./decimal";
import { encodeText } from "./encode-text";
import { modelLimits } from "./number-type";

/** Numbers of this length have at most seven digits, which JavaScript and single precision keep exactly. */
const maxNumberLength = 8;
/** The most decimals in a number of that length. */
const maxDecimals = 6;
const unit = 10 ** maxDecimals;
/** In millionths; the difference of a number and a limit stays exact. */
const maxLimit = 2 ** 52;

/** Writes a value in wire format; undefined if only the exact encoding can tell. */
type Write = (value: unknown) => string | undefined;

/** Created once for each list of inputs; lists never change after they were read. */
const writers = new WeakMap<readonly Parameter[], Write>();

/**
 * Encodes the args of most messages: valid, of plain types, and formatted as by `JSON.stringify`. The result is that of
 * the exact encoding, in a fraction of the time, or undefined.
 * @param args JSON text of one object
 * @param isComputed whether `args` was written from JavaScript values
 * @param isPartial whether members may be left out, as with properties; the same for each use of a list
 * @returns JSON in wire format; undefined if only the exact encoding can tell
 */
export function encodeQuick(
  inputs: readonly Parameter[],
  args: string,
  isComputed: boolean,
  isPartial = false,
): string | undefined {
  let write = writers.get(inputs);
  if (!write) writers.set(inputs, (write = fieldsWriter(inputs, isPartial)));
  try {
    const value: unknown = JSON.parse(args);
    // In text that a person wrote, parsing has removed duplicate keys and digits that JavaScript cannot represent.
    return isComputed || JSON.stringify(value) === args ? write(value) : undefined;
  } catch {
    return undefined;
  }
}

function fieldsWriter(fields: readonly Parameter[], isPartial = false): Write {
  const known = new Map(
    fields.map(({ identifier, dataType, isUnchecked }) => [
      identifier,
      { start: `${JSON.stringify(identifier)}:`, write: isUnchecked ? nothing : writerOf(dataType) },
    ]),
  );
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const keys = Object.keys(value);
    if (keys.length !== known.size && !isPartial) return undefined;
    let text = "";
    for (const key of keys) {
      const field = known.get(key);
      const member = field?.write((value as Record<string, unknown>)[key]);
      if (!field || member === undefined) return undefined;
      text += text === "" ? field.start + member : `,${field.start}${member}`;
    }
    return `{${text}}`;
  };
}

function writerOf(type: DataType): Write {
  switch (type.type) {
    case "int":
    case "float":
    case "double":
      return numberWriter(type);
    case "bool":
    case "enum":
      return choiceWriter(type);
    case "date":
      return dateText;
    case "text":
      return textWriter(type);
    case "struct":
      return fieldsWriter(type.fields);
    case "array":
      break;
  }
  return itemsWriter(type);
}

function nothing(): undefined {
  return undefined;
}

function itemsWriter({ size = Infinity, item }: ArrayType): Write {
  const write = writerOf(item);
  return (value) => {
    if (!Array.isArray(value) || value.length > size) return undefined;
    let text = "";
    for (let index = 0; index < value.length; index++) {
      const member = write(value[index]);
      if (member === undefined) return undefined;
      text += index === 0 ? member : `,${member}`;
    }
    return `[${text}]`;
  };
}

function choiceWriter({ type, items }: ChoiceType): Write {
  const values = new Set<unknown>(items.map((item) => item.value).filter(Number.isSafeInteger));
  return (value) => {
    const number = type === "bool" && typeof value === "boolean" ? Number(value) : value;
    return values.has(number) ? String(number) : undefined;
  };
}

function dateText(value: unknown): string | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= latestDate
    ? `"${value}"`
    : undefined;
}

function textWriter(type: TextType): Write {
  return (value) => {
    const text = typeof value === "string" ? encodeText(value, type) : undefined;
    return typeof text === "string" ? text : undefined;
  };
}

function numberWriter(type: NumberType): Write {
  const isInteger = type.type === "int";
  const limits = limitsOf(type);
  if (!limits) return nothing;
  const { min = -Infinity, max = Infinity } = limits;
  return (value) => {
    // Digits such as 1e400 are beyond what JavaScript can represent.
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    const text = String(value);
    if (text.length > maxNumberLength || text.includes("e")) return undefined;
    const isWhole = Number.isInteger(value);
    if (isInteger && !isWhole) return undefined;
    // Exact: seven digits and six decimals at most.
    const units = Math.round(value * unit);
    if (units < min || units > max) return undefined;
    return isInteger || !isWhole ? text : `${text}.0`;
  };
}

/** In millionths. */
interface Limits {
  min: number | undefined;
  max: number | undefined;
}

/** Undefined if millionths cannot represent them exactly. */
function limitsOf(type: NumberType): Limits | undefined {
  const decimals = modelLimits(type);
  const min = decimals.min && millionths(decimals.min);
  const max = decimals.max && millionths(decimals.max);
  // Also false for NaN.
  const isExact = (limit: number | undefined): boolean => limit === undefined || Math.abs(limit) <= maxLimit;
  return isExact(min) && isExact(max) ? { min, max } : undefined;
}

/** NaN if it has more decimals. */
function millionths(decimal: Decimal): number {
  const { units, scale } = trimmed(decimal);
  return scale > maxDecimals ? NaN : Number(units * 10n ** BigInt(maxDecimals - scale));
}
