import { hasSlash, type Rule, type Subject } from "./rule";

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

  /** A rule that matches; undefined where none does. */
  find(subject: Subject): Rule | undefined {
    if (this.exact.size > 0) {
      const { productKey, deviceName, identifier } = subject;
      const rule = this.exact.get(`${productKey}/${deviceName}/${identifier}`);
      // Names that contain a slash can look like another command.
      if (rule?.matches(subject)) return rule;
    }
    if (this.patterns.length === 0 || hasSlash(subject)) return undefined;
    for (const rule of this.patterns) if (rule.matchesParts(subject)) return rule;
    return undefined;
  }
}
