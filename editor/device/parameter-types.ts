import { sourceTypes } from "../../lib/base/form-types";
import type { ChoiceType, DataType } from "../../lib/thing-model/data-type";
import { type FieldType, t, verbatimJson } from "../index";
import type { FormEntry } from "./form-data";
import { fixedTypesFor } from "./form-values";

/**
 * The types that the field of a parameter offers: the fixed ones that fit it first, and that of its entry, whatever
 * it is.
 * @param dataType undefined where it is not known
 * @param title of the big editor for JSON
 */
export function parameterTypes(
  dataType: DataType | undefined,
  entry: FormEntry | undefined,
  title: string,
): FieldType[] {
  const types: string[] = [...fixedTypesFor(dataType), ...sourceTypes];
  if (entry && !types.includes(entry.type)) types.push(entry.type);
  return types.map((type) => {
    switch (type) {
      case "json":
        return verbatimJson(title);
      case "struct":
        return { value: type, label: t("panel.fields"), icon: "fa fa-sitemap", hasValue: false };
      case "array":
        return { value: type, label: t("panel.items"), icon: "fa fa-list-ol", hasValue: false };
      case "num":
        if (dataType?.type === "bool" || dataType?.type === "enum") return choiceType(dataType, entry);
        break;
      default:
        break;
    }
    return type as FieldType;
  });
}

/** A number that is chosen by its label. What the model does not know stays to be seen and is not replaced. */
function choiceType({ items }: ChoiceType, entry: FormEntry | undefined): FieldType {
  const options = [
    { value: "", label: t("panel.no-choice") },
    ...items.map(({ value, label }) => ({
      value: String(value),
      label: label && label !== String(value) ? `${value} ${label}` : String(value),
    })),
  ];
  const other = entry?.type === "num" ? entry.value : "";
  if (!options.some(({ value }) => value === other)) options.push({ value: other, label: other });
  return { value: "num", label: t("panel.choice"), icon: "red/images/typedInput/09.svg", options };
}
