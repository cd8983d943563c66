import { inputOf, isVariable, localize, trimmed, valueIn } from "../../editor/index";
import { safetyChoices } from "../defaults/account";
import type { Account } from "./account-properties.editor";
import { rulesProblemText } from "./rules.editor";

/** A property that holds rules. */
export type RulesProperty = "allow" | "confirm";

export const fieldKeys: Record<RulesProperty, string> = {
  allow: "errors.field-allow",
  confirm: "errors.field-confirm",
};

/** The error that the runtime would report for rules; undefined if they are valid. */
export function rulesProblem(property: RulesProperty, value: unknown): string | undefined {
  const problem = rulesProblemText(value, fieldKeys[property]);
  return problem && localize(problem);
}

/** The error that the runtime would report for a mode; undefined if it is valid. */
export function modeProblem(value: unknown): string | undefined {
  const mode = trimmed(value);
  const modes: readonly string[] = safetyChoices.mode;
  if (mode === "" || modes.includes(mode) || isVariable(value)) return undefined;
  return localize({
    key: "errors.safety-choice",
    params: { field: { key: "errors.field-mode" }, came: mode.slice(0, 40), choices: modes.join(", ") },
  });
}

/**
 * Puts the rules into the node, byte for byte: what the editor itself would take over from the form has lost its
 * carriage returns. Rules that nobody has touched stay what they are, even where they are no text.
 */
export function saveRules(node: Account): void {
  for (const property of ["allow", "confirm"] as const) {
    const input = inputOf(node, property);
    const text = String(valueIn(input) ?? "");
    const isTouched = text !== input.data("shown");
    if (!isTouched && node[property] === undefined) continue;
    if (isTouched) node[property] = text;
    input.removeAttr("id");
  }
}
