import { unsetVariable } from "../base/env-name";
import { readRules, type Subject } from "./rule";
import { decide, RuleList, type RulesDecision } from "./rule-list";

/** The two fields of rules, as they are written. */
export interface RuleTexts {
  allow: string;
  confirm: string;
}

/** What becomes of a command with rules that may not be readable here. */
export type Decision =
  | RulesDecision
  /** Nothing is sent, because a line of this field is not a valid rule. */
  | { kind: "unreadable"; field: keyof RuleTexts }
  /** The rules of this field are not known here, because an environment variable holds them. */
  | { kind: "elsewhere"; field: keyof RuleTexts };

/** Reads a command, written like the rule that matches only it; undefined if a part is missing. */
export function subjectOf(text: string): Subject | undefined {
  const [productKey = "", deviceName = "", identifier = "", ...others] = text
    .split("/")
    .map((part) => part.trim());
  const isWhole = productKey !== "" && deviceName !== "" && identifier !== "" && others.length === 0;
  return isWhole ? { productKey, deviceName, identifier } : undefined;
}

/** What an account with these rules would do with a command. */
export function decisionOf(texts: RuleTexts, subject: Subject): Decision {
  const allow = readField(texts.allow);
  if (typeof allow === "string") return { kind: allow, field: "allow" };
  const confirm = readField(texts.confirm);
  if (typeof confirm === "string") return { kind: confirm, field: "confirm" };
  return decide(allow, confirm, subject);
}

/** The rules of a field; undefined where it is blank. */
function readField(text: string): RuleList | "unreadable" | "elsewhere" | undefined {
  if (text.trim() === "") return undefined;
  if (unsetVariable(text.trim()) !== undefined) return "elsewhere";
  const { rules, bad } = readRules(text);
  return bad.length > 0 ? "unreadable" : new RuleList(rules);
}
