import { isPropertyIdentifier, isServiceIdentifier } from "../base/identifiers";
import { parseJson } from "../base/json";
import { maxIdentifiers, type Reading } from "./request";

/** What is wrong with a list of identifiers: a key of the locale files, and the entry that it is about. */
interface BadIdentifiers {
  key: string;
  came?: unknown;
}

/**
 * Identifiers as a list, as text with commas between them, or as JSON text of a list; blank or absent: none, which stands for
 * all.
 */
export function readIdentifiers(value: unknown, what: Reading): readonly string[] | BadIdentifiers {
  if (value === undefined || value === null) return [];
  const list = typeof value === "string" ? listIn(value) : value;
  if (!Array.isArray(list)) return { key: "errors.read-identifiers" };
  const { length } = list;
  // A list without anything in it is more likely to be a mistake than a wish for everything.
  if (length === 0) {
    return typeof value === "string" && value.trim() === "" ? [] : { key: "errors.read-identifiers-none" };
  }
  if (length > maxIdentifiers) return { key: "errors.read-identifiers-many" };
  const names: string[] = [];
  // By position: a list from a message may have an iterator of its own.
  for (let at = 0; at < length; at++) {
    const given: unknown = list[at];

    const name = typeof given === "string" ? given.trim() : "";
    if (!isIdentifier(name, what)) return { key: "errors.read-identifier", came: given };
    names.push(name);
  }
  return [...new Set(names)];
}

/** All properties of a module: `*`, or `module:*`. */
export function isAllOf(identifier: string): boolean {
  return /^([\w-]+:)?\*$/.test(identifier);
}

/** Whether a text names what such a reading takes; `module:*` stands for all properties of a module. */
function isIdentifier(name: string, what: Reading): boolean {
  if (what === "event-history" || what === "service-history") return isServiceIdentifier(name);
  return isPropertyIdentifier(name) || isAllOf(name);
}

function listIn(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return [];
  if (!trimmed.startsWith("[")) return trimmed.split(/[,，]/).filter((part) => part.trim() !== "");
  try {
    return parseJson(trimmed);
  } catch {
    return undefined;
  }
}
