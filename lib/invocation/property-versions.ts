import { describeValue } from "../base/describe";
import { invalidInput } from "../base/failure";
import { type JsonObject, parseJson } from "../base/json";
import { readable } from "../base/text";
import { readObject } from "./args";
import { fieldName, type Input, sourceName } from "./inputs";
import { reportedItems } from "./property-items";

const field = {
  name: "versions",
  expected: "errors.versions-expected",
  number: "errors.versions-expected",
} as const;

/** What is sent where no version is to be checked. */
export const noVersions = "{}";

/**
 * `Versions` as JSON text: the version that each desired value has so far, `{ Name: version }`, or as read-device gives
 * them, `{ items: { Name: { value, version } } }`. Properties that are not set are left out.
 * @param names the properties that are set
 * @throws {Failure} `invalid-input`
 */
export function readVersions(input: Input, names: readonly string[]): string {
  const given = parseJson(readObject(input, field).text) as JsonObject;
  const items = reportedItems(given);
  const versions = items ? versionsOf(items) : given;
  const all = Object.keys(versions);
  if (all.length === 0 && !items) return noVersions;
  const known = names.filter((name) => Object.hasOwn(versions, name));
  for (const name of known) if (!isVersion(versions[name])) throw noVersion(name, versions[name]);
  // Without a check, somebody else's value would be overwritten unseen.
  if (known.length === 0) {
    const params = { field: fieldName("versions"), source: sourceName(input), names: named(names) };
    throw invalidInput({ key: "errors.versions-others", params });
  }
  return JSON.stringify(Object.fromEntries(known.map((name) => [name, versions[name]])));
}

function versionsOf(items: Record<string, JsonObject>): JsonObject {
  const known = Object.entries(items).filter(([, item]) => Object.hasOwn(item, "version"));
  return Object.fromEntries(known.map(([name, { version }]) => [name, version]));
}

function isVersion(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function noVersion(name: string, value: unknown): Error {
  return invalidInput({
    key: "errors.versions-number",
    params: { name: readable(name, 60), came: describeValue(value) },
  });
}

function named(names: readonly string[]): string {
  return readable(names.join(", "), 200);
}
