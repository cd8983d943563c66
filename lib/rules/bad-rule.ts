import type { Text } from "../base/failure";
import { readable } from "../base/text";
import { type BadRule, maxRuleLength, maxRules, type RuleFault } from "./rule";

const maxShownLength = 80;

const reasons: Record<RuleFault, string> = {
  parts: "errors.rule-parts",
  blank: "errors.rule-blank",
  space: "errors.rule-space",
  character: "errors.rule-character",
  length: "errors.rule-length",
  count: "errors.rule-count",
};

/**
 * A message about the invalid lines of a field: the first one, and the number of further ones.
 * @param fieldKey key of the field's name
 */
export function badRulesText([first, ...others]: readonly [BadRule, ...BadRule[]], fieldKey: string): Text {
  const { line, text, fault } = first;
  const params = {
    field: { key: fieldKey },
    line,
    rule: readable(text, maxShownLength),
    reason: faultText(fault),
  };
  if (others.length === 0) return { key: "errors.rule", params };
  return { key: "errors.rules", params: { ...params, others: others.length } };
}

/** Why a line is no rule, to stand behind a colon. */
export function faultText(fault: RuleFault): Text {
  return { key: reasons[fault], params: { length: maxRuleLength, count: maxRules } };
}
