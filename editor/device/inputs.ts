import type { Parameter } from "../../lib/thing-model/data-type";
import {
  ensureTypedInput,
  enterText,
  type FieldType,
  type StoredNode,
  textIn,
  translatorOf,
  typedInput,
  typeIn,
  verbatimJson,
  whenBuilt,
} from "../index";
import { type InputsMode, InputsModes, modeOf, typesOfMode } from "./inputs-mode";

const t = translatorOf("invoke-service");

/** The switch between form, whole message and expression, and the field of the latter two. */
export interface Inputs {
  mode(): InputsMode;
  type(): string;
  text(): string;
  write(text: string): void;
  /** To be told what is sent, once it is known: a new node switches to the form unless the user chose another mode. */
  know(inputs: readonly Parameter[] | undefined): void;
  /** Registers a callback for changes by the user; `write` does not call it. */
  onChange(act: () => void): void;
}

interface Options {
  /** Of the node, such as `args`. */
  property: string;
  /** What is entered; title of the big editor for JSON. */
  title: string;
  /** Caption of the switch. */
  heading: string;
  /** What an object must be, and what JSON that was typed. */
  tips: { object: string; json: string };
  /** Whether a message's payload is only the default: the node has just been added. */
  isNew: boolean;
  /** Names the switch, in a dialog with two of them: `aliyun-iot-<name>-mode` are its buttons. */
  name?: string;
}

/** Sets up the switch. The form itself is not part of it. */
export function addInputs(node: StoredNode, options: Options): Inputs {
  const { property, title, heading, tips, isNew, name = "inputs" } = options;
  const json = verbatimJson(title);
  const form = { value: "form", label: t("aliyun-iot-invoke-service.option.form") };
  const types = ["form", "msg", "json", "jsonata", "flow", "global", "str", "env"] as const;
  const fieldTypes = (names: readonly string[]): FieldType[] =>
    names.map((one) => (one === "json" ? json : one === "form" ? form : one) as FieldType);
  const args = typedInput(node, property, fieldTypes(types), (now) =>
    fieldTypes(offeredIn(modeOf(now), now)),
  );
  const buttons = $(`input[name="aliyun-iot-${name}-mode"]`);
  const modes = new InputsModes();
  let inputs: readonly Parameter[] = [];
  let isWriting = false;
  // Nothing is lost if the source is still the default.
  let isUntouched = isNew && modeOf(type()) === "message" && text() === "payload";
  let act = (): void => undefined;

  function text(): string {
    return textIn(args);
  }

  function type(): string {
    return typeIn(args);
  }

  /** Offers the types of the present mode alone. */
  function offer(mode: InputsMode): void {
    const now = type();
    const value = text();
    args.typedInput("types", fieldTypes(offeredIn(mode, now)) as never);
    args.typedInput("type", now);
    if (text() !== value) args.typedInput("value", value);
  }

  function show(): void {
    const mode = modeOf(type());
    buttons.filter(`[value="${mode}"]`).prop("checked", true);
    $(`#aliyun-iot-${property}-row`).toggleClass("aliyun-iot-hidden", mode === "form");
    const isText = mode === "expression" && type() !== "jsonata";
    $(`#aliyun-iot-${property}-tip`).text(isText ? tips.json : tips.object);
  }

  function turn(mode: InputsMode): void {
    const { type: wanted, value } = modes.turn({ type: type(), value: text() }, mode, inputs);
    isWriting = true;
    ensureTypedInput(args).typedInput("types", fieldTypes(types) as never);
    args.typedInput("type", wanted);
    args.typedInput("value", value);
    offer(mode);
    isWriting = false;
    show();
    act();
  }

  buttons.on("change", function () {
    isUntouched = false;
    turn($(this).val() as InputsMode);
  });
  args.on("change", () => {
    if (isWriting) return;
    show();
    act();
  });
  $(`#aliyun-iot-${name}-heading`).text(heading);
  // A type that is not offered, of a newer version, leaves the field with the usual one.
  whenBuilt(args, () => args.typedInput("type", type()));
  show();
  return {
    mode: () => modeOf(type()),
    type,
    text,
    write(written) {
      isWriting = true;
      enterText(args, written);
      isWriting = false;
    },
    know(known) {
      inputs = known ?? [];
      if (!known || !isUntouched) return;
      isUntouched = false;
      if (modeOf(type()) === "message" && text() === "payload") turn("form");
    },
    onChange(todo) {
      act = todo;
    },
  };
}

/** The types that the field offers: those of its mode, and the one that it has. */
function offeredIn(mode: InputsMode, now: string): readonly string[] {
  return typesOfMode[mode].includes(now) ? typesOfMode[mode] : [...typesOfMode[mode], now];
}
