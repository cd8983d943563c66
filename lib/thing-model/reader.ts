import { isObject, type JsonObject } from "../base/json";

/** A problem of a thing model, and its path (`services[2].inputData[0].dataType.type`). */
export interface ThingModelProblem {
  path: string;
  message: string;
}

/** Maximum number of problems of one reading. */
export const maxProblems = 20;
/**
 * The platform allows 300 functions of 20 to 100 parameters, and structs of 50 fields; real models stay far below this.
 */
const maxParameters = 100_000;
/** On the platform, names have up to 30 characters, identifiers 50, descriptions 100. */
const maxTextLength = 1000;
const maxIdentifierLength = 200;

/**
 * Reads untrusted JSON and collects its first problems. Limits for lists, texts and the total number of parameters bound
 * the time.
 */
export class Reader {
  readonly problems: ThingModelProblem[] = [];
  /** Problems that do not belong to a skippable part. */
  private open = 0;
  private parameters = 0;

  problem(path: string, message: string): void {
    if (this.problems.length < maxProblems) this.problems.push({ path, message });
    this.open++;
  }

  /** Whether one more parameter may be read. Reports a problem once if not. */
  hasRoom(path: string): boolean {
    if (++this.parameters <= maxParameters) return true;
    this.problem(path, `a thing model of more than ${maxParameters} parameters is not read to its end`);
    return false;
  }

  /**
   * Reads a part that can be skipped on its own: its problems do not count for the part around it. `isWhole` is true if
   * there were none, apart from those of such parts inside it.
   */
  contained<T>(read: () => T): { result: T; isWhole: boolean } {
    const before = this.open;
    const result = read();
    const isWhole = this.open === before;
    this.open = before;
    return { result, isWhole };
  }

  /** `value` if it is an object, else an empty one. */
  objectOf(value: unknown): JsonObject {
    return isObject(value) ? value : {};
  }

  object(value: unknown, path: string, what: string): JsonObject {
    if (!isObject(value)) this.problem(path, `expected ${what}, an object, got ${describe(value)}`);
    return this.objectOf(value);
  }

  /**
   * Missing lists are empty: exports leave `inputData`, `outputData` and whole sections out. Elements beyond
   * `maxSize` are not read.
   */
  list<T>(
    value: unknown,
    path: string,
    maxSize: number,
    read: (reader: Reader, item: unknown, path: string) => T,
  ): T[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.problem(path, `expected an array, got ${describe(value)}`);
      return [];
    }
    if (value.length > maxSize) this.problem(path, `has ${value.length} entries, only ${maxSize} are read`);
    return value.slice(0, maxSize).map((item: unknown, index) => read(this, item, `${path}[${index}]`));
  }

  /** Descriptive text, cut to a readable length. */
  text(value: unknown, otherwise: string): string {
    return typeof value === "string" ? value.slice(0, maxTextLength) : otherwise;
  }

  identifier(value: unknown, path: string): string {
    if (typeof value === "string" && value !== "" && value.length <= maxIdentifierLength) return value;
    this.problem(path, `expected an identifier, got ${describe(value)}`);
    return "";
  }

  oneOf<T extends string>(value: unknown, choices: readonly T[], path: string): T {
    const found = choices.find((choice) => choice === value);
    if (found === undefined)
      this.problem(path, `expected one of ${choices.join(", ")}, got ${describe(value)}`);
    return found ?? (choices[0] as T);
  }

  /** A number, possibly as text, as in TSL; undefined if it is missing or blank. */
  number(value: unknown, path: string): number | undefined {
    if (value === undefined || value === null || value === "") return undefined;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    this.problem(path, `expected a number, got ${describe(value)}`);
    return undefined;
  }

  /** A non-negative number. */
  count(value: unknown, path: string): number | undefined {
    const number = this.number(value, path);
    if (number === undefined || number >= 0) return number;
    this.problem(path, `expected a number of 0 or more, got ${describe(value)}`);
    return undefined;
  }

  unique<T>(items: readonly T[], keyOf: (item: T) => string, path: string, what: string): void {
    const seen = new Set<string>();
    for (const key of items.map(keyOf)) {
      if (seen.has(key)) this.problem(path, `${what} ${describe(key)} occurs more than once`);
      seen.add(key);
    }
  }
}

/** A short description of a value of any length. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  const start = typeof value === "string" ? value.slice(0, maxShownLength + 1) : value;
  // Only JSON.stringify refuses a bigint.
  const text = typeof start === "bigint" ? String(start) : (JSON.stringify(start) ?? typeof value);
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
}

const maxShownLength = 60;
