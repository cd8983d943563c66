import type { DataType, Parameter } from "./data-type";
import { compare, decimalOf, readDecimal } from "./decimal";
import { isLosslessObject } from "./json";
import { byIdentifier } from "./parameters";

/**
 * The results of a service for the flow. Values stay as the device sent them, `date` as text and `bool` as 0 or 1, so
 * that a result can be sent back and compared. Only text becomes a number, if the model has a number type and
 * JavaScript can represent it exactly. Never throws.
 */
export function decodeOutputs(outputs: readonly Parameter[], result: unknown): unknown {
  if (!isLosslessObject(result)) return result;
  const known = byIdentifier(outputs);
  let decoded: Record<string, unknown> | undefined;
  for (const key of Object.keys(result)) {
    const output = known.get(key);
    if (!output || output.isUnchecked) continue;
    const value = decode(result[key], output.dataType);
    if (value === result[key]) continue;
    decoded ??= { ...result };
    decoded[key] = value;
  }
  return decoded ?? result;
}

/** A single value, as `decodeOutputs` has it. */
export function decode(value: unknown, dataType: DataType): unknown {
  switch (dataType.type) {
    case "int":
    case "float":
    case "double":
      return typeof value === "string" ? exactNumber(value) : value;
    case "struct":
      return decodeOutputs(dataType.fields, value);
    case "array":
      return Array.isArray(value) ? value.map((element) => decode(element, dataType.item)) : value;
    case "text":
    case "bool":
    case "enum":
    case "date":
      break;
  }
  return value;
}

function exactNumber(text: string): string | number {
  const number = Number(text);
  // The usual case, checked first because a list may hold a hundred thousand numbers.
  if (Number.isFinite(number) && String(number) === text) return number;
  const decimal = readDecimal(text.trim());
  if (typeof decimal !== "object" || !Number.isFinite(number)) return text;
  return compare(decimal, decimalOf(number)) === 0 ? number : text;
}
