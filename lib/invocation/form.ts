import { describeValue } from "../base/describe";
import { type Failure, invalidInput, type Text } from "../base/failure";
import { isFixedType, isSourceType, type SourceType } from "../base/form-types";
import { nestsDeeperThan } from "../base/nesting";
import type { ComputedParts } from "../thing-model/encode";
import { Duplicate, isLosslessObject, isWrittenNumber, readJson } from "../thing-model/json";
import { maxDepth } from "./args-writer";
import { fixedText } from "./form-fixed";
import { type FormPath, FormProblems } from "./form-problems";

/** What the parameter form of a dialog says about each parameter (docs/architecture.md, Nodes). */
export interface Form {
  /** Name of the dialog's field, in the reader's language. */
  field: Text;
  members: readonly FormMember[];
  /** What each message supplies, in the order of the form. */
  sources: readonly FormSource[];
  /** Which parameters the sources supply: their numbers are JavaScript's, the others a person's. */
  isComputed: boolean | ComputedParts;
}

export interface FormMember {
  name: string;
  /** The name as JSON. */
  nameText: string;
  entry: FormEntry;
}

/** One parameter: JSON text, a source of the message, or more entries. */
export type FormEntry =
  | { kind: "fixed"; text: string }
  | FormSource
  | { kind: "struct"; members: readonly FormMember[] }
  | { kind: "array"; items: readonly FormEntry[] };

export interface FormSource {
  kind: "source";
  type: SourceType;
  /** The name or expression that was typed. */
  expression: string;
  /** Its index in `Form.sources`. */
  index: number;
  path: FormPath;
}

/** Each value of at most 256 KB of args has its own entry around it. */
const maxFormLength = 1024 * 1024;
/** An entry and its value are two levels of the form's JSON, and one of the args. */
const maxFormDepth = 2 * maxDepth;

/**
 * Reads the form as it stands in the flow file. Its work is bounded by the length of the form.
 * @returns the form, or why each message with it fails: a Failure `invalid-input` that names all that is wrong with it
 */
export function readForm(value: unknown, field: Text): Form | Failure {
  const wrong = (key: string, limit: number): Failure => invalidInput({ key, params: { field, limit } });
  if (typeof value === "string" && value.length > maxFormLength) {
    return wrong("errors.form-too-large", maxFormLength / 1024);
  }
  if (typeof value === "string" && nestsDeeperThan(value, maxFormDepth)) {
    return wrong("errors.form-too-deep", maxDepth);
  }
  const json = parsed(value);
  if (!isLosslessObject(json)) return invalidInput({ key: "errors.form-unreadable", params: { field } });
  const reader = new FormReader();
  const members = reader.members(json, undefined, 1);
  if (reader.problems.some) return reader.problems.failure(field);
  return {
    field,
    members,
    sources: reader.sources,
    isComputed: partsOf({ kind: "struct", members }) ?? false,
  };
}

function parsed(value: unknown): unknown {
  try {
    return typeof value === "string" ? readJson(value) : undefined;
  } catch {
    return undefined;
  }
}

class FormReader {
  readonly problems = new FormProblems();
  readonly sources: FormSource[] = [];

  members(json: Record<string, unknown>, above: FormPath | undefined, depth: number): FormMember[] {
    const members: FormMember[] = [];
    for (const name of Object.keys(json)) {
      if (this.problems.areEnough) break;
      const entry = this.entry(json[name], { name, above }, depth);
      if (entry) members.push({ name, nameText: JSON.stringify(name), entry });
    }
    return members;
  }

  /** @param depth how many objects and arrays of the args stand around the entry */
  private entry(given: unknown, path: FormPath, depth: number): FormEntry | undefined {
    if (given instanceof Duplicate) return this.refuse(path, { key: "errors.form-twice" });
    if (!isLosslessObject(given) || !Object.hasOwn(given, "type")) {
      return this.refuse(path, { key: "errors.form-entry", params: { came: describeValue(plain(given)) } });
    }
    const type = plain(given.type);
    const value = Object.hasOwn(given, "value") ? plain(given.value) : undefined;
    if (type === "struct" || type === "array") return this.nested(type, value, path, depth);
    if (!isFixedType(type) && !isSourceType(type)) {
      return this.refuse(path, { key: "errors.form-type", params: { came: describeValue(type) } });
    }
    if (typeof value !== "string") {
      return this.refuse(path, { key: "errors.form-text", params: { came: describeValue(value) } });
    }
    if (isSourceType(type)) return this.source(type, value, path);
    const text = fixedText(type, value, maxDepth - depth);
    return typeof text === "string" ? { kind: "fixed", text } : this.refuse(path, text);
  }

  private nested(
    type: "struct" | "array",
    value: unknown,
    path: FormPath,
    depth: number,
  ): FormEntry | undefined {
    if (depth >= maxDepth) {
      return this.refuse(path, { key: "errors.form-nests", params: { limit: maxDepth } });
    }
    if (type === "struct") {
      if (isLosslessObject(value)) return { kind: "struct", members: this.members(value, path, depth + 1) };
      return this.refuse(path, { key: "errors.form-fields", params: { came: describeValue(value) } });
    }
    if (!Array.isArray(value)) {
      return this.refuse(path, { key: "errors.form-items", params: { came: describeValue(value) } });
    }
    const items: FormEntry[] = [];
    for (let index = 0; index < value.length && !this.problems.areEnough; index++) {
      const entry = this.entry(value[index], { name: index, above: path }, depth + 1);
      if (entry) items.push(entry);
    }
    return { kind: "array", items };
  }

  private source(type: SourceType, expression: string, path: FormPath): FormSource {
    const source: FormSource = { kind: "source", type, expression, index: this.sources.length, path };
    this.sources.push(source);
    return source;
  }

  private refuse(path: FormPath, text: Text): undefined {
    this.problems.add(path, text);
  }
}

/** A part of the form without what marks numbers and repeated names; neither may stand there. */
function plain(value: unknown): unknown {
  if (value instanceof Duplicate) return undefined;
  return isWrittenNumber(value) ? Number(value.value) : value;
}

/** Which parts of an entry are computed; undefined where it holds no value at all. */
function partsOf(entry: FormEntry): boolean | ComputedParts | undefined {
  switch (entry.kind) {
    case "fixed":
      return false;
    case "source":
      return true;
    case "struct":
      return together(entry.members.map((member) => [member.name, partsOf(member.entry)]));
    case "array":
      break;
  }
  return together(entry.items.map((item, index) => [index, partsOf(item)]));
}

function together(
  parts: [name: string | number, part: boolean | ComputedParts | undefined][],
): boolean | ComputedParts | undefined {
  const known = new Map<string | number, boolean | ComputedParts>();
  for (const [name, part] of parts) if (part !== undefined) known.set(name, part);
  const kinds = new Set(known.values());
  const [first] = kinds;
  return kinds.size > 1 || typeof first === "object" ? known : first;
}
