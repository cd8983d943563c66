import { type FixedType, isFixedType, isSourceType, type SourceType } from "../../lib/base/form-types";
import { isObject } from "../../lib/base/json";
import { isJson, objectText } from "../raw-json";

export type ValueType = FixedType | SourceType;

/** The entry of a parameter in the form (docs/architecture.md, Nodes). */
export type FormEntry =
  | { type: ValueType; value: string }
  | { type: "struct"; value: FormMembers }
  | { type: "array"; value: FormEntry[] };

/** Entries by parameter, in the order in which they are sent; a parameter without an entry is not sent. */
export type FormMembers = ReadonlyMap<string, FormEntry>;

/** Reads a form from the flow file; undefined if the text is not a form. */
export function readForm(text: string): FormMembers | undefined {
  return isJson(text) ? membersOfForm(JSON.parse(text)) : undefined;
}

function membersOfForm(json: unknown): FormMembers | undefined {
  if (!isObject(json)) return undefined;
  const members = new Map<string, FormEntry>();
  for (const [name, given] of Object.entries(json)) {
    const entry = readEntry(given);
    if (!entry) return undefined;
    members.set(name, entry);
  }
  return members;
}

function readEntry(given: unknown): FormEntry | undefined {
  if (!isObject(given)) return undefined;
  const { type, value } = given;
  if (type === "struct") {
    const members = membersOfForm(value);
    return members && { type, value: members };
  }
  if (type === "array") {
    const items = Array.isArray(value) ? value.map(readEntry) : [undefined];
    return items.every((item) => item !== undefined) ? { type, value: items } : undefined;
  }
  return (isFixedType(type) || isSourceType(type)) && typeof value === "string" ? { type, value } : undefined;
}

/** The form as text for the flow file. */
export function formText(members: FormMembers): string {
  return `{${[...members].map(([name, entry]) => `${JSON.stringify(name)}:${entryText(entry)}`).join(",")}}`;
}

function entryText({ type, value }: FormEntry): string {
  if (typeof value === "string") return JSON.stringify({ type, value });
  const content = Array.isArray(value) ? `[${value.map(entryText).join(",")}]` : formText(value);
  return `{"type":${JSON.stringify(type)},"value":${content}}`;
}

/** The args that a form makes, as far as they are known before any message. */
interface KnownArgs {
  /** JSON with `null` for what comes from elsewhere. */
  text: string;
  /** Where those stand: `Level`, `Steps[1].At`. */
  sources: string[];
}

export function knownArgs(members: FormMembers): KnownArgs {
  const sources: string[] = [];
  return { text: membersText(members, "", sources), sources };
}

function membersText(members: FormMembers, path: string, sources: string[]): string {
  const texts = new Map<string, string>();
  for (const [name, entry] of members) {
    texts.set(name, valueText(entry, path === "" ? name : `${path}.${name}`, sources));
  }
  return objectText(texts);
}

function valueText(entry: FormEntry, path: string, sources: string[]): string {
  switch (entry.type) {
    case "struct":
      return membersText(entry.value, path, sources);
    case "array":
      return `[${entry.value.map((item, index) => valueText(item, `${path}[${index}]`, sources)).join(", ")}]`;
    case "num":
    case "bool":
    case "json":
      return fixedJson(entry.type, entry.value.trim()) ?? JSON.stringify(entry.value);
    case "str":
      return JSON.stringify(entry.value);
    case "msg":
    case "flow":
    case "global":
    case "env":
    case "jsonata":
      break;
  }
  sources.push(path);
  return "null";
}

/** The JSON of a fixed value; undefined where the text is no value of its type. */
function fixedJson(type: "num" | "bool" | "json", text: string): string | undefined {
  if (!isJson(text)) return undefined;
  const value: unknown = JSON.parse(text);
  if (type === "num") return typeof value === "number" ? text : undefined;
  return type === "json" || typeof value === "boolean" ? text : undefined;
}

/** Whether a path is one of those whose value is not known, or lies below one. */
export function isBelow(paths: readonly string[], path: string): boolean {
  return paths.some(
    (known) => path === known || path.startsWith(`${known}.`) || path.startsWith(`${known}[`),
  );
}

/**
 * What is wrong with an entry, regardless of the thing model; undefined if nothing is.
 * @param isSound checks the text of a property or an expression, as the editor does
 */
export function entryProblem(
  entry: FormEntry,
  isSound: (type: string, value: string) => boolean,
): "number" | "boolean" | "json" | "property" | "jsonata" | undefined {
  if (entry.type === "struct" || entry.type === "array") {
    for (const below of entry.value.values()) {
      const problem = entryProblem(below, isSound);
      if (problem) return problem;
    }
    return undefined;
  }
  const { type, value } = entry;
  switch (type) {
    case "num":
      return fixedJson(type, value.trim()) === undefined ? "number" : undefined;
    case "bool":
      return fixedJson(type, value.trim()) === undefined ? "boolean" : undefined;
    case "json":
      return isJson(value) ? undefined : "json";
    case "msg":
    case "flow":
    case "global":
      return isSound(type, value) ? undefined : "property";
    case "jsonata":
      return isSound(type, value) ? undefined : "jsonata";
    case "str":
    case "env":
      break;
  }
  return undefined;
}
