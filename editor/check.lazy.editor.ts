import type { CheckStep } from "../lib/look-up/connection-check";
import { actionsFor, type ConfiguredNode, ramPolicy, usualActions } from "../lib/look-up/ram-policy";
import { checkRows, errorText, isCutShort, localize, t } from "./index";

/** What a route answers that checks something. */
interface CheckResult {
  steps: CheckStep[];
}

/** Keys of the sentence above the steps. */
interface Summaries {
  fine: string;
  usable: string;
  broken: string;
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
  host: "connection.host",
  group: "connection.group",
  login: "connection.login",
  clients: "connection.clients",
  redis: "connection.redis",
};

/**
 * Makes the button of a row check what the form holds, deployed or not, and show what is wrong with it. A check ends
 * with its dialog.
 * @param row holds the button
 * @param ask makes the check
 * @param onShown called with the steps that are shown
 */
export function addCheck(
  row: JQuery,
  ask: (signal: AbortSignal) => Promise<CheckResult>,
  summaries: Summaries,
  onShown: (steps: CheckStep[]) => void = () => undefined,
): void {
  const button = row.find("button");
  const icon = button.find("i").attr("class") ?? "";
  const result = $('<div class="aliyun-iot-check-result" aria-live="polite"></div>').appendTo(row);
  let running = new AbortController();

  async function check(): Promise<void> {
    const mine = (running = new AbortController());
    button.prop("disabled", true).find("i").attr("class", "fa fa-spinner fa-spin");
    result.empty().append($("<div></div>").text(t("connection.checking")));
    const shown = await ask(mine.signal).then(
      ({ steps }) => {
        if (!mine.signal.aborted) onShown(steps);
        return elements(steps, summaries);
      },
      (error: unknown) => [$('<div class="aliyun-iot-check-failed"></div>').text(errorText(error))],
    );
    if (mine !== running) return;
    button.prop("disabled", false).find("i").attr("class", icon);
    result.empty();
    if (!mine.signal.aborted) result.append(...shown);
  }

  button.prop("disabled", false).on("click", () => void check());
  // The editor removes a dialog that is closed; one below another dialog it keeps.
  button.on("remove", () => running.abort());
  // The result is only valid for the settings that were checked.
  row.closest("form").on("input change", () => {
    running.abort();
    result.empty();
  });
}

function elements(steps: CheckStep[], { fine, usable, broken }: Summaries): JQuery[] {
  const list = $('<ul class="aliyun-iot-check-list"></ul>');
  for (const { step, actions, state, text, hint, hintParams } of checkRows(steps)) {
    const item = $("<li></li>").addClass(`aliyun-iot-check-${state}`).attr("data-step", step).appendTo(list);
    item.append($('<i class="fa" aria-hidden="true"></i>').addClass(icons[state]));
    const side = $("<div></div>").appendTo(item);
    side.append($("<span></span>").text(t(labels[step], { action: actions.join(", iot:") })));
    if (text) side.append($('<div class="aliyun-iot-facts"></div>').text(localize(text)));
    if (hint) side.append($('<div class="aliyun-iot-facts"></div>').text(t(hint, hintParams)));
  }
  const states = steps.map(({ state }) => state);
  const summary = states.includes("failed") ? broken : states.includes("warning") ? usable : fine;
  const rest = $('<div class="aliyun-iot-facts"></div>').text(isCutShort(steps) ? t("connection.rest") : "");
  return [$("<strong></strong>").text(t(summary)), list, rest];
}

/**
 * Fills a section with the RAM policy of an account, to be read and copied before anything is checked.
 * @param nodes all of the editor
 * @returns the actions that it allows, without `iot:`
 */
export function showPolicy(
  section: JQuery,
  accountId: string,
  nodes: readonly ConfiguredNode[],
): readonly string[] {
  const needed = actionsFor(accountId, nodes);
  const actions = needed ?? usualActions;
  const policy = ramPolicy(actions);
  const about = t(needed ? "connection.policy-of-nodes" : "connection.policy-without-nodes");
  const copy = $('<button type="button" class="red-ui-button red-ui-button-small"></button>');
  copy.text(t("connection.copy")).on("click", () => {
    RED.clipboard.copyText(policy, copy, t("connection.copied"));
  });
  const note = $('<div class="aliyun-iot-facts"></div>').text(about);
  section.append(note, $('<pre class="aliyun-iot-example" tabindex="0"></pre>').text(policy), copy);
  return actions;
}
