import { isFixedType } from "../../lib/base/form-types";
import type { DataType, Parameter } from "../../lib/thing-model/data-type";
import { isJson } from "../raw-json";
import type { Translate } from "../translate";
import { fixedTypesFor, typedEntry } from "./form-values";
import { factsOf } from "./parameter-facts";

/** The type of what a path such as `Steps[1].At` leads to; undefined where the thing model does not know it. */
export function typeAt(inputs: readonly Parameter[], path: string): DataType | undefined {
  let fields = inputs;
  let found: DataType | undefined;
  for (const part of path.split(".")) {
    const [, name = "", items = ""] = /^([^[]*)((?:\[\d+\])*)$/.exec(part) ?? [];
    const field = fields.find(({ identifier }) => identifier === name);
    if (!field || field.isUnchecked) return undefined;
    found = field.dataType;
    for (let depth = items.split("]").length - 1; depth > 0; depth--) {
      if (found?.type !== "array") return undefined;
      found = found.item;
    }
    fields = found?.type === "struct" ? found.fields : [];
  }
  return found;
}

/** What a value must be, in one line; blank where nobody knows. */
export function factsAt(dataType: DataType | undefined, t: Translate): string {
  return dataType ? factsOf({ identifier: "", name: "", dataType }, t) : "";
}

/** A value that was typed, as an entry of the form; undefined for a blank one. */
export function fixedValue(
  dataType: DataType | undefined,
  text: string,
): { type: string; value: string } | undefined {
  const usual = dataType ? fixedTypesFor(dataType)[0] : isJson(text) ? "json" : "str";
  const entry = typedEntry(dataType, isFixedType(usual) ? usual : "json", text);
  return entry && typeof entry.value === "string" ? { type: entry.type, value: entry.value } : undefined;
}
