import { accountId, input } from "../../editor/device/index";
import { errorText, failureText, isOpen, lookUp, translatorOf, typeIn, valueIn } from "../../editor/index";
import { type Count, countLines } from "./count-text.editor";
import { type CountRequest, countRequest } from "./fixed-targets.editor";
import type { FleetNode } from "./fleet-node.editor";

const t = translatorOf("fleet");
/** What decides which devices are meant. */
const fields = ["account", "targets", "productKey", "groupId", "tags", "devices"];

/**
 * The button that counts the devices, as far as they are known before any message.
 * @param counted is told what was counted, and undefined once that no longer holds
 */
export function addCount(node: FleetNode, counted: (count: Count | undefined) => void): void {
  const row = $("#aliyun-iot-count");
  const button = row.find("button");
  const result = $("#aliyun-iot-count-result");
  let question = 0;
  let shown = "";

  function request(): CountRequest | { whyNot: "account" } {
    return accountId() ? countRequest(fieldValue) : { whyNot: "account" };
  }

  /** A count holds only for the settings that it was made for. */
  function refresh(): void {
    const asked = request();
    const key = JSON.stringify([accountId(), asked]);
    if (key !== shown) {
      shown = key;
      question++;
      setBusy(false);
      result.empty();
      counted(undefined);
    }
    const reason = "whyNot" in asked ? asked.whyNot : undefined;
    button.prop("disabled", reason !== undefined);
    $("#aliyun-iot-count-why").text(reason ? t(reasons[reason]) : "");
  }

  /** A disabled button would lose the focus. */
  function setBusy(busy: boolean): void {
    button.attr("aria-disabled", busy ? "true" : null);
    button.find("i").attr("class", busy ? "fa fa-spinner fa-spin" : "fa fa-calculator");
  }

  async function count(): Promise<void> {
    refresh();
    const asked = request();
    if ("whyNot" in asked || button.attr("aria-disabled")) return;
    const mine = ++question;
    setBusy(true);
    result.text(t("aliyun-iot-fleet.count.counting"));
    try {
      const found = await lookUp<Count>(accountId(), "targets", {}, asked.body);
      if (mine !== question || !isOpen(node)) return;
      counted(found);
      const trouble = found.error && !found.error.isOfAccount ? [failureText(found.error)] : [];
      show([...countLines(found, t), ...trouble]);
    } catch (error) {
      if (mine === question && isOpen(node)) show([`✗ ${errorText(error)}`], "aliyun-iot-call-failed");
    } finally {
      if (mine === question) setBusy(false);
    }
  }

  function show(lines: readonly string[], kind = ""): void {
    result.empty().append(...lines.map((line) => $("<div></div>").addClass(kind).text(line)));
  }

  button.on("click", () => void count());
  for (const property of fields) input(property).on("change", refresh);
  refresh();
}

/** The value of a field in the dialog, or its type. */
function fieldValue(property: string): unknown {
  const [, typed] = /^(.+)Type$/.exec(property) ?? [];
  return typed === undefined ? valueIn(input(property)) : typeIn(input(typed));
}

const reasons = {
  account: "aliyun-iot-fleet.count.no-account",
  incomplete: "aliyun-iot-fleet.count.incomplete",
  "from-message": "aliyun-iot-fleet.count.from-message",
};
