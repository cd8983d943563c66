import { types } from "node:util";
import { describeValue } from "../base/describe";
import type { Text } from "../base/failure";
import { pathText } from "../base/path-text";
import { maxArgsBytes } from "../thing-model/args-size";

/** Maximum nesting of objects and arrays in args. */
export const maxDepth = 32;

/** Why a value cannot be written; `path` leads from that value to the part in question and is blank for itself. */
type WriteProblem =
  | { kind: "value"; path: string; came: Text }
  | { kind: "cycle"; path: string }
  | { kind: "too-deep" }
  | { kind: "too-large" };

/** What JSON cannot say, or a device would not take. */
export class Unwritable extends Error {
  constructor(readonly problem: WriteProblem) {
    super(problem.kind);
  }
}

/**
 * Writes values as JSON; unlike `JSON.stringify` it refuses what JSON cannot say instead of leaving it out. All that
 * one writer writes counts together.
 */
export class ArgsWriter {
  private size = 0;
  private visits = 0;
  private depth = 0;
  /** The objects and lists that are being written, and the names that lead to the value that comes next. */
  private readonly above: object[] = [];
  private readonly path: (string | number)[] = [];

  /**
   * JSON of a value.
   * @param depth how many objects and arrays stand around it
   * @throws {Unwritable} and what getters, proxies and `toJSON` of the value throw
   */
  write(value: unknown, depth = 0): string {
    // An earlier value may have ended in the middle.
    this.above.length = 0;
    this.path.length = 0;
    this.depth = depth;
    return this.value(value);
  }

  /**
   * Counts text that goes with the rest. Stops in time where shared objects make a small message write out large.
   * @throws {Unwritable}
   */
  count(text: string): string {
    this.size += text.length;
    if (this.size > maxArgsBytes) throw new Unwritable({ kind: "too-large" });
    return text;
  }

  private value(given: unknown): string {
    const value = ownJson(given);
    const scalar = scalarText(value);
    if (scalar !== undefined) return this.count(scalar);
    // The platform takes a date as text of UTC milliseconds (docs/protocol.md, 1.2).
    if (types.isDate(value) && Number.isFinite(value.getTime())) return this.count(`"${value.getTime()}"`);
    if (!Array.isArray(value) && !isPlain(value)) {
      throw new Unwritable({ kind: "value", path: pathText(this.path), came: describeValue(value) });
    }
    if (this.above.includes(value)) throw new Unwritable({ kind: "cycle", path: pathText(this.path) });
    if (this.depth + this.above.length >= maxDepth) throw new Unwritable({ kind: "too-deep" });
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
      if (++this.visits > maxArgsBytes) throw new Unwritable({ kind: "too-large" });
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
    const text = this.value(value);
    this.path.pop();
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

/** What a value itself offers as its JSON; a date is written by our own rule. */
export function ownJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null || types.isDate(value) || Buffer.isBuffer(value))
    return value;
  return "toJSON" in value && typeof value.toJSON === "function" ? value.toJSON() : value;
}

/**
 * Whether a value is an object of members and nothing else. Promises, Maps, boxed numbers and the like have no
 * members of their own, and would be sent as `{}`. Holds for objects of function nodes too, which come from
 * another realm.
 */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || types.isProxy(value)) return false;
  return Object.prototype.toString.call(value) === "[object Object]" && !types.isPromise(value);
}
