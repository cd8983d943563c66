import { unsetVariable } from "../base/env-name";
import { readRules, type Rule, type Subject } from "./rule";
import { RuleList } from "./rule-list";

/** The two fields of rules, as they are written. */
export interface RuleTexts {
  allow: string;
  confirm: string;
}

/** What becomes of a command, and which rules say so. */
export type Decision =
  /** Nothing is sent, because a line of this field is no rule. */
  | { kind: "unreadable"; field: keyof RuleTexts }
  /** The rules of this field are not known here: they stand in a variable of the environment. */
  | { kind: "elsewhere"; field: keyof RuleTexts }
  | { kind: "not-allowed" }
  /** Without a rule where everything is allowed. */
  | { kind: "allowed"; allow: Rule | undefined }
  | { kind: "to-confirm"; allow: Rule | undefined; confirm: Rule };

/** Reads a command written as a rule for just this command would be; undefined where it is none. */
export function subjectOf(text: string): Subject | undefined {
  const [productKey = "", deviceName = "", identifier = "", ...others] = text
    .split("/")
    .map((part) => part.trim());
  const isWhole = productKey !== "" && deviceName !== "" && identifier !== "" && others.length === 0;
  return isWhole ? { productKey, deviceName, identifier } : undefined;
}

/** What the rules of these fields say to a command, as an account with them would. */
export function decisionOf(texts: RuleTexts, subject: Subject): Decision {
  const allow = readField(texts.allow);
  const confirm = readField(texts.confirm);
  for (const [field, list] of [
    ["allow", allow],
    ["confirm", confirm],
  ] as const) {
    if (list === "unreadable" || list === "elsewhere") return { kind: list, field };
  }
  const allowing = (allow as RuleList | undefined)?.find(subject);
  if (allow && !allowing) return { kind: "not-allowed" };
  const confirming = (confirm as RuleList | undefined)?.find(subject);
  if (confirming) return { kind: "to-confirm", allow: allowing, confirm: confirming };
  return { kind: "allowed", allow: allowing };
}

/** The rules of a field; undefined where it is blank. */
function readField(text: string): RuleList | "unreadable" | "elsewhere" | undefined {
  if (text.trim() === "") return undefined;
  if (unsetVariable(text.trim()) !== undefined) return "elsewhere";
  const { rules, bad } = readRules(text);
  return bad.length > 0 ? "unreadable" : new RuleList(rules);
}
