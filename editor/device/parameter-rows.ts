import type { Parameter } from "../../lib/thing-model/data-type";
import { t } from "../index";
import type { FormEntry, FormMembers } from "./form-data";
import { factsOf } from "./parameter-facts";
import {
  type Group,
  type Groups,
  newLabelId,
  parameterField,
  type ParameterField,
  type ShownFields,
} from "./parameter-field";
import { fieldList, moreElement, nameElement } from "./parameter-list";
import { splitPath, withMember } from "./parameter-values";

/** A row that may not be built yet. */
type LateRow = Pick<ParameterField, "problem">;

/**
 * A row for each parameter, and for each entry that the thing model does not know.
 * @param onChange takes the entries of all of them, in the order of the model
 */
export function memberRows(
  groups: Groups,
  { fields, moreFields, isPartial = false }: ShownFields,
  given: FormMembers,
  onChange: (members: FormMembers) => void,
): Group {
  let members = given;
  const group = $('<div class="aliyun-iot-struct" role="group"></div>');
  const rows = new Map<string, LateRow>();
  const add = (parameter: Parameter, isKnown: boolean): void => {
    const { identifier } = parameter;
    const element = $('<div class="aliyun-iot-parameter"></div>').attr("data-parameter", identifier);
    let field: ParameterField | undefined;
    const ensure = groups.queue.add(() => {
      const entry = members.get(identifier);
      field = fillRow(element, groups, parameter, { isKnown, isPartial }, entry, (changed) => {
        members = withMember(members, fields, identifier, changed);
        onChange(members);
      });
    });
    rows.set(identifier, {
      problem(path, text) {
        ensure();
        field?.problem(path, text);
      },
    });
    group.append(element);
  };
  for (const field of fields) add(field, true);
  for (const [identifier] of given) {
    if (!rows.has(identifier))
      add({ identifier, name: "", dataType: { type: "text" }, isUnchecked: true }, false);
  }
  group.append(moreElement(moreFields));
  return {
    element: group,
    problem(path, text) {
      const { head, rest } = splitPath(path);
      const row = rows.get(head);
      row?.problem(rest, text);
      return row !== undefined;
    },
  };
}

/**
 * Fills a row with the name of a parameter, its field and its constraints.
 * @param row is empty
 */
function fillRow(
  row: JQuery,
  groups: Groups,
  parameter: Parameter,
  { isKnown, isPartial }: { isKnown: boolean; isPartial: boolean },
  entry: FormEntry | undefined,
  onChange: (entry: FormEntry | undefined) => void,
): ParameterField {
  const { identifier, dataType, isUnchecked } = parameter;
  const labelId = newLabelId();
  const label = $('<span class="aliyun-iot-parameter-label"></span>').attr("id", labelId).appendTo(row);
  label.append(nameElement(parameter));
  if (isKnown && !isPartial)
    label.append($('<span class="aliyun-iot-required">*</span>').attr("title", t("panel.required")));
  const field = parameterField(groups, isUnchecked ? undefined : dataType, {
    title: identifier,
    labelId,
    entry,
    onChange,
    describe(isAlone) {
      if (!isKnown || (!isAlone && dataType.type === "struct")) return $();
      const facts = $("<span></span>").text(factsOf(parameter, t, !isAlone));
      // What has no rows of its own is described.
      return isAlone && !isUnchecked ? facts.add(fieldList(dataType)) : facts;
    },
  });
  row.append(field.element);
  return field;
}
