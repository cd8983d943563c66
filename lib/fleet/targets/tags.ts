import { describeValue } from "../../base/describe";
import { unsetVariable } from "../../base/env-name";
import { Failure, invalidInput } from "../../base/failure";
import { parseJson, setMember } from "../../base/json";
import { readTagText } from "../../base/tag-text";
import { isPlain } from "../../invocation/args-writer";
import { fieldName, type Input, readText, sourceName } from "../../invocation/inputs";

/** The platform takes no more in one call (docs/protocol.md, 6.7). */
const maxTags = 10;
const maxTextLength = 8192;

/**
 * The tags of a message: an object `{ room: "101" }`, JSON text of one, or text `room=101`, one on a line or with commas between
 * them.
 * @throws {Failure} `invalid-input`
 */
export function readTags(input: Input): Readonly<Record<string, string>> {
  const params = { field: fieldName("tags"), source: sourceName(input) };
  try {
    const text = typeof input.value === "string" ? input.value.trim() : "";
    const variable = unsetVariable(text);
    if (variable) throw invalidInput({ key: "errors.env-missing", params: { ...params, variable } });
    const given = typeof input.value === "string" ? tagsOfText(text) : input.value;
    if (!isPlain(given)) throw noTags(input);
    const names = Object.keys(given);
    if (names.length === 0) throw invalidInput({ key: "errors.fleet-tags-none", params });
    if (names.length > maxTags)
      throw invalidInput({ key: "errors.fleet-tags-many", params: { ...params, limit: maxTags } });
    const tags: Record<string, string> = {};
    const source = input.source === "" ? "tags" : input.source;
    for (const name of names) {
      const key = readText({ value: name, source }, "tags");
      // Names that differ in spaces only.
      if (Object.hasOwn(tags, key)) throw noTags(input);
      setMember(tags, key, tagValue(given[name], `${source}.${key}`));
    }
    return tags;
  } catch (error) {
    if (error instanceof Failure) throw error;
    // A getter or a proxy of the message threw.
    throw noTags(input);
  }
}

/** A number is as clear as its digits. */
function tagValue(value: unknown, source: string): string {
  return readText({ value: typeof value === "number" ? String(value) : value, source }, "tags");
}

/** Undefined where it is no text of tags. */
function tagsOfText(text: string): unknown {
  if (text.length > maxTextLength) return undefined;
  if (text.startsWith("{")) return parsed(text);
  return readTagText(text);
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function noTags(input: Input): Failure {
  const params = { field: fieldName("tags"), source: sourceName(input), came: describeValue(input.value) };
  return invalidInput({ key: "errors.fleet-tags", params });
}
