import { accountId, type Parameter } from "../../editor/device/index";
import {
  accountForm,
  ask,
  configNode,
  errorText,
  isOpen,
  translatorOf,
  trimmed,
  valueOf,
} from "../../editor/index";
import { invokeDefaults } from "../defaults/invoke-service";
import { type CallAnswer, showOutcome } from "./call-outcome.editor";
import { addQuestions, type Answers, type Question } from "./call-questions.editor";
import type { InvokeNode } from "./invoke-properties.editor";

const own = translatorOf("invoke-service");

const accountType = "aliyun-iot-account";
/** Longer than the route takes. */
const patienceMs = 200_000;

interface Plan {
  questions: Question[];
  isDryRun: boolean;
}

/** What a route is told of the dialog. */
type Body = Record<"node" | "settings" | "account", object>;

/**
 * The button that calls the service once, with the settings of the dialog and the deployed account.
 * @returns `know`, to be told the inputs of the service, or undefined while they are not known
 */
export function addCallNow(node: InvokeNode): { know(inputs: readonly Parameter[] | undefined): void } {
  const row = $("#aliyun-iot-call");
  const button = $("#aliyun-iot-call-now");
  const icon = button.find("i");
  const question = $("#aliyun-iot-call-confirm");
  const result = $("#aliyun-iot-call-result");
  let inputs: readonly Parameter[] = [];
  let isBusy = false;

  function refresh(): void {
    const reason = whyNot();
    button.prop("disabled", reason !== "");
    $("#aliyun-iot-call-why").text(reason);
  }

  /** A disabled button would lose the focus. */
  function setBusy(busy: boolean): void {
    isBusy = busy;
    button.attr("aria-disabled", busy ? "true" : null);
    icon.attr("class", busy ? "fa fa-spinner fa-spin" : "fa fa-play");
  }

  function cancel(): void {
    question.empty();
  }

  async function prepare(): Promise<void> {
    refresh();
    if (isBusy || whyNot() !== "") return;
    cancel();
    setBusy(true);
    result.text(own("aliyun-iot-invoke-service.call.preparing"));
    const body = bodyOf(node);
    try {
      const plan = await ask<Plan>("POST", "aliyun-iot/call-plan", body);
      result.empty();
      if (isOpen(node)) confirm(plan, body);
    } catch (error) {
      showOutcome(result, errorText(error));
    } finally {
      setBusy(false);
    }
  }

  function confirm({ questions, isDryRun }: Plan, body: Body): void {
    const names = { service: nameOf("service"), device: nameOf("device") };
    const text = isDryRun
      ? own("aliyun-iot-invoke-service.call.confirm-dry-run", names)
      : own("aliyun-iot-invoke-service.call.confirm", names);
    const heading = $('<div id="aliyun-iot-call-question"></div>').text(text).appendTo(question);
    const answers = addQuestions(question, questions, inputs);
    const go = $('<button type="button" class="red-ui-button red-ui-button-small"></button>')
      .attr({ id: "aliyun-iot-call-go", "aria-describedby": heading.attr("id") ?? "" })
      .text(own("aliyun-iot-invoke-service.call.go"))
      .on("click", () => void call(body, answers));
    const leave = $('<button type="button" class="red-ui-button red-ui-button-small"></button>')
      .text(own("aliyun-iot-invoke-service.call.cancel"))
      .on("click", () => {
        cancel();
        button.trigger("focus");
      });
    question.append($('<div class="aliyun-iot-call-buttons"></div>').append(go, leave));
    question.find("input, textarea, button").first().trigger("focus");
  }

  async function call(body: Body, answers: Answers): Promise<void> {
    if (isBusy) return;
    const values = answers.read();
    if (!values) return;
    // The focus goes first, as its element is about to be removed.
    button.trigger("focus");
    cancel();
    setBusy(true);
    result.text(own("aliyun-iot-invoke-service.call.running"));
    const id = `${RED.nodes.id()}${RED.nodes.id()}`;
    try {
      const answer = await ask<CallAnswer>(
        "POST",
        "aliyun-iot/call-now",
        { ...body, values, call: id },
        { patienceMs },
      );
      showOutcome(result, answer);
    } catch (error) {
      const isLost = error instanceof Error && error.message === "errors.look-up-runtime";
      showOutcome(result, isLost ? own("aliyun-iot-invoke-service.call.lost") : errorText(error));
    } finally {
      setBusy(false);
    }
  }

  button.on("click", () => void prepare());
  question.on("keydown", (event) => {
    // The editor looks at the parents of the target, which has none any more once the question is gone.
    if (event.key === "Escape" || event.key === "Enter") event.stopPropagation();
    if (event.key === "Escape") {
      cancel();
      button.trigger("focus");
    } else if (event.key === "Enter" && $(event.target).is("input")) {
      event.preventDefault();
      question.find("#aliyun-iot-call-go").trigger("click");
    }
  });
  // What was asked holds for the settings of that moment.
  row.closest("form").on("input change", (event) => {
    if (!row[0]?.contains(event.target)) cancel();
  });
  // The account may have been edited in a dialog above this one.
  $("#node-input-account").on("change", refresh);
  row.on("mouseenter focusin", refresh);
  refresh();
  return {
    know(known) {
      inputs = known ?? [];
    },
  };
}

/** Why no call can be made from here; blank where one can. */
function whyNot(): string {
  if (!RED.user.hasPermission(`${accountType}.call`)) return own("aliyun-iot-invoke-service.call.forbidden");
  const account = configNode(accountId());
  if (!account) return own("aliyun-iot-invoke-service.call.account-missing");
  return account.changed ? own("aliyun-iot-invoke-service.call.account-undeployed") : "";
}

/** What is chosen, by its display name and its identifiers. */
function nameOf(what: "device" | "service"): string {
  const name = $(`#aliyun-iot-choose-${what} .aliyun-iot-chosen-name`).text();
  const keys = $(`#aliyun-iot-${what}-keys`).text();
  return keys ? `${name} (${keys})` : name;
}

function bodyOf(node: InvokeNode): Body {
  const settings = Object.fromEntries(Object.keys(invokeDefaults).map((name) => [name, valueOf(node, name)]));
  const account = configNode(accountId());
  return {
    node: { id: node.id, flow: trimmed(node["z"]), name: trimmed(settings["name"]) },
    settings,
    account: account ? accountForm(account).properties : {},
  };
}
