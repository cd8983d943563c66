import type { DataType } from "../../lib/thing-model/data-type";
import type { FormEntry, ValueType } from "./form-data";
import { kindOf, rawOf, shownText } from "./parameter-values";

/**
 * The entry for a typed value; undefined if it is blank, since blank values are not sent. Numbers of a fractional type get
 * their point and dates become milliseconds, since args that are not checked are sent as they are.
 * @param dataType undefined where it is not known
 */
export function typedEntry(
  dataType: DataType | undefined,
  type: ValueType,
  text: string,
): FormEntry | undefined {
  if (text === "" || (type !== "str" && text.trim() === "")) return undefined;
  const kind = kindOf(dataType);
  if (type === "num" && kind === "number") {
    const raw = rawOf(kind, text, dataType?.type) ?? "";
    return { type, value: raw.startsWith('"') ? text : raw };
  }
  if (type === "str" && kind === "date") {
    if (text.trim() === "") return undefined;
    return { type, value: String(JSON.parse(rawOf(kind, text) ?? '""')) };
  }
  return { type, value: text };
}

/** How an entry reads in its field. */
export function shownEntry(dataType: DataType | undefined, { type, value }: FormEntry): string {
  if (typeof value !== "string") return "";
  return type === "str" && kindOf(dataType) === "date" ? shownText("date", JSON.stringify(value)) : value;
}

/** The type that a new entry of a parameter has, and the other fixed ones that fit it. */
export function fixedTypesFor(dataType: DataType | undefined): [FormEntry["type"], ...FormEntry["type"][]] {
  switch (dataType?.type) {
    case "int":
    case "float":
    case "double":
    case "bool":
    case "enum":
      return ["num"];
    case "text":
    case "date":
      return ["str"];
    case "struct":
      return ["struct", "json"];
    case "array":
      return dataType.item.type === "struct" ? ["array", "json"] : ["json", "array"];
    case undefined:
    default:
      return ["json", "str", "num", "bool"];
  }
}
