import { ambiguousName, type Rule, type Subject } from "./rule";

/** The rules of one field; those without a `*` are found by a look-up, however many they are. */
export class RuleList {
  private readonly exact = new Map<string, Rule>();
  private readonly patterns: Rule[] = [];

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      if (rule.text.includes("*")) this.patterns.push(rule);
      else if (!this.exact.has(rule.text)) this.exact.set(rule.text, rule);
    }
  }

  get isEmpty(): boolean {
    return this.exact.size === 0 && this.patterns.length === 0;
  }

  /** A rule that matches; undefined where none does. A loop, for the benchmark's line "rules on". */
  find({ productKey, deviceName, identifier }: Subject): Rule | undefined {
    // No part of a rule contains a slash, and no star stands for one. Names with one could look like another command.
    if (productKey.includes("/") || deviceName.includes("/") || identifier.includes("/")) return undefined;
    const rule = this.exact.size > 0 && this.exact.get(`${productKey}/${deviceName}/${identifier}`);
    if (rule) return rule;
    for (const pattern of this.patterns) {
      if (!pattern.productKey.matches(productKey)) continue;
      if (!pattern.deviceName.matches(deviceName)) continue;
      if (pattern.identifier.matches(identifier)) return pattern;
    }
    return undefined;
  }
}

/** What becomes of a command, and which rules say so. */
export type RulesDecision =
  | { kind: "not-allowed" }
  /** Without a rule where everything is allowed. */
  | { kind: "allowed"; allow: Rule | undefined }
  | { kind: "to-confirm"; allow: Rule | undefined; confirm: Rule };

/**
 * Applies the rules of an account to a command: the only place that does.
 * @param allow undefined: everything
 * @param confirm undefined: nothing
 */
export function decide(
  allow: RuleList | undefined,
  confirm: RuleList | undefined,
  subject: Subject,
): RulesDecision {
  const allowing = allow?.find(subject);
  if (allow && !allowing) return { kind: "not-allowed" };
  const confirming = confirm && (confirm.find(subject) ?? findAmbiguous(confirm, subject));
  if (confirming) return { kind: "to-confirm", allow: allowing, confirm: confirming };
  return { kind: "allowed", allow: allowing };
}

/** A rule may mean the service that it names or the property: nothing is allowed by the other one, but somebody is asked. */
function findAmbiguous(rules: RuleList, subject: Subject): Rule | undefined {
  const identifier = ambiguousName(subject.identifier);
  return identifier === undefined ? undefined : rules.find({ ...subject, identifier });
}
