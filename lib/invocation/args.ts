import { invalidInput, Failure, type Text } from "../cloud/failure";
import { describeValue } from "./describe";
import { fieldName, type Input, sourceName } from "./inputs";

/** A device takes at most 256 KB in one MQTT message (reference, 5). */
const largestArgs = 256 * 1024;
const deepest = 32;

/**
 * `Args` as the JSON text of one object. Text that already is such JSON is sent as it stands, so that
 * `10.0` stays `10.0`; an object is written out.
 * @throws Failure `invalid-input`, naming the field, its source and what came instead
 */
export function readArgs(input: Input): string {
  const { value } = input;
  const text = typeof value === "string" ? jsonText(value, input) : objectText(value, input);
  if (Buffer.byteLength(text) > largestArgs) {
    const size = Math.ceil(Buffer.byteLength(text) / 1024);
    throw wrong("errors.args-too-large", input, { size, limit: largestArgs / 1024 });
  }
  return text;
}

function jsonText(value: string, input: Input): string {
  const text = value.trim();
  if (text === "") throw wrong("errors.args-expected", input, { came: describeValue(value) });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw wrong("errors.args-not-json", input, { came: describeValue(text), reason: parseProblem(error) });
  }
  if (!isPlainObject(parsed)) throw notAnObject(parsed, input);
  return text;
}

function objectText(value: unknown, input: Input): string {
  if (!isPlainObject(value)) throw notAnObject(value, input);
  try {
    return write(value, input, "", []);
  } catch (error) {
    if (error instanceof Failure) throw error;
    // A getter or toJSON of the message threw.
    throw wrong("errors.args-unreadable", input);
  }
}

/** An inject node's time stamp is the first thing that people wire in, so a number gets advice of its own. */
function notAnObject(value: unknown, input: Input): Failure {
  const key = typeof value === "number" ? "errors.args-number" : "errors.args-expected";
  return wrong(key, input, { came: describeValue(value) });
}

/** Writes a value as JSON; unlike `JSON.stringify` it refuses what JSON cannot say. */
function write(value: unknown, input: Input, path: string, above: object[]): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean" || value === null) return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  // The platform takes a date as text of UTC milliseconds (reference, 1.2).
  if (value instanceof Date && Number.isFinite(value.getTime())) return `"${value.getTime()}"`;
  if (typeof value !== "object" || value instanceof Date || ArrayBuffer.isView(value)) {
    throw wrong("errors.args-value", input, { path, came: describeValue(value) });
  }
  if (above.includes(value)) throw wrong("errors.args-cycle", input, { path });
  if (above.length >= deepest) throw wrong("errors.args-too-deep", input, { limit: deepest });
  const within = [...above, value];
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, index) => write(item, input, `${path}[${index}]`, within)).join(",")}]`;
  }
  if (hasToJson(value)) return write(value.toJSON(), input, path, within);
  const members = Object.entries(value)
    // As in JSON.stringify, an undefined member is an absent one.
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => {
      const memberPath = path === "" ? name : `${path}.${name}`;
      return `${JSON.stringify(name)}:${write(member, input, memberPath, within)}`;
    });
  return `{${members.join(",")}}`;
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}

function isPlainObject(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof Date) &&
    !(value instanceof Map) &&
    !(value instanceof Set)
  );
}

function wrong(key: string, input: Input, params: Record<string, string | number | Text> = {}): Failure {
  return invalidInput({ key, params: { field: fieldName("args"), source: sourceName(input), ...params } });
}

function parseProblem(error: unknown): string {
  return error instanceof SyntaxError ? error.message.slice(0, 120) : "";
}
