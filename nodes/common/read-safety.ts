import { Failure, invalidInput, type Text } from "../../lib/base/failure";
import { describeValue } from "../../lib/base/describe";
import { CommandRules, type DeviceResolver } from "../../lib/invocation/command-rules";
import type { Safety } from "../../lib/invocation/safety";
import { badRulesText } from "../../lib/rules/bad-rule";
import { readRules } from "../../lib/rules/rule";
import { RuleList } from "../../lib/rules/rule-list";
import { readText } from "./settings";

/** The properties of an account that keep commands back, as they stand in the flow file. */
export interface SafetyConfig {
  mode?: unknown;
  allow?: unknown;
  confirm?: unknown;
}

/**
 * What an account does to keep commands from doing harm; undefined where it does nothing. A setting that cannot be
 * read stops commands only: reading goes on, and so do subscriptions.
 * @param account its name, for the hints
 */
export function readSafety(
  config: SafetyConfig,
  account: string,
  devices: DeviceResolver,
): Safety | undefined {
  try {
    const isDryRun = readMode(config.mode) === "dry-run";
    const allow = readField(config.allow, "errors.field-allow");
    const confirm = readField(config.confirm, "errors.field-confirm");
    const hasRules = allow !== undefined || !(confirm?.isEmpty ?? true);
    if (!isDryRun && !hasRules) return undefined;
    const rules = hasRules
      ? new CommandRules(allow, confirm ?? new RuleList([]), account, devices)
      : undefined;
    return { isDryRun, rules };
  } catch (error) {
    if (error instanceof Failure) return { problem: error, isDryRun: false };
    throw error;
  }
}

/** Why an account sends nothing, to be said at deploy; undefined where it sends. */
export function safetyProblem(config: SafetyConfig): Failure | undefined {
  return readSafety(config, "", nobody)?.problem;
}

const nobody: DeviceResolver = {
  keptNames: () => undefined,
  namesOf: () => Promise.reject(new Error("no device is asked for")),
};

function readMode(value: unknown): "live" | "dry-run" {
  const mode = readText(value, { key: "errors.field-mode" });
  if (mode === "" || mode === "live") return "live";
  if (mode === "dry-run") return "dry-run";
  // A slip of the pen in a flow file must not send what was meant for a dry run.
  throw invalidInput({ key: "errors.mode", params: { came: describeValue(mode) } });
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
