import type { JsonObject } from "../../base/json";
import { SimulatorInputError } from "./input-error";

/** One value of a simulator file with its path, so that every error says where it is. */
export class Value {
  constructor(
    readonly raw: unknown,
    /** `products[0].devices[1].status`; blank for the whole file. */
    readonly path: string,
    /** A prefix for the path, such as the file's name. */
    readonly source: string,
  ) {}

  /** @throws {SimulatorInputError} always, with file and path before the message */
  fail(message: string): never {
    throw new SimulatorInputError([this.source, this.path, message].filter(Boolean).join(": "));
  }

  get missing(): boolean {
    return this.raw === undefined;
  }

  object(keys?: readonly string[]): JsonObject {
    if (typeof this.raw !== "object" || this.raw === null || Array.isArray(this.raw)) {
      return this.fail(`expected an object, got ${shown(this.raw)}`);
    }
    const unknown = keys && Object.keys(this.raw).find((key) => !keys.includes(key));
    if (unknown !== undefined) this.child(unknown).fail(`unknown key; known are ${keys?.join(", ")}`);
    return this.raw as JsonObject;
  }

  child(key: string): Value {
    const object = this.raw as JsonObject;
    const name = /^[\w-]{1,60}$/.test(key) ? key : shown(key);
    const raw = Object.hasOwn(object, key) ? object[key] : undefined;
    return new Value(raw, this.path ? `${this.path}.${name}` : name, this.source);
  }

  /** The elements; a missing list is empty. */
  list(): Value[] {
    if (this.missing) return [];
    if (!Array.isArray(this.raw)) return this.fail(`expected an array, got ${shown(this.raw)}`);
    return this.raw.map((raw: unknown, index) => new Value(raw, `${this.path}[${index}]`, this.source));
  }

  text(): string {
    if (typeof this.raw === "string") return this.raw;
    return this.fail(`expected a text, got ${shown(this.raw)}`);
  }

  name(): string {
    return this.text() || this.fail("must not be empty");
  }

  flag(): boolean {
    if (typeof this.raw === "boolean") return this.raw;
    return this.fail(`expected true or false, got ${shown(this.raw)}`);
  }

  integer(min: number, max: number): number {
    if (Number.isInteger(this.raw) && Number(this.raw) >= min && Number(this.raw) <= max)
      return Number(this.raw);
    return this.fail(`expected an integer from ${min} to ${max}, got ${shown(this.raw)}`);
  }

  number(min: number, max: number): number {
    if (typeof this.raw === "number" && this.raw >= min && this.raw <= max) return this.raw;
    return this.fail(`expected a number from ${min} to ${max}, got ${shown(this.raw)}`);
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.raw);
    return found ?? this.fail(`expected one of ${choices.join(", ")}, got ${shown(this.raw)}`);
  }

  /** The result of `read`; undefined if the value is missing. */
  optional<T>(read: (value: Value) => T): T | undefined {
    return this.missing ? undefined : read(this);
  }
}

/** A short description of a value of any length. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "function") return "a function";
  const text = JSON.stringify(typeof value === "string" ? value.slice(0, 61) : value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Rejects a second element of the same name. */
export function refuseDuplicates(values: readonly Value[], key: string): void {
  const seen = new Set<unknown>();
  for (const value of values) {
    const field = value.child(key);
    if (field.missing) continue;
    if (seen.has(field.raw)) field.fail(`${shown(field.raw)} occurs more than once`);
    seen.add(field.raw);
  }
}
