import type { Parameter } from "../../lib/thing-model/data-type";
import { foldJson } from "../raw-json";
import { type FormMembers, formText, readForm } from "./form-data";
import { formOfJson, jsonOfForm } from "./form-from-json";

/** The three ways to specify the inputs of a service. */
export type InputsMode = "form" | "message" | "expression";

/** Type and value of a typed field. */
interface TypedValue {
  type: string;
  value: string;
}

/** The types that each way offers, the usual one first. */
export const typesOfMode: Record<InputsMode, readonly string[]> = {
  form: ["form"],
  message: ["msg", "flow", "global", "env"],
  expression: ["json", "jsonata", "str"],
};

/** Which way a type belongs to; what a newer version knows is shown as it is. */
export function modeOf(type: string): InputsMode {
  if (type === "form") return "form";
  return typesOfMode.message.includes(type) ? "message" : "expression";
}

/** What each way held last, so that nothing is lost by looking at another one. */
export class InputsModes {
  private readonly kept = new Map<InputsMode, TypedValue>();
  /** What the present way was given when it was turned to. */
  private given: TypedValue | undefined;

  /**
   * Switches to another mode. JSON and form are converted into each other where both can represent
   * the same args; an unchanged value is restored to what it was converted from.
   * @param inputs of the service, where it is known
   */
  turn(from: TypedValue, mode: InputsMode, inputs: readonly Parameter[]): TypedValue {
    const isChanged = from.type !== this.given?.type || from.value !== this.given.value;
    const kept = this.kept.get(mode);
    this.kept.set(modeOf(from.type), from);
    const made = isChanged || !kept ? translated(from, mode, inputs) : undefined;
    this.given = made ?? kept ?? blankOf(mode);
    return this.given;
  }
}

function translated(
  { type, value }: TypedValue,
  mode: InputsMode,
  inputs: readonly Parameter[],
): TypedValue | undefined {
  if (mode === "form" && (type === "json" || type === "str")) {
    const form = formOfJson(value, inputs);
    return form && { type: "form", value: formText(form) };
  }
  if (mode === "expression" && type === "form") {
    const form: FormMembers | undefined = readForm(value);
    const json = form && form.size > 0 ? jsonOfForm(form) : undefined;
    return json === undefined ? undefined : { type: "json", value: foldJson(json) };
  }
  return undefined;
}

function blankOf(mode: InputsMode): TypedValue {
  if (mode === "message") return { type: "msg", value: "payload" };
  return { type: mode === "form" ? "form" : "json", value: "{}" };
}
