import { isName } from "../../lib/base/identifiers";
import { isObject } from "../../lib/base/json";
import type { AccountConfig } from "../defaults/account";
import { unusable } from "./refused-request";

/** An account as it is in the editor's form, possibly not deployed. */
export interface AccountForm {
  /** Id of the account node, whose stored secrets replace those that the form does not have. */
  id: string;
  properties: AccountConfig;
  credentials: Record<string, unknown>;
}

/** Limits that no form of this package comes near. */
const maxFields = 100;
const maxEntries = 1000;
const maxDepth = 16;
const maxTextLength = 128 * 1024;
/** As many rules as there may be, and comments. */
export const maxRulesText = 2 * 1024 * 1024;

/** @throws {RefusedRequest} if the body is not an account's form, or too large */
export function readAccountForm(body: unknown): AccountForm {
  const { id, properties, credentials } = isObject(body) ? body : {};
  const fields = readProperties(properties);
  if (!isObject(credentials) || !isFit(credentials)) throw unusable("credentials");
  return { id: readName(id, "id"), properties: fields, credentials };
}

/**
 * An identifier from a request, in the form of the platform's.
 * @throws {RefusedRequest} where it is none
 */
export function readName(value: unknown, name: string): string {
  if (typeof value === "string" && isName(value)) return value;
  throw unusable(name);
}

/** @throws {RefusedRequest} unless they are the properties of a dialog */
export function readProperties(properties: unknown): Record<string, unknown> {
  if (isObject(properties) && isFit(properties)) return properties;
  throw unusable("properties");
}

/** Whether the fields are small and flat enough to be checked quickly. */
function isFit(fields: object): boolean {
  const names = Object.keys(fields);
  if (names.length > maxFields || !names.every((name) => /^[a-z]\w{0,63}$/i.test(name))) return false;
  let entries = 0;
  const isRules = ([name, value]: [string, unknown]): boolean =>
    (name === "allow" || name === "confirm") && typeof value === "string" && value.length <= maxRulesText;
  const rest = Object.entries(fields)
    .filter((field) => !isRules(field))
    .map(([, value]): [unknown, number] => [value, 1]);
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [value, depth] = next;
    if (typeof value === "string" && value.length > maxTextLength) return false;
    if (typeof value !== "object" || value === null) continue;
    const inside = Object.entries(value);
    entries += inside.length;
    if (entries > maxEntries || depth >= maxDepth) return false;
    for (const [name, part] of inside) {
      if (name.length > maxTextLength) return false;
      rest.push([part, depth + 1]);
    }
  }
  return true;
}
