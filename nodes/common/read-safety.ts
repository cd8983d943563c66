import type { Audit } from "../../lib/audit/audit";
import { RecordMaker } from "../../lib/audit/record";
import { describeValue } from "../../lib/base/describe";
import { Failure, invalidInput, type Text } from "../../lib/base/failure";
import { AuditTrail } from "../../lib/invocation/audit-trail";
import { CommandRules, type DeviceResolver } from "../../lib/invocation/command-rules";
import type { Safety } from "../../lib/invocation/safety";
import { badRulesText } from "../../lib/rules/bad-rule";
import { readRules } from "../../lib/rules/rule";
import { RuleList } from "../../lib/rules/rule-list";
import { type AccountSettings, safetyChoices, type safetyProperties } from "../defaults/account";
import { readText } from "./settings";

/** The safety settings of an account. */
type SafetySettings = Partial<Pick<AccountSettings, (typeof safetyProperties)[number]>>;

/** Where an account may record its commands. */
export interface Audits {
  toLog(): Audit;
  toFile(): Audit;
}

interface SafetyContext {
  /** Its name is for the hints. */
  account: { id: string; name: string };
  devices: DeviceResolver;
  /** Without it nothing is recorded. */
  audits?: Audits | undefined;
}

/**
 * What an account does to prevent and record commands; undefined if nothing is set. A setting that cannot be read stops
 * only commands; look-ups and subscriptions keep working.
 */
export function readSafety(config: SafetySettings, context: SafetyContext): Safety | undefined {
  try {
    const { account, devices, audits } = context;
    const isDryRun = readChoice(config.mode, safetyChoices.mode, "errors.field-mode") === "dry-run";
    const allow = readField(config.allow, "errors.field-allow");
    const confirm = readField(config.confirm, "errors.field-confirm") ?? new RuleList([]);
    const audit = readChoice(config.audit, safetyChoices.audit, "errors.field-audit");
    const args = readChoice(config.auditArgs, safetyChoices.auditArgs, "errors.field-audit-args");
    const safety: Safety = { isDryRun };
    if (allow || !confirm.isEmpty) safety.rules = new CommandRules(allow, confirm, account.name, devices);
    if (audits && audit !== "off") {
      const records = audit === "log" ? audits.toLog() : audits.toFile();
      safety.trail = new AuditTrail(records, new RecordMaker(args), account);
    }
    return isDryRun || safety.rules || safety.trail ? safety : undefined;
  } catch (error) {
    if (error instanceof Failure) return { problem: error, isDryRun: false };
    throw error;
  }
}

/** Why an account sends nothing, for the log on deploy; undefined if it does. */
export function safetyProblem(config: SafetySettings): Failure | undefined {
  return readSafety(config, { account: { id: "", name: "" }, devices: nobody })?.problem;
}

const nobody: DeviceResolver = {
  keptNames: () => undefined,
  namesOf: () => Promise.reject(new Error("no device is asked for")),
};

/** A typo in a flow file must not send commands that were meant for a dry run, or omit records. */
function readChoice<Choice extends string>(
  value: unknown,
  choices: readonly [Choice, ...Choice[]],
  fieldKey: string,
): Choice {
  const field: Text = { key: fieldKey };
  const text = readText(value, field);
  const choice = text === "" ? choices[0] : choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  const params = { field, came: describeValue(text), choices: choices.join(", ") };
  throw invalidInput({ key: "errors.safety-choice", params });
}

/** The rules of a field; undefined where it is blank. */
function readField(value: unknown, fieldKey: string): RuleList | undefined {
  const field: Text = { key: fieldKey };
  const text = readText(value, field);
  if (text === "") return undefined;
  // Lines are counted as the dialog shows them.
  const { rules, bad } = readRules(typeof value === "string" ? value : text);
  const [first, ...others] = bad;
  if (first) throw invalidInput(badRulesText([first, ...others], fieldKey), "hints.rules");
  return new RuleList(rules);
}
