import { describeValue } from "../base/describe";
import { Failure, invalidInput, type Text } from "../base/failure";
import { nestsDeeperThan } from "../base/nesting";
import { maxArgsBytes } from "../thing-model/args-size";
import type { ComputedParts } from "../thing-model/encode";
import { ArgsWriter, isPlain, maxDepth, ownJson, Unwritable } from "./args-writer";
import { fieldName, type Input, sourceName } from "./inputs";

export interface Args {
  /** JSON of one object. */
  text: string;
  /** The numbers, or those of some parts, are JavaScript's, with its rounding, and not digits that somebody wrote. */
  isComputed: boolean | ComputedParts;
}

/** A field that takes one object: its name, and what to say where something else comes. */
interface ObjectField {
  name: "args" | "items" | "versions";
  expected: string;
  /** An inject node's time stamp is the first thing that people wire in, so a number gets advice of its own. */
  number: string;
}

const argsField: ObjectField = {
  name: "args",
  expected: "errors.args-expected",
  number: "errors.args-number",
};

/**
 * `Args` as the JSON text of one object. Text that already is such JSON is sent as it stands, so that
 * `10.0` stays `10.0`; an object is written out.
 * @throws {Failure} `invalid-input`, naming the field, its source and what came instead
 */
export function readArgs(input: Input): Args {
  return readObject(input, argsField);
}

/** The same for another field. */
export function readObject(input: Input, field: ObjectField): Args {
  try {
    const value = ownJson(input.value);
    const isComputed = typeof value !== "string" || value !== input.value;
    const text = isComputed ? objectText(value, input, field) : jsonText(value, input, field);
    if (Buffer.byteLength(text) > maxArgsBytes) throw tooLarge(input, field);
    return { text, isComputed };
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Unwritable) throw unwritable(error, input, field);
    // A getter, a proxy or toJSON of the message threw.
    throw wrong("errors.args-unreadable", input, field);
  }
}

/** Text is measured before it is parsed: five megabytes of brackets keep a parser busy for seconds. */
function jsonText(value: string, input: Input, field: ObjectField): string {
  const text = value.trim();
  if (text.length > maxArgsBytes) throw tooLarge(input, field);
  if (nestsDeeperThan(text, maxDepth)) throw tooDeep(input, field);
  if (text === "") throw wrong(field.expected, input, field, { came: describeValue(value) });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const params = { came: describeValue(text), reason: parseProblem(error) };
    throw wrong("errors.args-not-json", input, field, params);
  }
  if (!isPlain(parsed)) throw notAnObject(parsed, input, field);
  return text;
}

function objectText(value: unknown, input: Input, field: ObjectField): string {
  if (!isPlain(value)) throw notAnObject(value, input, field);
  return new ArgsWriter().write(value);
}

function notAnObject(value: unknown, input: Input, field: ObjectField): Failure {
  const key = typeof value === "number" ? field.number : field.expected;
  return wrong(key, input, field, { came: describeValue(value) });
}

function unwritable({ problem }: Unwritable, input: Input, field: ObjectField): Failure {
  switch (problem.kind) {
    case "value":
      return wrong("errors.args-value", input, field, { path: problem.path, came: problem.came });
    case "cycle":
      return wrong("errors.args-cycle", input, field, { path: problem.path });
    case "too-deep":
      return tooDeep(input, field);
    case "too-large":
      break;
  }
  return tooLarge(input, field);
}

function tooDeep(input: Input, field: ObjectField): Failure {
  return wrong("errors.args-too-deep", input, field, { limit: maxDepth });
}

function tooLarge(input: Input, field: ObjectField): Failure {
  return wrong("errors.args-too-large", input, field, { limit: maxArgsBytes / 1024 });
}

function wrong(
  key: string,
  input: Input,
  { name }: ObjectField,
  params: Record<string, string | number | Text> = {},
): Failure {
  return invalidInput({ key, params: { field: fieldName(name), source: sourceName(input), ...params } });
}

function parseProblem(error: unknown): string {
  return error instanceof SyntaxError ? error.message.slice(0, 120) : "";
}
