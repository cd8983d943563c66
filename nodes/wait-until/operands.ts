import { types } from "node:util";
import { describeValue } from "../../lib/base/describe";
import { Failure, invalidInput } from "../../lib/base/failure";
import { parseJson } from "../../lib/base/json";
import { fieldName, type Input, sourceName } from "../../lib/invocation/inputs";
import { isNumeric } from "../../lib/waiting/condition";
import { type ConditionName, deviceStates, needsNumbers } from "../../lib/waiting/condition-names";

type Field = "value" | "value2";

/**
 * A value that a condition compares with, as plain JSON: what a message brings may be a proxy or have getters, and is
 * read once.
 * @param type of the field in the dialog; fixed values are text that was typed
 * @throws {Failure} `invalid-input`
 */
export function readOperand(input: Input, field: Field, type: unknown, name: ConditionName): unknown {
  const value = plainValue(input, field, type);
  if (value === undefined || value === null || value === "")
    throw unusable("errors.wait-value-missing", input, field);
  const isNumber = needsNumbers(name) || type === "num";
  if (isNumber && !isNumeric(value)) throw unusable("errors.wait-value-number", input, field);
  return value;
}

/**
 * A state that a condition compares with.
 * @throws {Failure} `invalid-input` for a text that is not a state, since no device could ever be in it
 */
export function readStateOperand(input: Input): string {
  const { value } = input;
  const text = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (deviceStates.includes(text)) return text;
  throw invalidInput({ key: "errors.wait-value-state", params: { came: describeValue(value) } });
}

function plainValue(input: Input, field: Field, type: unknown): unknown {
  const { value } = input;
  if (type === "bool" && typeof value === "string") return value.trim().toLowerCase() === "true";
  if (type === "num" && typeof value === "string") return value.trim();
  try {
    if (type === "json" && typeof value === "string") return parseJson(value);
    if (typeof value === "bigint") return String(value);
    // As devices post dates.
    if (types.isDate(value)) return String(Date.prototype.getTime.call(value));
    if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError("no number");
    if (["undefined", "string", "number", "boolean"].includes(typeof value) || value === null) return value;
    if (typeof value !== "object") throw new TypeError("no JSON");
    const json = JSON.stringify(value) as string | undefined;
    return json === undefined ? undefined : parseJson(json);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unusable("errors.wait-value-unusable", input, field);
  }
}

function unusable(key: string, input: Input, field: Field): Failure {
  const params = { field: fieldName(field), source: sourceName(input), came: describeValue(input.value) };
  return invalidInput({ key, params });
}
