/**
 * What the edit dialogs of this package share. Each html loads it before its own script;
 * the browser runs it once.
 */
import { addConnectionCheck } from "./connection-check.js";
import { addLookUps } from "./invoke-look-ups.js";
import { addConsumerGroups, addMessageChoice } from "./subscription-look-ups.js";
import { foldJson, isJson, unfoldJson } from "./raw-json.js";

const definitionOf = (node) => RED.nodes.getType(node.type);
const prefixOf = (node) => (definitionOf(node).category === "config" ? "node-config-input-" : "node-input-");
const inputOf = (node, property) => $(`#${prefixOf(node)}${property}`);
const isVariable = (value) => /^\$(\{[a-zA-Z_]\w*\}|\([a-zA-Z_]\w*\))$/.test(value);

const valueIn = (input) => (input.is(":checkbox") ? input.prop("checked") : input.val());

/**
 * What the form holds while the dialog of this very node is on top, else what is stored. Validators need it:
 * their `this` is the stored node, and they also run for other nodes while a dialog is open. A dialog below
 * another one is not in the page, where two of configuration nodes would have fields of the same id.
 */
function valueOf(node, property) {
  const input = RED.editor.getEditStack().at(-1) === node ? inputOf(node, property) : $();
  return input.length > 0 ? valueIn(input) : node[property];
}

/** A configuration node that is chosen in a form, or the one that is stored. */
function chosen(node, property) {
  return RED.nodes.node(valueOf(node, property)) ?? undefined;
}

/** Flows written by hand may leave properties out, and the editor leaves out a default of 0. */
function fillDefaults(node) {
  for (const [property, { value, type }] of Object.entries(definitionOf(node).defaults)) {
    const input = inputOf(node, property);
    if (!type && node[property] === undefined && !input.is(":checkbox")) input.val(value);
  }
}

/** A typed input whose placeholder, an example of a text, shows only while a text is to be typed. */
function typedInput(node, property, types) {
  const input = inputOf(node, property);
  const example = input.attr("placeholder");
  const typeField = `#${prefixOf(node)}${property}Type`;
  input.typedInput({ types, default: definitionOf(node).defaults[`${property}Type`].value, typeField });
  const visible = input.next(".red-ui-typedInput-container").find(".red-ui-typedInput-input");
  const label = $(`label[for="${input.attr("id")}"]`).attr("id", `${input.attr("id")}-label`);
  visible.attr("aria-labelledby", label.attr("id"));
  label.on("click", () => visible.trigger("focus"));
  input.on("change", () => {
    const takesText = ["str", "json"].includes(input.typedInput("type"));
    visible.attr("placeholder", takesText ? example : "");
  });
  return input;
}

/**
 * The editor's own `json` type and its JSON editor parse and print the text, which turns 10.0 into 10.
 * The platform tells the two apart, so this one never prints what it has parsed.
 */
function verbatimJson(title) {
  return {
    value: "json",
    label: "JSON",
    icon: "red/images/typedInput/json.svg",
    expand() {
      RED.editor.editText({
        title,
        mode: "json",
        value: unfoldJson(this.value()),
        stateId: RED.editor.generateViewStateId("typedInput", this, "json"),
        complete: (text) => this.value(foldJson(text)),
      });
    },
  };
}

/** Radio buttons that stand for a hidden input. */
function radios(node, property) {
  const input = inputOf(node, property);
  const buttons = $(`input[name="${input.attr("id")}-choice"]`);
  buttons.filter(`[value="${CSS.escape(input.val())}"]`).prop("checked", true);
  buttons.on("change", (event) => input.val(event.target.value).trigger("change"));
  return input;
}

/**
 * Writes under each field what is wrong with it. The editor itself only draws a red border and
 * keeps the reason for a tooltip, which a typed input never shows.
 * `more` holds checks of this dialog alone, by property: each answers true or a sentence.
 */
function showProblems(node, more = {}) {
  const { defaults, credentials } = definitionOf(node);
  const definitions = { ...defaults, ...credentials };
  const isNew = Object.entries(defaults).every(
    ([property, { value, type }]) => type || node[property] === undefined || node[property] === value,
  );
  const touched = new Set();
  const fields = Object.keys(definitions).flatMap((property) => {
    const check = more[property] ?? definitions[property].validate;
    const input = inputOf(node, property);
    const row = input.closest(".aliyun-iot-row");
    if (!check || row.length === 0) return [];
    const id = `${input.attr("id")}-problem`;
    const line = $('<div class="aliyun-iot-problem" aria-live="polite"></div>').attr("id", id).appendTo(row);
    const typed = input.next(".red-ui-typedInput-container").find(".red-ui-typedInput-input");
    (typed.length > 0 ? typed : input).attr("aria-describedby", id);
    return [{ property, check, input, row, line }];
  });

  function problemOf({ property, check, input }) {
    const value = valueIn(input);
    const isBlank = value === "" || value === "_ADD_";
    if (isVariable(value) || (isNew && isBlank && !touched.has(property))) return "";
    const verdict = check.call(node, value, {});
    return typeof verdict === "string" ? verdict : "";
  }

  function show() {
    for (const field of fields) {
      const problem = problemOf(field);
      field.line.text(problem);
      if (problem) field.row.closest("details").prop("open", true);
    }
  }

  // Lines that come or go while a mouse button is down would move what is being clicked from under it.
  let isPressed = false;
  const refresh = () => {
    if (!isPressed) show();
  };
  fields[0]?.row.closest("form").on("pointerdown", () => {
    isPressed = true;
    $(document).one("pointerup.aliyun-iot pointercancel.aliyun-iot", () => {
      $(document).off(".aliyun-iot");
      setTimeout(() => {
        isPressed = false;
        show();
      });
    });
  });

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

window.aliyunIotDialog = {
  valueOf,
  chosen,
  isVariable,
  isJson,
  fillDefaults,
  typedInput,
  verbatimJson,
  radios,
  showProblems,
  addLookUps,
  addConnectionCheck,
  addConsumerGroups,
  addMessageChoice,
};
