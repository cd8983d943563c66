import { isObject, type JsonObject } from "../base/json";

/** What is wrong with a thing model, and where in it (`services[2].inputData[0].dataType.type`). */
export interface ThingModelProblem {
  path: string;
  message: string;
}

/** Looks at untrusted JSON and collects what is wrong, so that one reading names every mistake. */
export class Reader {
  readonly problems: ThingModelProblem[] = [];
  /** Problems that no part of the model has taken upon itself. */
  private open = 0;

  problem(path: string, message: string): void {
    this.problems.push({ path, message });
    this.open++;
  }

  /**
   * Reads a part that can be left out of use by itself: its problems do not count against what is around it.
   * `isWhole` says that there were none, save those of parts within it.
   */
  contained<T>(read: () => T): { result: T; isWhole: boolean } {
    const before = this.open;
    const result = read();
    const isWhole = this.open === before;
    this.open = before;
    return { result, isWhole };
  }

  /** `value` where it is an object, else an empty one. */
  objectOf(value: unknown): JsonObject {
    return isObject(value) ? value : {};
  }

  object(value: unknown, path: string, what: string): JsonObject {
    if (!isObject(value)) this.problem(path, `expected ${what}, an object, got ${describe(value)}`);
    return this.objectOf(value);
  }

  /** Missing lists are empty: exports leave `inputData`, `outputData` and whole sections out. */
  list<T>(value: unknown, path: string, read: (reader: Reader, item: unknown, path: string) => T): T[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value))
      return value.map((item: unknown, index) => read(this, item, `${path}[${index}]`));
    this.problem(path, `expected an array, got ${describe(value)}`);
    return [];
  }

  text(value: unknown, otherwise: string): string {
    return typeof value === "string" ? value : otherwise;
  }

  identifier(value: unknown, path: string): string {
    if (typeof value === "string" && value !== "") return value;
    this.problem(path, `expected an identifier, got ${describe(value)}`);
    return "";
  }

  oneOf<T extends string>(value: unknown, choices: readonly T[], path: string): T {
    const found = choices.find((choice) => choice === value);
    if (found === undefined)
      this.problem(path, `expected one of ${choices.join(", ")}, got ${describe(value)}`);
    return found ?? (choices[0] as T);
  }

  /** A number that may be written as text, as TSL does; undefined where it is missing or blank. */
  number(value: unknown, path: string): number | undefined {
    if (value === undefined || value === null || value === "") return undefined;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    this.problem(path, `expected a number, got ${describe(value)}`);
    return undefined;
  }

  unique<T>(items: T[], keyOf: (item: T) => string, path: string, what: string): void {
    const seen = new Set<string>();
    for (const key of items.map(keyOf)) {
      if (seen.has(key)) this.problem(path, `${what} ${JSON.stringify(key)} occurs more than once`);
      seen.add(key);
    }
  }
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
