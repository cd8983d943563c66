import { readable } from "../../lib/base/text";
import type { ChoiceType, DataType, NumberType, Parameter } from "../../lib/thing-model/data-type";

/** Rows that the panel shows of one list, and items of one choice. */
const maxRows = 100;
const maxItems = 200;
/** Items that every choice shows at least: they fit on one line. */
const minItems = 20;
/** Maximum for all lists and choices of a service: nested structs multiply. */
const allRows = 2000;
const allItems = 10_000;
const maxNameLength = 100;
const maxUnitLength = 20;

/** Parameters as the panel shows them; what it has no room for is counted. */
export class ShownParameters {
  private rows = 0;
  private items = 0;

  list(parameters: readonly Parameter[]): { shown: object[]; more: number } {
    const max = Math.min(maxRows, Math.max(0, allRows - this.rows));
    this.rows += Math.min(max, parameters.length);
    const shown = parameters.slice(0, max).map((parameter) => this.parameter(parameter));
    return { shown, more: parameters.length - shown.length };
  }

  private parameter(parameter: Parameter): object {
    return {
      ...parameter,
      name: readable(parameter.name, maxNameLength),
      dataType: this.type(parameter.dataType),
    };
  }

  private type(dataType: DataType): object {
    switch (dataType.type) {
      case "int":
      case "float":
      case "double":
        return shownNumber(dataType);
      case "bool":
      case "enum":
        return this.choice(dataType);
      case "struct": {
        const { shown, more } = this.list(dataType.fields);
        return { ...dataType, fields: shown, ...(more > 0 && { moreFields: more }) };
      }
      case "array":
        return { ...dataType, item: this.type(dataType.item) };
      case "text":
      case "date":
        break;
    }
    return dataType;
  }

  private choice({ type, items }: ChoiceType): object {
    const max = Math.min(maxItems, Math.max(minItems, allItems - this.items));
    this.items += Math.min(max, items.length);
    const shown = items.slice(0, max).map(({ value, label }) => ({
      value,
      label: readable(label, maxNameLength),
    }));
    const more = items.length - shown.length;
    return { type, items: shown, ...(more > 0 && { moreItems: more }) };
  }
}

function shownNumber({ unit, unitName, ...rest }: NumberType): object {
  return {
    ...rest,
    ...(unit && { unit: readable(unit, maxUnitLength) }),
    ...(unitName && { unitName: readable(unitName, maxUnitLength) }),
  };
}
