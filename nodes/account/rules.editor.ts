import { isVariable, unsetVariable } from "../../lib/base/env-name";
import type { Text } from "../../lib/base/failure";
import { settingText } from "../../lib/base/setting-text";
import { badRulesText } from "../../lib/rules/bad-rule";
import { readRules } from "../../lib/rules/rule";

/**
 * The error that the runtime would report for rules; undefined if they are valid.
 * @param fieldKey key of the field's name
 */
export function rulesProblemText(value: unknown, fieldKey: string): Text | undefined {
  if (isVariable(value)) return undefined;
  const field = { key: fieldKey };
  const text = settingText(value);
  if (text === undefined) return { key: "errors.setting-text", params: { field, came: String(value) } };
  const variable = unsetVariable(text);
  if (variable !== undefined) return { key: "errors.env-missing", params: { field, variable } };
  const [first, ...others] = readRules(typeof value === "string" ? value : text).bad;
  return first && badRulesText([first, ...others], fieldKey);
}

/** The number of valid rules in a text. */
export function countRules(text: string): number {
  return readRules(text).rules.length;
}
