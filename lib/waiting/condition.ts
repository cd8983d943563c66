import type { DataType } from "../thing-model/data-type";
import { compare, decimalOf, readDecimal } from "../thing-model/decimal";
import { isSameValue } from "../thing-model/same-value";
import type { ConditionName } from "./condition-names";

/**
 * A comparison of the value with one or two others, or an expression over the whole message. `lte`, `gte` and `between`
 * include their limits; those of `between` may come in either order.
 */
export type Condition =
  | { name: Exclude<ConditionName, "jsonata">; value?: unknown; value2?: unknown }
  | { name: "jsonata"; expression: string };

/**
 * Whether a value meets a condition. Never throws.
 * @param type as the thing model has it, where that is known
 */
export function meets(
  { name, value: limit, value2: limit2 }: Exclude<Condition, { name: "jsonata" }>,
  value: unknown,
  type: DataType | undefined,
): boolean {
  if (value === undefined) return false;
  switch (name) {
    case "any":
      return true;
    case "true":
      return isSameValue(true, value, type);
    case "false":
      return isSameValue(false, value, type);
    case "eq":
      return isSame(limit, value, type);
    case "neq":
      return !isSame(limit, value, type);
    case "between": {
      const [one, other] = [order(value, limit, type), order(value, limit2, type)];
      return one !== undefined && other !== undefined && one * other <= 0;
    }
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      break;
  }
  const sign = order(value, limit, type);
  if (sign === undefined) return false;
  if (sign === 0) return name === "lte" || name === "gte";
  return sign < 0 === (name === "lt" || name === "lte");
}

/** By value and not by type, since devices and the platform write numbers in several ways. */
function isSame(limit: unknown, value: unknown, type: DataType | undefined): boolean {
  const [one, other] = [decimalIn(limit), decimalIn(value)];
  // Without a type, integers beyond 2^53 would be compared as JavaScript has them.
  if (!type && one && other && !Number.isSafeInteger(Math.trunc(Number(limit))))
    return compare(one, other) === 0;
  return isSameValue(limit, value, type);
}

/**
 * Negative, zero or positive, as a number is below, at or above a limit; undefined where one of them is no number. A
 * `float` is at the limit if it is so in single precision, which is all that a device can tell.
 */
function order(value: unknown, limit: unknown, type: DataType | undefined): number | undefined {
  const [one, other] = [decimalIn(value), decimalIn(limit)];
  if (one === undefined || other === undefined) return undefined;
  return type?.type === "float" && isSameValue(limit, value, type) ? 0 : compare(one, other);
}

const maxNumberLength = 400;

/** A number, also as text with all its digits. */
function decimalIn(value: unknown): Exclude<ReturnType<typeof readDecimal>, "too-fine"> {
  if (typeof value === "number") return Number.isFinite(value) ? decimalOf(value) : undefined;
  if (typeof value !== "string" || value.length > maxNumberLength) return undefined;
  const decimal = readDecimal(value.trim());
  return decimal === "too-fine" ? undefined : decimal;
}

/** Whether a value can be compared with as a number. */
export function isNumeric(value: unknown): boolean {
  return decimalIn(value) !== undefined;
}
