import type { ChoiceType, DataType, Parameter } from "../../lib/thing-model/data-type";
import { latestDate, readDateText } from "../../lib/thing-model/date-text";
import { foldJson, isJson } from "../raw-json";

/** The kind of control for a parameter. */
type Kind = "number" | "text" | "date" | "json";

/** JSON text of a value; undefined where the parameter is left out. */
export type Raw = string | undefined;

/** The kind of control for a data type; `json` if the type is unknown or has no control of its own. */
export function kindOf(dataType: DataType | undefined): Kind {
  switch (dataType?.type) {
    case "int":
    case "float":
    case "double":
      return "number";
    case "text":
    case "date":
      return dataType.type;
    case "bool":
    case "enum":
    case "struct":
    case "array":
    case undefined:
      break;
  }
  return "json";
}

/**
 * Text that a person typed as the JSON text of a value. Other text becomes a JSON string, which the check then rejects.
 */
export function rawOf(kind: Kind, text: string, type?: DataType["type"]): Raw {
  if (text === "" || (kind !== "text" && text.trim() === "")) return undefined;
  switch (kind) {
    case "number":
      return numberRaw(text.trim(), type === "int");
    case "text":
      return JSON.stringify(text);
    case "date":
      return dateRaw(text.trim());
    case "json":
      break;
  }
  return isJson(text) ? foldJson(text) : JSON.stringify(text);
}

/** A number of a fractional type keeps its point: `10` becomes `10.0`. */
function numberRaw(typed: string, isInteger: boolean): string {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?$/.test(typed)) return isNumber(typed) ? typed : JSON.stringify(typed);
  return isInteger || typed.includes(".") ? typed : `${typed}.0`;
}

function isNumber(text: string): boolean {
  return isJson(text) && typeof JSON.parse(text) === "number";
}

function dateRaw(typed: string): string {
  const read = readDateText(typed);
  return JSON.stringify(typeof read === "bigint" ? String(read) : typed);
}

/** What a control shows for the JSON text of a value. */
export function shownText(kind: Kind, raw: Raw): string {
  if (raw === undefined) return "";
  const value: unknown = isJson(raw) ? JSON.parse(raw) : raw;
  if (kind === "date") return shownDate(value);
  return typeof value === "string" ? value : raw;
}

function shownDate(value: unknown): string {
  const milliseconds = typeof value === "string" && !/^\d+$/.test(value) ? Number.NaN : Number(value);
  const isDate = Number.isFinite(milliseconds) && Math.abs(milliseconds) <= latestDate;
  return isDate ? new Date(milliseconds).toISOString() : String(value);
}

/** The item that `true`, `"1"` or a label stands for; a value that is not in the model is not changed. */
export function itemOf(items: ChoiceType["items"], raw: string): string {
  const value: unknown = isJson(raw) ? JSON.parse(raw) : raw;
  if (typeof value === "boolean") return value ? "1" : "0";
  const found = items.find((item) => String(item.value) === String(value) || item.label === value);
  return found ? String(found.value) : raw;
}

/** The members with one changed, in the order of the model; what the model does not know stays at the end. */
export function withMember<Value>(
  members: ReadonlyMap<string, Value>,
  parameters: readonly Pick<Parameter, "identifier">[],
  identifier: string,
  changedTo: Value | undefined,
): Map<string, Value> {
  const changed = new Map(members);
  if (changedTo === undefined) changed.delete(identifier);
  else changed.set(identifier, changedTo);
  const ordered = new Map<string, Value>();
  for (const { identifier: known } of parameters) {
    const value = changed.get(known);
    if (value !== undefined) ordered.set(known, value);
  }
  for (const [name, value] of changed) ordered.set(name, value);
  return ordered;
}

/** Where a problem is: the name of the parameter, and the path below it with its dot or bracket. */
export function splitPath(path: string): { head: string; rest: string } {
  const [, head = "", rest = ""] = /^\.?([^.[]*)(.*)$/s.exec(path) ?? [];
  return { head, rest };
}
