import { unsetVariable } from "../../lib/base/env-name";
import { invalidInput, type Text } from "../../lib/base/failure";
import { describeValue } from "../../lib/base/describe";
import { settingText } from "../../lib/base/setting-text";

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

/**
 * Text of a node's configuration; blank where nothing is set, and the digits of an environment variable that is a
 * number.
 * @throws Failure `invalid-input` where it is anything else, or an environment variable that does not exist, which
 *   leaves its name behind
 */
export function readText(value: unknown, field: Text): string {
  const text = settingText(value);
  if (text === undefined) {
    const key = typeof value === "number" ? "errors.setting-digits" : "errors.setting-text";
    throw invalidInput({ key, params: { field, came: describeValue(value) } });
  }
  const variable = unsetVariable(text);
  if (variable) throw invalidInput({ key: "errors.env-missing", params: { field, variable } });
  return text;
}
