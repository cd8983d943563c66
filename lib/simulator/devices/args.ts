import { LosslessNumber, parse } from "lossless-json";
import type { JsonObject } from "../../base/json";
import { nestsDeeperThan } from "../../base/nesting";
import { isLosslessObject } from "../../thing-model/json";
import type { ChoiceType, DataType, NumberType, Parameter, Service } from "../../thing-model/model";
import { byIdentifier } from "../../thing-model/parameters";

/** `code` is the platform's; the message names the path, e.g. `Steps[1].Level`. */
export interface ArgsProblem {
  code: string;
  message: string;
}

/** `written` is `args` with its numbers as they were written. */
type ArgsReading = { ok: true; args: JsonObject; written: JsonObject } | { ok: false; problem: ArgsProblem };

const intRange = { min: -2_147_483_648, max: 2_147_483_647 };
const doubleRange = { min: -Number.MAX_VALUE, max: Number.MAX_VALUE };
/** Deeper than any thing model; the parser calls itself for each level. */
const maxNesting = 64;
/** How many names a message lists, and their maximum length. */
const maxNamed = 12;
const maxNameLength = 40;
const numberCodes = { int: "6306", float: "6307", double: "6322" } as const;

/**
 * Checks `Args` against the inputs of a service in their wire format, where `10.0` is a float and `10` is not. Returns
 * the plain object for the device, or the first problem.
 */
export function readArgs(text: string, service: Service): ArgsReading {
  const reading = parseObject(text, "Args");
  if (!reading.ok) return reading;
  const { value } = reading;
  const problem = checkFields(value, service.inputs, "");
  return problem ? { ok: false, problem } : { ok: true, args: plain(value) as JsonObject, written: value };
}

/** The JSON text of one object, whose numbers keep their digits; `name` is that of the parameter. */
export function parseObject(
  text: string,
  name: string,
): { ok: true; value: JsonObject } | { ok: false; problem: ArgsProblem } {
  if (nestsDeeperThan(text, maxNesting))
    return malformed(`${name} is not valid JSON: it is nested too deeply`);
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return malformed(`${name} is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (isLosslessObject(value)) return { ok: true, value };
  return malformed(`${name} must be the JSON text of one object, got ${describe(value)}`);
}

function malformed(message: string): { ok: false; problem: ArgsProblem } {
  return { ok: false, problem: { code: "iot.common.InvalidFormattedParameter", message } };
}

function checkFields(value: JsonObject, fields: readonly Parameter[], path: string): ArgsProblem | undefined {
  const at = (key: string): string => (path ? `${path}.${cut(key)}` : cut(key));
  const byName = byIdentifier(fields);
  const unknown = Object.keys(value).find((key) => !byName.has(key));
  if (unknown !== undefined) {
    const known = listed(fields, (field) => field.identifier) || "none";
    return { code: "6304", message: `${at(unknown)} is not in the thing model; known here: ${known}` };
  }
  for (const field of fields) {
    const where = at(field.identifier);
    if (!Object.hasOwn(value, field.identifier)) return { code: "6302", message: `${where} is missing` };
    // Any value may be right for a type that could not be read.
    const problem = field.isUnchecked
      ? undefined
      : checkValue(value[field.identifier], field.dataType, where);
    if (problem) return problem;
  }
  return undefined;
}

/** The first problem of a value of `parse` in its wire format, or undefined. */
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
      if (value instanceof LosslessNumber && numbersOf(dataType).has(value.value)) return undefined;
      const choices = listed(dataType.items, (item) => String(item.value));
      return wrong(dataType.type === "bool" ? "6308" : "6309", `one of ${choices}`);
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
      return isLosslessObject(value) ? checkFields(value, dataType.fields, path) : wrong("6312", "an object");
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
  const code = numberCodes[dataType.type];
  if (!(value instanceof LosslessNumber)) return wrong(code, `a number (${dataType.type})`);
  const whole = /^-?\d+$/.test(value.value);
  if (dataType.type === "int" && !whole) return wrong(code, "an integer");
  if (dataType.type !== "int" && whole)
    return wrong(code, `a ${dataType.type} with a decimal, like ${value.value}.0`);

  const own = dataType.type === "int" ? intRange : doubleRange;
  let { min = own.min, max = own.max } = dataType;
  // A limit beyond its type means that the type's own limit does not apply.
  if (min > max && dataType.max === undefined) max = Infinity;
  if (min > max && dataType.min === undefined) min = -Infinity;
  const number = Number(value.value);
  return number >= min && number <= max ? undefined : wrong(code, `from ${min} to ${max}`);
}

const numbersByType = new WeakMap<ChoiceType, ReadonlySet<string>>();

/** The numbers of a choice in wire format. */
function numbersOf(dataType: ChoiceType): ReadonlySet<string> {
  let numbers = numbersByType.get(dataType);
  if (!numbers) {
    numbers = new Set(dataType.items.map((item) => String(item.value)));
    numbersByType.set(dataType, numbers);
  }
  return numbers;
}

function listed<T>(items: readonly T[], nameOf: (item: T) => string): string {
  const names = items
    .slice(0, maxNamed)
    .map((item) => cut(nameOf(item)))
    .join(", ");
  return items.length > maxNamed ? `${names}, …` : names;
}

function cut(name: string): string {
  return name.length > maxNameLength ? `${name.slice(0, maxNameLength - 1).toWellFormed()}…` : name;
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

/** Converts to JavaScript numbers, as an ordinary device would. */
export function plain(value: unknown): unknown {
  if (value instanceof LosslessNumber) return Number(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (isLosslessObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
}

function describe(value: unknown): string {
  if (value instanceof LosslessNumber) return value.value.slice(0, 40);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string")
    return value.length > 40 ? `a text of ${value.length} characters` : JSON.stringify(value);
  return Array.isArray(value) ? "an array" : "an object";
}
