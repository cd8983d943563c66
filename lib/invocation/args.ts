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

/**
 * `Args` as the JSON text of one object. Text that already is such JSON is sent as it stands, so that
 * `10.0` stays `10.0`; an object is written out.
 * @throws {Failure} `invalid-input`, naming the field, its source and what came instead
 */
export function readArgs(input: Input): Args {
  try {
    const value = ownJson(input.value);
    const isComputed = typeof value !== "string" || value !== input.value;
    const text = isComputed ? objectText(value, input) : jsonText(value, input);
    if (Buffer.byteLength(text) > maxArgsBytes) throw tooLarge(input);
    return { text, isComputed };
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Unwritable) throw unwritable(error, input);
    // A getter, a proxy or toJSON of the message threw.
    throw wrong("errors.args-unreadable", input);
  }
}

/** Text is measured before it is parsed: five megabytes of brackets keep a parser busy for seconds. */
function jsonText(value: string, input: Input): string {
  const text = value.trim();
  if (text.length > maxArgsBytes) throw tooLarge(input);
  if (nestsDeeperThan(text, maxDepth)) throw tooDeep(input);
  if (text === "") throw wrong("errors.args-expected", input, { came: describeValue(value) });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw wrong("errors.args-not-json", input, { came: describeValue(text), reason: parseProblem(error) });
  }
  if (!isPlain(parsed)) throw notAnObject(parsed, input);
  return text;
}

function objectText(value: unknown, input: Input): string {
  if (!isPlain(value)) throw notAnObject(value, input);
  return new ArgsWriter().write(value);
}

/** An inject node's time stamp is the first thing that people wire in, so a number gets advice of its own. */
function notAnObject(value: unknown, input: Input): Failure {
  const key = typeof value === "number" ? "errors.args-number" : "errors.args-expected";
  return wrong(key, input, { came: describeValue(value) });
}

function unwritable({ problem }: Unwritable, input: Input): Failure {
  switch (problem.kind) {
    case "value":
      return wrong("errors.args-value", input, { path: problem.path, came: problem.came });
    case "cycle":
      return wrong("errors.args-cycle", input, { path: problem.path });
    case "too-deep":
      return tooDeep(input);
    case "too-large":
      break;
  }
  return tooLarge(input);
}

function tooDeep(input: Input): Failure {
  return wrong("errors.args-too-deep", input, { limit: maxDepth });
}

function tooLarge(input: Input): Failure {
  return wrong("errors.args-too-large", input, { limit: maxArgsBytes / 1024 });
}

function wrong(key: string, input: Input, params: Record<string, string | number | Text> = {}): Failure {
  return invalidInput({ key, params: { field: fieldName("args"), source: sourceName(input), ...params } });
}

function parseProblem(error: unknown): string {
  return error instanceof SyntaxError ? error.message.slice(0, 120) : "";
}
