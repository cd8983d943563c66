import { unsetVariable } from "../../lib/base/env-name";
import { invalidInput, type Text } from "../../lib/base/failure";
import { describeValue } from "../../lib/base/describe";

/** Bounds of a number that a person types into a dialog. */
export interface NumberRule {
  /** Key of the field's name. */
  field: string;
  /** Where the field is left blank. */
  blank: number;
  least: number;
  most: number;
  isWhole?: boolean;
}

/**
 * Reads a number of a node's configuration, which may be text, blank or `${ENV}` resolved to text.
 * @throws Failure `invalid-input`
 */
export function readNumber(value: unknown, rule: NumberRule): number {
  if (value === undefined || value === null || value === "") return rule.blank;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number) && number >= rule.least && number <= rule.most) {
    if (!rule.isWhole || Number.isInteger(number)) return number;
  }
  const field: Text = { key: rule.field };
  const came = describeValue(value);
  throw invalidInput({
    key: "errors.setting-number",
    params: { field, least: rule.least, most: rule.most, came },
  });
}

/** Text of a node's configuration; anything else counts as blank. */
export function readText(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

/**
 * Text of a node's configuration that names something.
 * @throws Failure `invalid-input` where it is an environment variable that does not exist, which leaves its name behind
 */
export function readName(value: unknown, field: Text): string {
  const name = readText(value);
  const variable = unsetVariable(name);
  if (variable) throw invalidInput({ key: "errors.env-missing", params: { field, variable } });
  return name;
}
