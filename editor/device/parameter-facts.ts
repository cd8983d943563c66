import type { ChoiceType, DataType, NumberType, Parameter } from "../../lib/thing-model/data-type";
import type { Translate } from "../translate";

const maxNamed = 20;

/**
 * What a parameter must be, in one line: `float · 0 … 100 % · step 0.1`.
 * @param isInForm whether a control beside it shows the items already
 */
export function factsOf({ dataType, isUnchecked }: Parameter, t: Translate, isInForm = false): string {
  return isUnchecked ? t("panel.unchecked") : typeFacts(dataType, t, isInForm);
}

/** The fields of a struct, or of the structs in an array. */
export function fieldsOf(dataType: DataType): Parameter[] {
  if (dataType.type === "struct") return dataType.fields;
  return dataType.type === "array" ? fieldsOf(dataType.item) : [];
}

/** A type as the runtime shows it, which counts what there is beside the fields and items that it sends. */
type Shown<Type> = Type & { moreFields?: number; moreItems?: number };

/** How many fields there are beside those of `fieldsOf`. */
export function moreFieldsOf(dataType: Shown<DataType>): number {
  return dataType.type === "array" ? moreFieldsOf(dataType.item) : (dataType.moreFields ?? 0);
}

function typeFacts(dataType: DataType, t: Translate, isInForm = false): string {
  return [dataType.type, ...factsOfType(dataType, t, isInForm)].join(" · ");
}

function factsOfType(dataType: DataType, t: Translate, isInForm: boolean): string[] {
  switch (dataType.type) {
    case "int":
    case "float":
    case "double":
      return numberFacts(dataType, t);
    case "text":
      return dataType.length === undefined ? [] : [t("panel.bytes", { length: dataType.length })];
    case "bool":
    case "enum":
      return isInForm ? [] : [itemsText(dataType)];
    case "array":
      return [
        ...(dataType.size === undefined ? [] : [t("panel.elements", { size: dataType.size })]),
        t("panel.of", { item: typeFacts(dataType.item, t) }),
      ];
    case "date":
    case "struct":
      break;
  }
  return [];
}

function numberFacts({ type, exact, unit, unitName, ...limits }: NumberType, t: Translate): string[] {
  // The model's own digits, where JavaScript cannot hold them.
  const { min, max, step } = { ...limits, ...exact };
  const measure = unit || unitName;
  const facts: string[] = [];
  if (min !== undefined || max !== undefined) {
    facts.push(`${min ?? "−∞"} … ${max ?? "∞"}${measure ? ` ${measure}` : ""}`);
  } else if (measure) facts.push(measure);
  if (step !== undefined && !(type === "int" && step === 1)) facts.push(t("panel.step", { step }));
  return facts;
}

function itemsText({ items, moreItems = 0 }: Shown<ChoiceType>): string {
  const named = items.slice(0, maxNamed).map(({ value, label }) => {
    return label && label !== String(value) ? `${value} ${label}` : String(value);
  });
  return items.length + moreItems > maxNamed ? `${named.join(", ")}, …` : named.join(", ");
}
