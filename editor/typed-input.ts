import type { EditorWidgetTypedInputOptions } from "node-red";
import { definitionOf, type StoredNode } from "./definition";
import { inputOf, prefixOf } from "./form";
import { foldJson, unfoldJson } from "./raw-json";
import { textKind } from "./text-kind";

/** A type that a typed input offers. */
export type FieldType = EditorWidgetTypedInputOptions["types"][number];

/** A typed input. Its placeholder is an example of a string and shows only while the type is string. */
export function typedInput(node: StoredNode, property: string, types: FieldType[]): JQuery {
  const input = inputOf(node, property);
  const id = String(input.attr("id"));
  const example = input.attr("placeholder") ?? "";
  input.typedInput({
    types,
    default: String(definitionOf(node).defaults[`${property}Type`]?.value),
    typeField: `#${prefixOf(node)}${property}Type`,
  });
  keepTextsApart(input, () => "");
  const visible = visibleInput(input);
  const label = $(`label[for="${id}"]`).attr("id", `${id}-label`);
  input
    .next()
    .find(".red-ui-typedInput-input, .red-ui-typedInput-option-expand")
    .attr("aria-labelledby", `${id}-label`);
  label.on("click", () => visible.trigger("focus"));
  input.on("change", () => {
    const takesText = ["str", "json"].includes(input.typedInput("type"));
    visible.attr("placeholder", takesText ? example : "");
  });
  return input;
}

/**
 * Keeps what was typed as a value from becoming the name of a property: `light01` as `msg.light01`. Each kind of text
 * comes back when its type is chosen again.
 * @param blank the initial value for a type
 */
export function keepTextsApart(input: JQuery, blank: (type: string) => string): void {
  const kept = new Map<string, string>();
  let kind = textKind(input.typedInput("type"));
  let text = input.typedInput("value");
  input.on("change keyup paste", () => {
    const type = input.typedInput("type");
    const now = textKind(type);
    if (now !== kind) {
      kept.set(kind, text);
      kind = now;
      text = kept.get(now) ?? blank(type);
      input.typedInput("value", text);
    }
    text = input.typedInput("value");
  });
}

/** The part of a typed input that people type into; empty for any other field. */
export function visibleInput(input: JQuery): JQuery {
  return input.next(".red-ui-typedInput-container").find(".red-ui-typedInput-input");
}

/**
 * The editor's own `json` type and its JSON editor parse and print the text, which turns 10.0 into 10.
 * The platform tells the two apart, so this one never prints what it has parsed.
 */
export function verbatimJson(title: string): FieldType {
  return {
    value: "json",
    label: "JSON",
    icon: "red/images/typedInput/json.svg",
    expand() {
      const options = {
        title,
        mode: "json",
        value: unfoldJson(this.value()),
        stateId: RED.editor.generateViewStateId("typedInput", this, "json"),
        complete: (text: string) => this.value(foldJson(text)),
      };
      // The width and the focus, which the types ask for, have defaults.
      RED.editor.editText(options as Parameters<typeof RED.editor.editText>[0]);
    },
  };
}

/** Radio buttons that stand for a hidden input. */
export function radios(node: StoredNode, property: string): JQuery {
  const input = inputOf(node, property);
  const buttons = $(`input[name="${input.attr("id")}-choice"]`);
  buttons.filter(`[value="${CSS.escape(String(input.val()))}"]`).prop("checked", true);
  buttons.on("change", function () {
    input.val(String($(this).val())).trigger("change");
  });
  return input;
}

/**
 * A list to choose from. A value that is not in it, which another version or a person wrote, is kept until another one
 * is chosen; without a value the default is shown.
 */
export function choices(node: StoredNode, property: string): JQuery {
  const select = inputOf(node, property);
  const stored = node[property] || definitionOf(node).defaults[property]?.value;
  const value = String(stored);
  const isListed = select.find("option").is((_index, option) => $(option).val() === value);
  if (!isListed) $("<option></option>").val(value).text(value).appendTo(select);
  return select.val(value);
}
