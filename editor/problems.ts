import { isVariable } from "../lib/base/env-name";
import { definitionOf, type StoredNode } from "./definition";
import { inputOf, valueIn } from "./form";
import { visibleInput, whenBuilt } from "./typed-input";

/** Returns true, or a message. */
type Check = (value: unknown) => boolean | string;

interface Field {
  property: string;
  check: Check;
  input: JQuery;
  /** What people type into or choose from. */
  control: JQuery;
  row: JQuery;
  line: JQuery;
}

/**
 * Writes under each field what is wrong with it. The editor itself only draws a red border and keeps the reason for a
 * tooltip, which a typed input never shows.
 * @param more checks of this dialog alone, by property
 */
export function showProblems(node: StoredNode, more: Record<string, Check> = {}): void {
  const { defaults } = definitionOf(node);
  const isNew = Object.entries(defaults).every(
    ([property, { value, type }]) => type || node[property] === undefined || node[property] === value,
  );
  const touched = new Set<string>();
  const fields = fieldsOf(node, more);

  /** What somebody who has just added a node has not come to yet. */
  function isUntouched({ property, input }: Field): boolean {
    const value = valueIn(input);
    return isNew && (value === "" || value === "_ADD_") && !touched.has(property);
  }

  function problemOf({ check, input }: Field): string {
    const value = valueIn(input);
    const problem = isVariable(value) || check(value);
    return typeof problem === "string" ? problem : "";
  }

  function show(): void {
    for (const field of fields) {
      const isQuiet = isUntouched(field);
      const problem = isQuiet ? "" : problemOf(field);
      field.row.toggleClass("aliyun-iot-untouched", isQuiet);
      field.line.text(problem);
      mark(field);
      if (problem) field.row.closest("details").prop("open", true);
    }
  }

  const refresh = unlessPressed(fields[0]?.row.closest("form") ?? $(), show);
  for (const { property, input, row } of fields) {
    row.on("focusout", () => {
      touched.add(property);
      refresh();
    });
    row.on("change keyup paste", () => {
      if (!input.attr("skipValidation")) refresh();
    });
  }
  show();
}

/** The fields that have a check and a row to write into. */
function fieldsOf(node: StoredNode, more: Record<string, Check>): Field[] {
  const { defaults, credentials } = definitionOf(node);
  return Object.keys({ ...defaults, ...credentials }).flatMap((property) => {
    const validate = defaults[property]?.validate;
    const check = more[property] ?? (validate && ((value: unknown) => validate.call(node, value, {})));
    const input = inputOf(node, property);
    const row = input.closest(".aliyun-iot-row");
    if (!check || row.length === 0) return [];
    const id = `${input.attr("id")}-problem`;
    const line = $('<div class="aliyun-iot-problem" aria-live="polite"></div>').attr("id", id).appendTo(row);
    const field: Field = { property, check, input, control: $(), row, line };
    whenBuilt(input, () => {
      const typed = visibleInput(input);
      field.control = (typed.length > 0 ? typed : input).attr("aria-describedby", id);
      mark(field);
    });
    return [field];
  });
}

/** Tells those who do not see the line whether there is a problem. */
function mark({ control, line }: Field): void {
  control.attr("aria-invalid", line.text() === "" ? null : "true");
}

/**
 * Waits while a mouse button is down: a line that appears or disappears would move the element that is being clicked.
 */
function unlessPressed(form: JQuery, show: () => void): () => void {
  let isPressed = false;
  form.on("pointerdown", () => {
    isPressed = true;
    $(document).one("pointerup.aliyun-iot pointercancel.aliyun-iot", () => {
      $(document).off(".aliyun-iot");
      setTimeout(() => {
        isPressed = false;
        show();
      });
    });
  });
  return () => {
    if (!isPressed) show();
  };
}
