import { types } from "node:util";
import { describeValue } from "../base/describe";
import { Failure, invalidInput, type Text } from "../base/failure";
import { nestsDeeperThan } from "../base/nesting";
import { maxArgsBytes } from "../thing-model/args-size";
import { fieldName, type Input, sourceName } from "./inputs";

const maxDepth = 32;

interface Args {
  /** JSON of one object. */
  text: string;
  /** The numbers are JavaScript's, with its rounding, and not digits that somebody wrote. */
  isComputed: boolean;
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
  return new Writer(input).write(value);
}

/** An inject node's time stamp is the first thing that people wire in, so a number gets advice of its own. */
function notAnObject(value: unknown, input: Input): Failure {
  const key = typeof value === "number" ? "errors.args-number" : "errors.args-expected";
  return wrong(key, input, { came: describeValue(value) });
}

/**
 * Writes a value as JSON; unlike `JSON.stringify` it rejects values that JSON cannot represent instead of omitting
 * them.
 */
class Writer {
  private size = 0;
  private visits = 0;
  /** The objects and lists that are being written, and the names that lead to the value that comes next. */
  private readonly above: object[] = [];
  private readonly path: (string | number)[] = [];

  constructor(private readonly input: Input) {}

  /** @throws {Failure} `invalid-input`, naming the path to what cannot be written */
  write(given: unknown): string {
    const value = ownJson(given);
    const scalar = scalarText(value);
    if (scalar !== undefined) return this.count(scalar);
    // The platform takes a date as text of UTC milliseconds (docs/protocol.md, 1.2).
    if (types.isDate(value) && Number.isFinite(value.getTime())) return this.count(`"${value.getTime()}"`);
    if (!Array.isArray(value) && !isPlain(value)) {
      throw wrong("errors.args-value", this.input, { path: pathText(this.path), came: describeValue(value) });
    }
    if (this.above.includes(value)) {
      throw wrong("errors.args-cycle", this.input, { path: pathText(this.path) });
    }
    if (this.above.length >= maxDepth) throw tooDeep(this.input);
    this.above.push(value);
    this.count("[]");
    const text = Array.isArray(value) ? `[${this.items(value)}]` : `{${this.members(value)}}`;
    this.above.pop();
    return text;
  }

  private items(list: readonly unknown[]): string {
    let text = "";
    for (let index = 0; index < list.length; index++) {
      text += `${index === 0 ? "" : ","}${this.at(index, list[index])}`;
    }
    return text;
  }

  private members(object: Record<string, unknown>): string {
    let text = "";
    for (const name of Object.keys(object)) {
      // Members that are left out write nothing, but take their time.
      if (++this.visits > maxArgsBytes) throw tooLarge(this.input);
      const member = object[name];
      // As in JSON.stringify, an undefined member is an absent one.
      if (member === undefined) continue;
      const scalar = scalarText(member);
      const written = scalar === undefined ? this.at(name, member) : this.count(scalar);
      text += `${text === "" ? "" : ","}${this.count(JSON.stringify(name))}:${written}`;
    }
    return text;
  }

  private at(name: string | number, value: unknown): string {
    this.path.push(name);
    const text = this.write(value);
    this.path.pop();
    return text;
  }

  /** Stops early if shared objects make the JSON of a small message very long. */
  private count(text: string): string {
    this.size += text.length;
    if (this.size > maxArgsBytes) throw tooLarge(this.input);
    return text;
  }
}

/** JSON of what has no parts; undefined for anything else. */
function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  // The digits of a bigint are JSON; only JSON.stringify refuses them.
  if (typeof value === "boolean" || typeof value === "bigint" || value === null) return String(value);
  return undefined;
}

/** `steps[2].Level` */
function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, name) => {
    if (typeof name === "number") return `${text}[${name}]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** What a value itself offers as its JSON; a date is written by our own rule. */
function ownJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null || types.isDate(value) || Buffer.isBuffer(value))
    return value;
  return "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON() : value;
}

/**
 * Whether a value is an object of members and nothing else. Promises, Maps, boxed numbers and the like have no
 * members of their own, and would be sent as `{}`. Holds for objects of function nodes too, which come from
 * another realm.
 */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || types.isProxy(value)) return false;
  return Object.prototype.toString.call(value) === "[object Object]" && !types.isPromise(value);
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
