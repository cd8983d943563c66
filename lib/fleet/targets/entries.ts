import { describeValue } from "../../base/describe";
import { unsetVariable } from "../../base/env-name";
import { type Failure, invalidInput, type Text } from "../../base/failure";
import { nestsDeeperThan } from "../../base/nesting";
import { fieldName, type Input, sourceName } from "../../invocation/inputs";
import { isLosslessObject, readJson, writeJson } from "../../thing-model/json";
import { maxTargets, tooManyNamed } from "./limits";

/** An entry that threw when it was read. */
export const unreadable = Symbol("unreadable");

/** Text of 100,000 entries with args has about 10 MB. */
const maxTextLength = 16 * 1024 * 1024;
const maxDepth = 200;
const ofItsOwn = ["args", "items"] as const;

/**
 * The entries of a list of devices, as they came: of an array, of JSON text of one, or names with line breaks or commas between
 * them. Args in JSON text stay text, so that `10.0` stays `10.0`.
 * @throws {Failure} `invalid-input` where it is no list, or has too many entries
 */
export function entriesOf(input: Input): unknown[] {
  const { value } = input;
  if (typeof value === "string") return entriesOfText(value, input);
  const entries = ownEntries(value, input);
  if (!entries) throw noList(input);
  return entries;
}

/** Read by position, no more than tell that there are too many: a list from a message may be sparse, or a proxy. */
function ownEntries(value: unknown, input: Input): unknown[] | undefined {
  let length = 0;
  try {
    if (!Array.isArray(value)) return undefined;
    ({ length } = value);
  } catch {
    return undefined;
  }
  if (!(length <= maxTargets)) throw tooManyNamed(sourceName(input));
  const entries: unknown[] = [];
  for (let at = 0; at < length; at++) entries.push(entryAt(value as unknown[], at));
  return entries;
}

function entryAt(list: readonly unknown[], at: number): unknown {
  try {
    return list[at];
  } catch {
    return unreadable;
  }
}

function entriesOfText(given: string, input: Input): unknown[] {
  if (given.length > maxTextLength) throw tooManyNamed(sourceName(input));
  const text = given.trim();
  const params = { field: fieldName("devices"), source: sourceName(input) };
  const variable = unsetVariable(text);
  if (variable) throw invalidInput({ key: "errors.env-missing", params: { ...params, variable } });
  if (text === "") throw noList(input);
  // No name of a device begins with a brace.
  const entries = /^[[{]/.test(text) ? entriesOfJson(text, params) : namesIn(text);
  if (entries.length > maxTargets) throw tooManyNamed(params.source);
  return entries;
}

function namesIn(text: string): string[] {
  return text
    .split(/[\r\n,，]+/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function entriesOfJson(text: string, params: { field: Text; source: Text | string }): unknown[] {
  const entries = parse(text);
  if (!Array.isArray(entries)) throw invalidInput({ key: "errors.fleet-json", params });
  return entries.map(asWritten);
}

function parse(text: string): unknown {
  try {
    return nestsDeeperThan(text, maxDepth) ? undefined : readJson(text);
  } catch {
    return undefined;
  }
}

/** An entry whose args are JSON text; of a member that is there twice, the last one counts. */
function asWritten(entry: unknown): unknown {
  if (!isLosslessObject(entry)) return typeof entry === "object" ? plain(entry) : entry;
  const device: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(entry)) {
    const isOwn = (ofItsOwn as readonly string[]).includes(name);
    device[name] = isOwn && value !== null ? writeJson(value) : plain(value);
  }
  return device;
}

/** Numbers as JavaScript's: where a name is expected, only their kind matters. */
function plain(value: unknown): unknown {
  return typeof value === "object" ? JSON.parse(writeJson(value)) : value;
}

function noList(input: Input): Failure {
  const params = {
    field: fieldName("devices"),
    source: sourceName(input),
    came: describeValue(input.value),
  };
  return invalidInput({ key: "errors.fleet-devices", params });
}
