import type { ChoiceType, DataType, Parameter, StructType } from "../lib/thing-model/data-type";
import { factsOf, moreFieldsOf } from "./parameter-facts";
import { element, fieldList, moreElement, nameElement } from "./parameter-list";
import { itemOf, kindOf, type Raw, rawOf, shownText, splitPath, withMember } from "./parameter-values";
import { membersOf, objectText } from "./raw-json";
import { t } from "./texts";

/** Takes the JSON text of a value that somebody has entered; undefined leaves the parameter out. */
type OnChange = (raw: Raw) => void;

interface Control {
  element: JQuery;
  set(raw: Raw): void;
  /** Shows a problem at one of its own fields; false where it has no such field. */
  problem?(path: string, text: string): boolean;
}

/** A parameter with its name, its control, what it must be, and what is wrong with it. */
interface ParameterRow {
  identifier: string;
  element: JQuery;
  set(raw: Raw): void;
  /** @param path below this parameter; blank for the parameter itself */
  problem(path: string, text: string): void;
}

let controls = 0;

/** Makes a row for one parameter of a form. */
export function parameterRow(parameter: Parameter, onChange: OnChange): ParameterRow {
  const id = `aliyun-iot-parameter-${++controls}`;
  const { identifier, dataType, isUnchecked } = parameter;
  const control = controlOf(isUnchecked ? undefined : dataType, onChange);
  const row = $('<div class="aliyun-iot-parameter"></div>').attr("data-parameter", identifier);
  const isGroup = dataType.type === "struct" && !isUnchecked;
  row.append(
    $("<label></label>")
      .attr(isGroup ? {} : { for: id })
      .append(nameElement(parameter)),
  );
  const side = $('<div class="aliyun-iot-parameter-side"></div>').appendTo(row);
  side.append(control.element.attr("id", id));
  // A choice shows its items, and a group its fields.
  if (!isGroup) {
    side.append(element('<div class="aliyun-iot-facts"></div>', factsOf(parameter, t, true)));
    if (!isUnchecked) side.append(fieldList(dataType));
  }
  const line = $('<div class="aliyun-iot-parameter-problem" aria-live="polite"></div>').appendTo(side);
  line.attr("id", `${id}-problem`);
  control.element.attr("aria-describedby", `${id}-problem`);
  return {
    identifier,
    element: row,
    set: (raw) => control.set(raw),
    problem(path, text) {
      if (path !== "" && control.problem?.(path, text)) return;
      line.append(element("<div></div>", path === "" ? text : `${path.replace(/^\./, "")}: ${text}`));
    },
  };
}

/** @param dataType undefined where it could not be read */
function controlOf(dataType: DataType | undefined, onChange: OnChange): Control {
  if (dataType?.type === "struct") return structControl(dataType, onChange);
  if (dataType?.type === "bool" || dataType?.type === "enum") return choiceControl(dataType.items, onChange);
  return textControl(dataType, onChange);
}

function textControl(dataType: DataType | undefined, onChange: OnChange): Control {
  const kind = kindOf(dataType);
  const input = $('<input type="text" autocomplete="off" spellcheck="false" />');
  if (kind === "number") input.attr("inputmode", "decimal");
  if (kind === "date") input.attr("placeholder", "2026-01-31T08:00:00+08:00");
  if (kind === "json") input.attr("placeholder", dataType?.type === "array" ? "[ ]" : "{ }");
  let last: Raw;
  const show = (): void => void input.val(shownText(kind, last));
  input.on("input", () => {
    last = rawOf(kind, String(input.val()), dataType?.type);
    onChange(last);
  });
  input.on("focusout", show);
  return {
    element: input,
    set: (raw) => {
      last = raw;
      // What is being typed is not rewritten under the cursor.
      if (document.activeElement !== input[0]) show();
    },
  };
}

function choiceControl(items: ChoiceType["items"], onChange: OnChange): Control {
  const select = $("<select></select>").append('<option value=""></option>');
  for (const { value, label } of items) {
    const words = label && label !== String(value) ? `${label} (${value})` : String(value);
    select.append(element("<option></option>", words).val(String(value)));
  }
  select.on("change", () => {
    const value = String(select.val());
    onChange(value === "" ? undefined : value);
  });
  const set = (raw: Raw): void => {
    select.find("[data-other]").remove();
    const value = raw === undefined ? "" : itemOf(items, raw);
    // A value that is not in the model stays visible and is not replaced.
    const isListed = select.children().is((_index, option) => $(option).val() === value);
    if (!isListed && raw !== undefined) {
      select.append(element("<option data-other></option>", raw).val(raw));
    }
    select.val(value);
  };
  return { element: select, set };
}

function structControl(struct: StructType, onChange: OnChange): Control {
  const { fields } = struct;
  const group = $('<div class="aliyun-iot-struct" role="group"></div>');
  let members = new Map<string, string>();
  const rows = fields.map((field) => {
    const row = parameterRow(field, (raw) => {
      members = withMember(members, fields, field.identifier, raw);
      onChange(members.size > 0 ? objectText(members) : undefined);
    });
    group.append(row.element);
    return row;
  });
  group.append(moreElement(moreFieldsOf(struct)));
  return {
    element: group,
    set: (raw) => {
      members = (raw === undefined ? undefined : membersOf(raw)) ?? new Map<string, string>();
      for (const row of rows) row.set(members.get(row.identifier));
    },
    problem: (path, text) => {
      const { head, rest } = splitPath(path);
      const row = rows.find(({ identifier }) => identifier === head);
      row?.problem(rest, text);
      return row !== undefined;
    },
  };
}
