import type { DataType, Parameter } from "../../lib/thing-model/data-type";
import { elementsOf, isJson, membersOf } from "../raw-json";
import { type FormEntry, type FormMembers, knownArgs } from "./form-data";
import { itemOf, type Raw } from "./parameter-values";

/** The form that sends the same as the JSON text of args; undefined where the text is not one object. */
export function formOfJson(text: string, inputs: readonly Parameter[]): FormMembers | undefined {
  const members = membersOf(text);
  if (!members) return undefined;
  const form = new Map<string, FormEntry>();
  for (const [name, raw] of members) form.set(name, entryOf(raw, typeOf(inputs, name)));
  return form;
}

function typeOf(parameters: readonly Parameter[], name: string): DataType | undefined {
  const parameter = parameters.find(({ identifier }) => identifier === name);
  return parameter?.isUnchecked ? undefined : parameter?.dataType;
}

function entryOf(raw: string, dataType: DataType | undefined): FormEntry {
  if (dataType?.type === "struct") {
    const value = formOfJson(raw, dataType.fields);
    if (value) return { type: "struct", value };
  }
  if (dataType?.type === "array" && dataType.item.type === "struct") {
    const value = elementsOf(raw)?.map((element) => entryOf(element, dataType.item));
    if (value) return { type: "array", value };
  }
  const isChoice = dataType?.type === "bool" || dataType?.type === "enum";
  return fixedEntry(isChoice ? itemOf(dataType.items, raw) : raw);
}

/** A fixed value from its JSON. */
function fixedEntry(raw: string): FormEntry {
  const value: unknown = isJson(raw) ? JSON.parse(raw) : undefined;
  if (typeof value === "string") return { type: "str", value };
  if (typeof value === "number") return { type: "num", value: raw };
  if (typeof value === "boolean") return { type: "bool", value: raw };
  return { type: "json", value: raw };
}

/** The JSON text that sends the same as a form; undefined where a part of it comes from elsewhere. */
export function jsonOfForm(form: FormMembers): Raw {
  const { text, sources } = knownArgs(form);
  return sources.length === 0 ? text : undefined;
}
