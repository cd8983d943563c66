import { describeValue } from "../base/describe";
import { invalidInput } from "../base/failure";
import { isPropertyIdentifier } from "../base/identifiers";
import { isObject, type JsonObject, parseJson } from "../base/json";
import { readable } from "../base/text";
import { Duplicate, readJson, writeJson } from "../thing-model/json";
import { type Args, readObject } from "./args";
import type { Input } from "./inputs";

/** What to set. */
export interface Items extends Args {
  /** The properties in it, as `Name` or `module:Name`; at least one. */
  names: readonly string[];
}

/** More would keep Node-RED busy with the account's rules; a thing model has at most some hundred properties. */
const maxItems = 1000;

const field = {
  name: "items",
  expected: "errors.items-expected",
  number: "errors.items-number",
} as const;

/** What stands beside a value in a property message, and in what read-device gives. */
const besideValue = new Set(["value", "time", "unit", "label", "iso", "version", "name", "dataType"]);

/**
 * Properties and their values: `{ Name: value }`, or `{ items: { Name: { value, … } } }` as in a property message. The
 * latter cannot be meant as a property called `items`, since the structs of a thing model hold no further structs.
 * @throws {Failure} `invalid-input`
 */
export function readItems(input: Input): Items {
  const args = readObject(input, field);
  const parsed = parseJson(args.text) as JsonObject;
  const reported = reportedItems(parsed);
  return reported
    ? itemsOf({ text: valuesText(args.text), isComputed: args.isComputed })
    : named(args, parsed);
}

/**
 * The properties in JSON text of one object.
 * @throws {Failure} `invalid-input` where there is none, or where one has no valid name
 */
export function itemsOf(args: Args): Items {
  return named(args, parseJson(args.text) as JsonObject);
}

function named({ text, isComputed }: Args, parsed: JsonObject): Items {
  const names = Object.keys(parsed);
  if (names.length === 0) throw invalidInput({ key: "errors.items-none" });
  if (names.length > maxItems) {
    throw invalidInput({ key: "errors.items-many", params: { limit: maxItems, count: names.length } });
  }
  // The account's rules compare names: one that the platform may read as another's must not get past them.
  for (const name of names) if (!isPropertyIdentifier(name)) throw noName(name);
  return { text, isComputed, names };
}

function noName(name: string): Error {
  return invalidInput({
    key: "errors.property-identifier",
    params: { came: describeValue(readable(name, 60)) },
  });
}

/** The `items` of a property message; undefined where the object is none. */
export function reportedItems({ items }: JsonObject): Record<string, JsonObject> | undefined {
  if (!isObject(items)) return undefined;
  const all = Object.values(items);
  const isReported = all.length > 0 && all.every((item) => isObject(item) && isTimedValue(item));
  return isReported ? (items as Record<string, JsonObject>) : undefined;
}

function isTimedValue(item: JsonObject): boolean {
  const names = Object.keys(item);
  return names.length > 0 && names.every((name) => besideValue.has(name));
}

/** Each value as it is written, with all its digits; what was never reported has none and is left out. */
function valuesText(text: string): string {
  const { items } = readJson(text) as JsonObject;
  const members = Object.entries(counting(items) as JsonObject).flatMap(([name, given]) => {
    const item = counting(given) as JsonObject;
    return Object.hasOwn(item, "value") ? [`${JSON.stringify(name)}:${writeJson(item["value"])}`] : [];
  });
  return `{${members.join(",")}}`;
}

/** The one that counts of several of the same name. */
function counting(value: unknown): unknown {
  return value instanceof Duplicate ? value.last : value;
}
