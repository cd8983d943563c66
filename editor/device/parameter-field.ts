import type { ArrayType, DataType, Parameter } from "../../lib/thing-model/data-type";
import { keepTextsApart, visibleInput } from "../index";
import type { FormEntry, FormMembers, ValueType } from "./form-data";
import { fixedTypesFor, shownEntry, typedEntry } from "./form-values";
import { parameterTypes } from "./parameter-types";
import type { RowQueue } from "./row-queue";

/** The rows below a field: fields of a struct, or elements of an array. */
export interface Group {
  element: JQuery;
  /** Shows a problem at one of its own fields; false where it has no such field. */
  problem(path: string, text: string): boolean;
}

/** Parameters as the runtime shows them, which counts what there is beside those that it sends. */
export interface ShownFields {
  fields: readonly Parameter[];
  moreFields?: number;
  /** Whether any of them may be left out. */
  isPartial?: boolean;
}

/** Creates the rows below a field. Passed as an argument, because rows contain fields in turn. */
export interface Groups {
  /** Decides when the rows of the form are built. */
  queue: RowQueue;
  members(fields: ShownFields, given: FormMembers, onChange: (members: FormMembers) => void): Group;
  /** @param array undefined where the type of the elements is not known */
  items(
    array: ArrayType | undefined,
    given: readonly FormEntry[],
    title: string,
    onChange: (entries: FormEntry[]) => void,
  ): Group;
}

let labels = 0;

/** An id for an element that names a field. */
export function newLabelId(): string {
  return `aliyun-iot-parameter-${++labels}`;
}

/** What a parameter, a field of a struct or an element of an array is entered with. */
export interface ParameterField {
  element: JQuery;
  /** Shows a problem of this very field. */
  problem(path: string, text: string): void;
}

interface FieldOptions {
  /** What the field is for, such as the name of the parameter; names the big editor for JSON. */
  title: string;
  /** Id of the element that names the field. */
  labelId: string;
  entry: FormEntry | undefined;
  /** Takes what was entered; undefined leaves the parameter out. */
  onChange(entry: FormEntry | undefined): void;
  /**
   * What the field takes, as lines below it.
   * @param isAlone whether neither a choice nor a group shows it already
   */
  describe(isAlone: boolean): JQuery;
}

/**
 * A typed field for a value, with fields for what is inside it.
 * @param dataType undefined where it is not known
 */
export function parameterField(
  groups: Groups,
  dataType: DataType | undefined,
  options: FieldOptions,
): ParameterField {
  const { entry, labelId, title } = options;
  const onChange: FieldOptions["onChange"] = (changed) => options.onChange(changed);
  const element = $('<div class="aliyun-iot-parameter-field"></div>');
  const input = $('<input type="text" style="width: 100%" autocomplete="off" />').appendTo(element);
  const line = $('<div class="aliyun-iot-parameter-problem" aria-live="polite"></div>').attr(
    "id",
    `${labelId}-problem`,
  );
  const facts = $('<div class="aliyun-iot-facts"></div>').attr("id", `${labelId}-facts`);
  element.append(facts, line);
  const first = entry?.type ?? fixedTypesFor(dataType)[0];
  const isChoice = dataType?.type === "bool" || dataType?.type === "enum";
  input.val(entry ? shownEntry(dataType, entry) : "");
  input.typedInput({ types: parameterTypes(dataType, entry, title), default: first });
  // `payload` is where most messages have what a node is to use.
  keepTextsApart(input, (type) => (type === "msg" ? "payload" : ""));
  const box = input.next();
  const visible = visibleInput(input);
  box
    .find("input, .red-ui-typedInput-option-trigger, .red-ui-typedInput-option-expand")
    .attr("aria-labelledby", labelId);
  visible.add(box.find("button")).attr("aria-describedby", `${labelId}-facts ${labelId}-problem`);
  visible.attr("spellcheck", "false");

  let type = first;
  let group: Group | undefined;
  let groupEntry = entry;

  function showGroup(): void {
    group?.element.remove();
    group = undefined;
    if (type === "struct") {
      const members: FormMembers = groupEntry?.type === "struct" ? groupEntry.value : new Map();
      const fields = dataType?.type === "struct" ? dataType : { fields: [] };
      group = groups.members(fields, members, (value) => {
        groupEntry = value.size > 0 ? { type: "struct", value } : undefined;
        onChange(groupEntry);
      });
    } else if (type === "array") {
      const items = groupEntry?.type === "array" ? groupEntry.value : [];
      group = groups.items(dataType?.type === "array" ? dataType : undefined, items, title, (value) => {
        groupEntry = value.length > 0 ? { type: "array", value } : undefined;
        onChange(groupEntry);
      });
    }
    if (group) line.before(group.element.attr("aria-labelledby", labelId));
    // A choice or a group already shows these facts.
    const isInForm = group !== undefined || (type === "num" && isChoice);
    facts.empty().append(options.describe(!isInForm));
    visible.attr(
      "placeholder",
      type === "str" && dataType?.type === "date" ? "2026-01-31T08:00:00+08:00" : "",
    );
  }

  let last = input.typedInput("value");
  const read = (): void => {
    const [now, text] = [input.typedInput("type") as FormEntry["type"], input.typedInput("value")];
    if (now === type && text === last) return;
    const isOther = now !== type;
    type = now;
    last = text;
    if (isOther) showGroup();
    if (group) return onChange(groupEntry?.type === type ? groupEntry : undefined);
    onChange(typedEntry(dataType, type as ValueType, text));
  };
  input.on("change keyup paste", read);
  // Drag and drop, dictation and input methods cause no key events.
  visible.on("input", read);
  showGroup();

  return {
    element,
    problem(path, text) {
      if (path !== "" && group?.problem(path, text)) return;
      const isTyped = visible.is(":visible");
      (isTyped ? visible : box.find("button").last()).attr("aria-invalid", "true");
      element.addClass("aliyun-iot-invalid");
      line.append($("<div></div>").text(path === "" ? text : `${path.replace(/^\./, "")}: ${text}`));
    },
  };
}
