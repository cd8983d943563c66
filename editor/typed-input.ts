import type { EditorWidgetTypedInputOptions } from "node-red";
import { definitionOf, type StoredNode } from "./definition";
import { inputOf, lateFieldsOf, withoutChange } from "./form";
import { foldJson, unfoldJson } from "./raw-json";
import { textKind } from "./text-kind";

/** A type that a typed input offers. */
export type FieldType = EditorWidgetTypedInputOptions["types"][number];

/** A typed field of a dialog while it is a plain input that nobody sees. */
interface Late {
  types: readonly string[];
  usual: string;
  typeField: JQuery;
  build(): void;
  /** What waits for the typed input. */
  acts: (() => void)[];
}

/** By the input; a typed input that the editor has made is in it no more. */
const late = new WeakMap<Element, Late>();

/**
 * A typed field: the editor makes the typed input when the field is first to be seen, or written into with another type.
 * Its placeholder is an example of a string and shows only while the type is string.
 * @param types all that the field knows
 * @param offer those that it offers at first, where that depends on its type
 */
export function typedInput(
  node: StoredNode,
  property: string,
  types: FieldType[],
  offer: (type: string) => FieldType[] = () => types,
): JQuery {
  const [input, typeField] = [inputOf(node, property), inputOf(node, `${property}Type`)];
  const element = input[0];
  if (!element) return input;
  const usual = String(definitionOf(node).defaults[`${property}Type`]?.value);
  const names = types.map((type) => (typeof type === "string" ? type : type.value));
  const fields = lateFieldsOf(node);
  const acts: (() => void)[] = [];
  const build = (): void => {
    const offered = offer(typeIn(input));
    fields.remove(waiting);
    late.delete(element);
    // The editor may write a value in its own way.
    withoutChange(node, { [property]: input, [`${property}Type`]: typeField }, () => {
      makeTypedInput(input, { types: offered, default: usual, typeField });
      for (const act of acts) act();
    });
  };
  const waiting = { element, build };
  late.set(element, { types: names, usual, typeField, build, acts });
  fields.add(waiting);
  return input;
}

function makeTypedInput(input: JQuery, options: EditorWidgetTypedInputOptions): void {
  const id = String(input.attr("id"));
  const example = input.attr("placeholder") ?? "";
  // The value is the one that has been checked: neither the editor nor the dialog need check all fields again.
  const [checked, isWrong] = [input.val(), input.hasClass("input-error")];
  input.attr("skipValidation", "true").typedInput(options).removeAttr("skipValidation");
  input.add(input.next()).toggleClass("input-error", isWrong);
  if (input.val() !== checked) input.trigger("change");
  keepTextsApart(input, () => "");
  const visible = visibleInput(input);
  const label = $(`label[for="${id}"]`).attr("id", `${id}-label`);
  input
    .next()
    .find(".red-ui-typedInput-input, .red-ui-typedInput-option-expand")
    .attr("aria-labelledby", `${id}-label`);
  label.on("click", () => visible.trigger("focus"));
  const showExample = (): void => {
    const takesText = ["str", "json"].includes(input.typedInput("type"));
    visible.attr("placeholder", takesText ? example : "");
  };
  input.on("change", showExample);
  showExample();
}

function lateOf(input: JQuery): Late | undefined {
  return input[0] && late.get(input[0]);
}

/** The type of a typed field. */
export function typeIn(input: JQuery): string {
  const state = lateOf(input);
  if (!state) return input.typedInput("type");
  const type = String(state.typeField.val());
  return state.types.includes(type) ? type : state.usual;
}

/** The text of a typed field. */
export function textIn(input: JQuery): string {
  return lateOf(input) ? String(input.val() ?? "") : input.typedInput("value");
}

/** Writes into a typed field. */
export function enterText(input: JQuery, text: string): void {
  if (lateOf(input)) input.val(text).trigger("change");
  else input.typedInput("value", text);
}

/** Changes the type of a typed field. Its text follows as it does when somebody chooses the type. */
export function chooseType(input: JQuery, type: string): void {
  if (lateOf(input)?.typeField.val() !== type) ensureTypedInput(input).typedInput("type", type);
}

/** Makes the typed input of a field now, for whoever changes what it offers. */
export function ensureTypedInput(input: JQuery): JQuery {
  lateOf(input)?.build();
  return input;
}

/** Does something with a typed input as soon as the editor has made it; with any other field at once. */
export function whenBuilt(input: JQuery, act: () => void): void {
  const state = lateOf(input);
  if (state) state.acts.push(act);
  else act();
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
