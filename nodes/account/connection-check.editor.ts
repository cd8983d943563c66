import { ask, errorText, localize, t } from "../../editor/index";
import type { CheckStep } from "../../lib/look-up/connection-check";
import type { Account } from "./account-properties.editor";
import { formInPage } from "./form-in-page.editor";

interface CheckResult {
  steps: CheckStep[];
  /** The RAM policy that an account needs, as JSON text. */
  policy: string;
}

const icons: Record<CheckStep["state"], string> = {
  ok: "fa-check",
  warning: "fa-exclamation-triangle",
  failed: "fa-times",
};
const labels: Record<CheckStep["step"], string> = {
  settings: "connection.settings",
  network: "connection.network",
  clock: "connection.clock",
  key: "connection.key",
  instance: "connection.instance",
  permission: "connection.permission",
  limits: "connection.limits",
};

/**
 * A button that checks the account of the form, deployed or not, and names what is wrong with it.
 * @param row holds the button
 */
export function addConnectionCheck(node: Account, row: JQuery): void {
  const button = row.find("button");
  const icon = button.find("i").attr("class") ?? "";
  const result = $('<div class="aliyun-iot-check-result" aria-live="polite"></div>').appendTo(row);
  let question = 0;

  async function check(): Promise<void> {
    const mine = ++question;
    button.prop("disabled", true).find("i").attr("class", "fa fa-spinner fa-spin");
    result.empty().append($("<div></div>").text(t("connection.checking")));
    const shown = await ask<CheckResult>("POST", "aliyun-iot/connection-check", formInPage(node)).then(
      elements,
      (error: unknown) => [$('<div class="aliyun-iot-check-failed"></div>').text(errorText(error))],
    );
    button.prop("disabled", false).find("i").attr("class", icon);
    if (mine === question) result.empty().append(...shown);
  }

  button.on("click", () => void check());
  // The result is only valid for the settings that were checked.
  row.closest("form").on("input change", () => {
    question++;
    result.empty();
  });
}

function elements({ steps, policy }: CheckResult): JQuery[] {
  const list = $('<ul class="aliyun-iot-check-list"></ul>');
  for (const { step, action, state, text, hint, hintParams } of steps) {
    const item = $("<li></li>").addClass(`aliyun-iot-check-${state}`).attr("data-step", step).appendTo(list);
    item.append($('<i class="fa" aria-hidden="true"></i>').addClass(icons[state]));
    const side = $("<div></div>").appendTo(item);
    side.append($("<span></span>").text(t(labels[step], { action: action ?? "" })));
    if (text) side.append($('<div class="aliyun-iot-facts"></div>').text(localize(text)));
    if (hint) side.append($('<div class="aliyun-iot-facts"></div>').text(t(hint, hintParams)));
  }
  const isDenied = steps.some(({ step, state }) => step === "permission" && state !== "ok");
  return [$("<strong></strong>").text(summaryOf(steps)), list, policyElement(policy, isDenied)];
}

function summaryOf(steps: CheckStep[]): string {
  const states = steps.map(({ state }) => state);
  if (states.includes("failed")) return t("connection.broken");
  return states.includes("warning") ? t("connection.usable") : t("connection.fine");
}

function policyElement(policy: string, isOpen: boolean): JQuery {
  const details = $('<details class="aliyun-iot-check-policy"></details>').prop("open", isOpen);
  details.append($("<summary></summary>").text(t("connection.policy")));
  const text = $('<pre class="aliyun-iot-example" tabindex="0"></pre>').text(policy);
  const copy = $('<button type="button" class="red-ui-button red-ui-button-small"></button>');
  copy.text(t("connection.copy")).on("click", () => {
    RED.clipboard.copyText(policy, copy, t("connection.copied"));
  });
  return details.append(text, copy);
}
