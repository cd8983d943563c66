import { type FixedType, isFixedType } from "../../lib/base/form-types";
import { isObject } from "../../lib/base/json";
import { maxArgsBytes } from "../../lib/thing-model/args-size";
import { invokeDefaults, type InvokeSettings, invokeSettings } from "../defaults/invoke-service";
import { readName } from "./account-form";
import { unusable } from "./refused-request";

/** A call as the dialog of an invoke node has it, possibly not deployed. */
export interface CallForm {
  /** Id, tab and name of the node. */
  node: { id: string; flow: string; name: string };
  settings: InvokeSettings;
  /** The settings of the account in the editor. */
  account: Record<string, unknown>;
  /** What the user entered in place of what comes from a message, by the key of the question. */
  values: ReadonlyMap<string, FixedValue>;
}

export interface FixedValue {
  type: FixedType;
  value: string;
}

/** Limits that no dialog comes near; the form of the args may be four times as long as they. */
const maxFormLength = 1024 * 1024;
const maxTextLength = 4096;
const maxValues = 1000;
const maxAccountFields = 100;

/** @throws {RefusedRequest} if the body is not a call of the dialog, or too large */
export function readCallForm(body: unknown): CallForm {
  const { node, settings, account, values = {} } = isObject(body) ? body : {};
  if (!isObject(node)) throw unusable("node");
  if (!isObject(settings)) throw unusable("settings");
  if (!isObject(account) || Object.keys(account).length > maxAccountFields) throw unusable("account");
  if (!isObject(values) || Object.keys(values).length > maxValues) throw unusable("values");
  const own: Record<string, string | number | boolean> = {};
  for (const name of Object.keys(invokeDefaults)) {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (value !== undefined) own[name] = readSetting(value, name);
  }
  return {
    node: {
      id: readName(node["id"], "node"),
      flow: node["flow"] === "" ? "" : readName(node["flow"], "node"),
      name: readText(node["name"], "node", maxTextLength),
    },
    settings: invokeSettings(own),
    account,
    values: new Map(Object.entries(values).map(([key, value]) => [key, readValue(value)])),
  };
}

function readSetting(value: unknown, name: string): string | number | boolean {
  if (typeof value === "number" || typeof value === "boolean") return value;
  return readText(value, name, name === "args" ? maxFormLength : maxTextLength);
}

function readValue(given: unknown): FixedValue {
  const { type, value } = isObject(given) ? given : {};
  if (!isFixedType(type)) throw unusable("values");
  return { type, value: readText(value, "values", maxArgsBytes) };
}

function readText(value: unknown, name: string, maxLength: number): string {
  if (typeof value === "string" && value.length <= maxLength) return value;
  throw unusable(name);
}
