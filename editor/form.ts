import { textOf } from "../lib/base/text";
import { definitionOf, type StoredNode } from "./definition";
import { isJustDropped, noteConfirmed } from "./just-dropped";
import { reachButtons } from "./keyboard";
import { LateFields } from "./late-fields";
import { onlyChoice } from "./only-choice";

/** What a field holds: a text, or whether a box is ticked. */
type FieldValue = string | boolean | undefined;

/** How the ids of the fields in a node's dialog begin. */
export function prefixOf(node: StoredNode): string {
  return definitionOf(node).category === "config" ? "node-config-input-" : "node-input-";
}

export function inputOf(node: StoredNode, property: string): JQuery {
  return $(`#${prefixOf(node)}${property}`);
}

export function valueIn(input: JQuery): FieldValue {
  // jQuery's `val` leaves out the carriage returns of a text with several lines.
  const text = input.is('[type="hidden"]') ? input.prop("value") : input.val();
  const value = input.is(":checkbox") ? input.prop("checked") : text;
  return value === undefined || typeof value === "boolean" ? value : String(value ?? "");
}

/** A value as text without blanks around it; what is neither text nor a number counts as blank. */
export function trimmed(value: unknown): string {
  return (textOf(value) ?? "").trim();
}

/** Whether a field of choices is blank or holds one of them; of another one, this version does not know what it means. */
export function isKnownChoice(value: unknown, known: readonly string[]): boolean {
  return value === undefined || value === "" || known.includes(trimmed(value));
}

/** Whether the dialog of this node is on top. */
function isOnTop(node: StoredNode): boolean {
  return RED.editor.getEditStack().at(-1) === node;
}

/** Whether the dialog of this node is open, perhaps below another one. */
export function isOpen(node: StoredNode): boolean {
  return RED.editor.getEditStack().includes(node);
}

/**
 * What the form holds while the dialog of this very node is on top, else what is stored, else the default. Validators
 * need it: their `this` is the stored node, and they also run for other nodes while a dialog is open. A dialog below
 * another one is not in the page, where two of configuration nodes would have fields of the same id.
 */
export function valueOf(node: StoredNode, property: string): unknown {
  const input = isOnTop(node) ? inputOf(node, property) : $();
  const value = input.length > 0 ? valueIn(input) : node[property];
  return value === undefined || value === "" ? definitionOf(node).defaults[property]?.value : value;
}

/** A configuration node. */
export function configNode(id: unknown): StoredNode | undefined {
  return (RED.nodes.node(String(id)) ?? undefined) as StoredNode | undefined;
}

/** A configuration node that is chosen in a form, or the one that is stored. */
export function chosen(node: StoredNode, property: string): StoredNode | undefined {
  return configNode(valueOf(node, property));
}

/** Whether a property differs from its default; the section with these properties is then open from the start. */
export function isAnyChanged(node: StoredNode, properties: readonly string[]): boolean {
  const { defaults } = definitionOf(node);
  return properties.some(
    (name) => node[name] !== undefined && trimmed(node[name]) !== trimmed(defaults[name]?.value),
  );
}

/** The form of each dialog; while another dialog is above it, it is not in the page, but keeps its fields. */
const forms = new WeakMap<StoredNode, JQuery>();

/** What is chosen in the dialog from which this one was opened; blank where there is no such dialog or field. */
export function chosenBelow(node: StoredNode, property: string): string {
  const stack = RED.editor.getEditStack() as StoredNode[];
  const opener = stack[stack.indexOf(node) - 1];
  return opener
    ? trimmed(
        forms
          .get(opener)
          ?.find(`#${prefixOf(opener)}${property}`)
          .val(),
      )
    : "";
}

/** The nodes whose dialogs are open below this one, as these show them; the lowest first. */
export function nodesBelow(node: StoredNode): Record<string, unknown>[] {
  const stack = RED.editor.getEditStack() as StoredNode[];
  return stack.slice(0, Math.max(0, stack.indexOf(node))).map((below) => {
    const form = forms.get(below);
    const shown = Object.keys(definitionOf(below).defaults).flatMap((name) => {
      const value = form && valueIn(form.find(`#${prefixOf(below)}${name}`));
      return value === undefined ? [] : [[name, value] as const];
    });
    return { ...below, ...Object.fromEntries(shown) };
  });
}

/** What each form held when it was opened, by node. */
const opened = new WeakMap<StoredNode, Map<string, FieldValue>>();

/** The fields of each form that are set up once they are to be seen. */
const lateFields = new WeakMap<StoredNode, LateFields>();

export function lateFieldsOf(node: StoredNode): LateFields {
  const known = lateFields.get(node) ?? new LateFields();
  lateFields.set(node, known);
  return known;
}

/**
 * Does something to fields that is no change by the user, even if they hold something else afterwards.
 * @param fields by the names of their properties
 */
export function withoutChange(node: StoredNode, fields: Record<string, JQuery>, act: () => void): void {
  const before = opened.get(node);
  const unchanged = Object.entries(fields).filter(([name, field]) => before?.get(name) === valueIn(field));
  act();
  for (const [name, field] of unchanged) before?.set(name, valueIn(field));
}

/**
 * To be called first in a dialog. Shows the defaults of properties that the node lacks, because an older version saved
 * it or it was written by hand; the editor itself also omits a default of 0.
 */
export function openForm(node: StoredNode): void {
  const form = inputOf(node, "name").closest("form");
  forms.set(node, form);
  lateFields.delete(node);
  for (const [property, { value, type }] of Object.entries(definitionOf(node).defaults)) {
    if (type || node[property] !== undefined) continue;
    const input = inputOf(node, property);
    if (input.is(":checkbox")) input.prop("checked", Boolean(value));
    else input.val(String(value));
  }
  const replaced = proposeOnly(node);
  // The dialog keeps filling in its fields until the editor has triggered `change` on each of them.
  queueMicrotask(() => {
    if (form[0]) lateFieldsOf(node).show(form[0]);
    opened.set(node, new Map([...valuesOf(node), ...replaced]));
  });
  reachButtons(form);
  // The glyph of an icon would be a part of its label's name.
  form.find("i.fa").attr("aria-hidden", "true");
  // A list cuts long labels.
  form.on("mouseenter", "select", function () {
    this.title = (this as HTMLSelectElement).selectedOptions[0]?.text ?? "";
  });
  keepFocus(node, form);
}

/**
 * Proposes to a node that was just dropped the only account, or the only subscription, where it needs one.
 * @returns what the fields held before, by property: a proposal is something to save
 */
function proposeOnly(node: StoredNode): Map<string, FieldValue> {
  const replaced = new Map<string, FieldValue>();
  if (!isJustDropped(node)) return replaced;
  for (const [property, { type, required }] of Object.entries(definitionOf(node).defaults)) {
    if (!type || !required || trimmed(node[property]) !== "") continue;
    const list = inputOf(node, property);
    const only = onlyChoice(list);
    if (only === undefined) continue;
    replaced.set(property, valueIn(list));
    list.val(only);
  }
  return replaced;
}

/**
 * Puts the focus back where it was when a dialog above this one is closed, such as that of an account. The editor takes
 * the dialog below out of the page meanwhile, and the focus is lost.
 */
function keepFocus(node: StoredNode, form: JQuery): void {
  let last: Element | undefined;
  const follow = (): void => {
    if (isOnTop(node)) $(last ?? []).trigger("focus");
    else if (!isOpen(node)) RED.events.off("editor:change", follow);
  };
  form.on("focusin", ({ target }) => {
    last = target;
  });
  RED.events.on("editor:change", follow);
}

/**
 * To be called last in a dialog. A form that still holds what it held at first is not saved: where a property is
 * missing or refers to a node that is gone, the editor would find a difference to the field and mark the node as
 * changed.
 * @returns whether somebody changed anything
 */
export function closeForm(node: StoredNode): boolean {
  const before = opened.get(node);
  opened.delete(node);
  noteConfirmed(node);
  const isNew = configNode(node.id) === undefined;
  if (isNew || !before) return true;
  const now = valuesOf(node);
  if ([...now].some(([property, value]) => value !== before.get(property))) return true;
  // The editor saves every field that it finds by its id.
  for (const property of now.keys()) inputOf(node, property).removeAttr("id");
  return false;
}

/** The properties as the dialog of a node shows them, saved or not. */
export function propertiesInPage(node: StoredNode): Record<string, unknown> {
  const names = Object.keys(definitionOf(node).defaults);
  return Object.fromEntries(names.map((name) => [name, valueIn(inputOf(node, name))]));
}

function valuesOf(node: StoredNode): Map<string, FieldValue> {
  const { defaults, credentials } = definitionOf(node);
  const names = Object.keys({ ...defaults, ...credentials });
  return new Map(names.map((name) => [name, valueIn(inputOf(node, name))]));
}
