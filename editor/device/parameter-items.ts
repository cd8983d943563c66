import type { ArrayType } from "../../lib/thing-model/data-type";
import { t } from "../index";
import type { FormEntry } from "./form-data";
import { type Group, type Groups, newLabelId, parameterField, type ParameterField } from "./parameter-field";

interface Item {
  entry: FormEntry | undefined;
  /** Undefined until the row is built. */
  field?: ParameterField;
  row: JQuery;
  /** Builds the row unless it is built already. */
  ensure(): void;
}

/**
 * A row for each element of an array, and a button that adds one.
 * @param array undefined where the type of the elements is not known
 * @param title of the parameter
 * @param onChange takes the entries; a blank row is left out
 */
export function itemRows(
  groups: Groups,
  array: ArrayType | undefined,
  given: readonly FormEntry[],
  title: string,
  onChange: (entries: FormEntry[]) => void,
): Group {
  const group = $('<div class="aliyun-iot-struct" role="group"></div>');
  const list = $("<div></div>").appendTo(group);
  const add = $('<button type="button" class="red-ui-button red-ui-button-small"></button>').appendTo(group);
  add.append('<i class="fa fa-plus"></i> ', $("<span></span>").text(t("panel.add-item")));
  let items: Item[] = [];

  /** The rows that are sent, as they are counted on the way. */
  const filled = (): Item[] => items.filter(({ entry }) => entry !== undefined);
  const tell = (): void => onChange(filled().flatMap(({ entry }) => entry ?? []));
  const number = ({ row }: Item, index: number): void => void row.find("> span > code").text(`[${index}]`);
  const limit = (): void => {
    add.prop("disabled", array?.size !== undefined && items.length >= array.size);
  };

  function addItem(entry: FormEntry | undefined): Item {
    const row = $('<div class="aliyun-iot-parameter aliyun-iot-item"></div>').appendTo(list);
    const item: Item = { entry, row, ensure: () => undefined };
    items.push(item);
    item.ensure = groups.queue.add(() => fillItem(item));
    limit();
    return item;
  }

  function fillItem(item: Item): void {
    const { row, entry } = item;
    const labelId = newLabelId();
    $('<span class="aliyun-iot-parameter-label"><code></code></span>').attr("id", labelId).appendTo(row);
    const field = parameterField(groups, array?.item, {
      title,
      labelId,
      entry,
      describe: () => $(),
      onChange(changed) {
        item.entry = changed;
        tell();
      },
    });
    item.field = field;
    const remove = $('<button type="button" class="red-ui-button red-ui-button-small"></button>');
    remove.attr({ title: t("panel.remove-item"), "aria-label": t("panel.remove-item") });
    remove.append('<i class="fa fa-trash-o"></i>').on("click", () => {
      items = items.filter((other) => other !== item);
      row.remove();
      items.forEach(number);
      limit();
      tell();
      add.trigger("focus");
    });
    row.append(field.element, remove);
    number(item, items.indexOf(item));
  }

  for (const entry of given) addItem(entry);
  limit();
  add.on("click", () => {
    const item = addItem(undefined);
    item.ensure();
    item.row
      .find(".red-ui-typedInput-input:visible, .red-ui-typedInput-type-select")
      .first()
      .trigger("focus");
  });
  return {
    element: group,
    problem(path, text) {
      const [, index = "", rest = ""] = /^\[(\d+)\](.*)$/s.exec(path) ?? [];
      const item = index === "" ? undefined : filled()[Number(index)];
      item?.ensure();
      item?.field?.problem(rest, text);
      return item !== undefined;
    },
  };
}
