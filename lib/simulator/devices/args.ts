import { LosslessNumber, parse } from "lossless-json";
import type { DataType, NumberType, Parameter, Service } from "../../thing-model/model";
import type { JsonObject } from "../../base/json";

/** `code` as in the reference, 4.3; the message names the path, e.g. `Steps[1].Level`. */
export interface ArgsProblem {
  code: string;
  message: string;
}

/** `written` is `args` with its numbers as they were written. */
export type ArgsReading =
  { ok: true; args: JsonObject; written: JsonObject } | { ok: false; problem: ArgsProblem };

const INT_RANGE = { min: -2_147_483_648, max: 2_147_483_647 };
const NUMBER_CODES = { int: "6306", float: "6307", double: "6322" } as const;

/**
 * Checks `Args` against the inputs of a service as they stand on the wire, where `10` is no float but
 * `10.0` is (reference, 1.2). Gives the plain object for the device, or the first problem.
 */
export function readArgs(text: string, service: Service): ArgsReading {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    // Nesting without end makes the parser run out of stack: no less a malformed parameter.
    const reason = error instanceof RangeError ? "it is nested too deeply" : (error as Error).message;
    return malformed(`Args is not valid JSON: ${reason}`);
  }
  if (!isObject(value)) return malformed(`Args must be the JSON text of one object, got ${describe(value)}`);
  const problem = checkFields(value, service.inputs, "");
  return problem ? { ok: false, problem } : { ok: true, args: plain(value) as JsonObject, written: value };
}

function malformed(message: string): ArgsReading {
  return { ok: false, problem: { code: "iot.common.InvalidFormattedParameter", message } };
}

function checkFields(value: JsonObject, fields: readonly Parameter[], path: string): ArgsProblem | undefined {
  const at = (key: string): string => (path ? `${path}.${key}` : key);
  const unknown = Object.keys(value).find((key) => !fields.some((field) => field.identifier === key));
  if (unknown !== undefined) {
    const known = fields.map((field) => field.identifier).join(", ") || "none";
    return { code: "6304", message: `${at(unknown)} is not in the thing model; known here: ${known}` };
  }
  for (const field of fields) {
    const where = at(field.identifier);
    if (!Object.hasOwn(value, field.identifier)) return { code: "6302", message: `${where} is missing` };
    const problem = checkValue(value[field.identifier], field.dataType, where);
    if (problem) return problem;
  }
  return undefined;
}

/** The first thing that is wrong with a value of `parse` as it stands on the wire, or undefined. */
export function checkValue(value: unknown, dataType: DataType, path: string): ArgsProblem | undefined {
  const wrong = (code: string, expected: string): ArgsProblem => ({
    code,
    message: `${path} must be ${expected}, got ${describe(value)}`,
  });
  switch (dataType.type) {
    case "int":
    case "float":
    case "double":
      return checkNumber(value, dataType, wrong);
    case "bool":
    case "enum": {
      const choices = dataType.items.map((item) => String(item.value));
      const found = value instanceof LosslessNumber && choices.includes(value.value);
      return found
        ? undefined
        : wrong(dataType.type === "bool" ? "6308" : "6309", `one of ${choices.join(", ")}`);
    }
    case "text": {
      if (typeof value !== "string") return wrong("6310", "a text");
      const bytes = Buffer.byteLength(value);
      if (bytes <= (dataType.length ?? Infinity)) return undefined;
      return { code: "6310", message: `${path} has ${bytes} bytes, at most ${dataType.length} are allowed` };
    }
    case "date":
      if (typeof value === "string" && /^\d{1,16}$/.test(value)) return undefined;
      return wrong("6311", "UTC milliseconds as a text of digits");
    case "struct":
      return isObject(value) ? checkFields(value, dataType.fields, path) : wrong("6312", "an object");
    case "array":
      break;
  }
  if (!Array.isArray(value)) return wrong("6328", "an array");
  if (value.length > (dataType.size ?? Infinity)) {
    const message = `${path} has ${value.length} elements, at most ${dataType.size} are allowed`;
    return { code: "6324", message };
  }
  return firstProblem(value, (element, index) => checkValue(element, dataType.item, `${path}[${index}]`));
}

function checkNumber(
  value: unknown,
  dataType: NumberType,
  wrong: (code: string, expected: string) => ArgsProblem,
): ArgsProblem | undefined {
  const code = NUMBER_CODES[dataType.type];
  if (!(value instanceof LosslessNumber)) return wrong(code, `a number (${dataType.type})`);
  const whole = /^-?\d+$/.test(value.value);
  if (dataType.type === "int" && !whole) return wrong(code, "an integer");
  if (dataType.type !== "int" && whole)
    return wrong(code, `a ${dataType.type} with a decimal, like ${value.value}.0`);

  const [lowest, highest] =
    dataType.type === "int" ? [INT_RANGE.min, INT_RANGE.max] : [-Number.MAX_VALUE, Number.MAX_VALUE];
  const { min = lowest, max = highest } = dataType;
  const number = Number(value.value);
  return number >= min && number <= max ? undefined : wrong(code, `from ${min} to ${max}`);
}

function firstProblem(
  values: unknown[],
  check: (value: unknown, index: number) => ArgsProblem | undefined,
): ArgsProblem | undefined {
  for (const [index, value] of values.entries()) {
    const problem = check(value, index);
    if (problem) return problem;
  }
  return undefined;
}

/** Numbers as numbers again: what an ordinary device would make of the text. */
function plain(value: unknown): unknown {
  if (value instanceof LosslessNumber) return Number(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber)
  );
}

function describe(value: unknown): string {
  if (value instanceof LosslessNumber) return value.value.slice(0, 40);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string")
    return value.length > 40 ? `a text of ${value.length} characters` : JSON.stringify(value);
  return Array.isArray(value) ? "an array" : "an object";
}
