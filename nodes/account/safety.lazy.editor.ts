import { inputOf, radios, t as shared, translatorOf } from "../../editor/index";
import { type Decision, decisionOf, subjectOf } from "../../lib/rules/decision";
import type { Account } from "./account-properties.editor";
import { addMatchCount } from "./match-count.editor";
import { RuleRows, type RuleWords } from "./rule-rows.editor";
import { fieldKeys, type RulesProperty } from "./safety-properties.editor";

const words: RuleWords = {
  add: "aliyun-iot-account.rules.add",
  remove: "aliyun-iot-account.rules.remove",
  row: "aliyun-iot-account.rules.row",
  invalid: "aliyun-iot-account.rules.invalid",
  rest: "aliyun-iot-account.rules.rest",
  variable: "aliyun-iot-account.rules.variable",
  blank: "",
  comments: "",
};
/** What a field without rules means. */
const withoutRules: Record<RulesProperty, Partial<RuleWords>> = {
  allow: { blank: "aliyun-iot-account.rules.everything", comments: "aliyun-iot-account.rules.nothing" },
  confirm: {},
};

const t = translatorOf("account");

/** Sets up the section Safety of the account's dialog. */
export function fillSafety(node: Account): void {
  fillMode(node);

  let answer = (): void => undefined;
  let forget = (): void => undefined;
  const onChange = (): void => {
    forget();
    answer();
  };
  const rowsOf = (property: RulesProperty): RuleRows => {
    const about = { property, name: shared(fieldKeys[property]), t };
    return new RuleRows(node, { ...about, words: { ...words, ...withoutRules[property] } }, onChange);
  };
  const rows = { allow: rowsOf("allow"), confirm: rowsOf("confirm") };
  forget = addMatchCount(node, $("#aliyun-iot-rule-matches"), rows);
  const command = $("#aliyun-iot-command");
  answer = () => {
    const text = String(command.val());
    const decision = text.trim() === "" ? undefined : decisionText(text, rows);
    $("#aliyun-iot-decision")
      .text(decision?.text ?? "")
      .toggleClass("aliyun-iot-decision-allowed", decision?.kind === "allowed")
      .toggleClass("aliyun-iot-decision-refused", decision?.kind === "not-allowed");
  };
  command.on("input", answer);

  inputOf(node, "audit")
    .on("change", function () {
      const audit = String($(this).val());
      $("[data-aliyun-iot-audit]").each((_index, part) => {
        const isFor = part.dataset["aliyunIotAudit"]?.split(" ").includes(audit);
        $(part).toggleClass("aliyun-iot-hidden", !isFor);
      });
    })
    .trigger("change");
  const file = `aliyun-iot/audit-${node.id}.jsonl`;
  $("#aliyun-iot-audit-file").text(t("aliyun-iot-account.tip.audit-file", { file }));
}

function fillMode(node: Account): void {
  radios(node, "mode")
    .on("change", function () {
      const isDryRun = $(this).val() === "dry-run";
      $("#aliyun-iot-mode-live").toggleClass("aliyun-iot-hidden", isDryRun);
      $("#aliyun-iot-mode-dry-run").toggleClass("aliyun-iot-hidden", !isDryRun);
    })
    .trigger("change");
}

function decisionText(text: string, { allow, confirm }: Record<"allow" | "confirm", RuleRows>) {
  const subject = subjectOf(text);
  if (!subject) return { kind: "incomplete", text: t("aliyun-iot-account.decision.incomplete") };
  const decision = decisionOf({ allow: allow.value, confirm: confirm.value }, subject);
  return { kind: decision.kind, text: textOf(decision) };
}

function textOf(decision: Decision): string {
  switch (decision.kind) {
    case "unreadable":
      return t("aliyun-iot-account.decision.unreadable", { field: shared(fieldKeys[decision.field]) });
    case "elsewhere":
      return t("aliyun-iot-account.decision.elsewhere", { field: shared(fieldKeys[decision.field]) });
    case "not-allowed":
      return t("aliyun-iot-account.decision.not-allowed");
    case "to-confirm":
      return t("aliyun-iot-account.decision.to-confirm", lineOf(decision.confirm));
    case "allowed":
      break;
  }
  return decision.allow
    ? t("aliyun-iot-account.decision.allowed", lineOf(decision.allow))
    : t("aliyun-iot-account.decision.everything");
}

function lineOf({ line, text }: { line: number; text: string }): { line: number; rule: string } {
  return { line, rule: text };
}
