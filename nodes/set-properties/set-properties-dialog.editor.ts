import {
  accountChecks,
  addDeliveryTip,
  addInputs,
  addTarget,
  addTip,
  replaceTip,
} from "../../editor/device/index";
import { choices, isAnyChanged, openForm, showProblems, translatorOf, typedInput } from "../../editor/index";
import type { SetPropertiesNode } from "./properties-node.editor";
import { addLookUps } from "./property-look-ups.editor";
import { addVersions } from "./versions.editor";

const t = translatorOf("set-properties");

/** Sets up the dialog of the node that sets properties. */
export function fillDialog(node: SetPropertiesNode): void {
  openForm(node);
  for (const property of ["mode", "qos", "confirm"]) choices(node, property);
  addTarget(node, []);
  const inputs = addInputs(node, {
    property: "items",
    title: t("aliyun-iot-set-properties.label.items"),
    heading: t("aliyun-iot-set-properties.heading.inputs"),
    tips: {
      object: t("aliyun-iot-set-properties.tip.items"),
      json: t("aliyun-iot-set-properties.tip.items-text"),
    },
    isNew: !node.productKey && !node.iotId,
  });
  addVersions(node);
  typedInput(node, "result", ["msg", "flow", "global"]);
  addTips();
  showWhatApplies();
  const folded = ["result", "resultType", "timeout", "delivery", "check"];
  $("#aliyun-iot-properties-more").prop("open", isAnyChanged(node, folded));
  showProblems(node, accountChecks);
  addLookUps(node, inputs);
}

function addTips(): void {
  addDeliveryTip(t("aliyun-iot-set-properties.tip.at-least-once"));
  const modes = {
    now: t("aliyun-iot-set-properties.tip.now"),
    desired: t("aliyun-iot-set-properties.tip.desired"),
  };
  const confirmations = {
    accepted: t("aliyun-iot-set-properties.tip.accepted"),
    reply: t("aliyun-iot-set-properties.tip.reply"),
    reported: t("aliyun-iot-set-properties.tip.reported"),
  };
  const checks = {
    error: t("aliyun-iot-set-properties.tip.error"),
    warn: t("aliyun-iot-set-properties.tip.warn"),
    off: t("aliyun-iot-set-properties.tip.off"),
  };
  addTip("mode", modes, "now");
  addTip("confirm", confirmations, "accepted");
  addTip("check", checks, "error");
  replaceTip("timeout", t("aliyun-iot-set-properties.tip.timeout"));
  replaceTip("subscription", t("aliyun-iot-set-properties.tip.subscription"));
  replaceTip("reply-timeout", t("aliyun-iot-set-properties.tip.replyTimeout"));
}

/** QoS and versions show in the mode that has them; a desired value has no reply. */
function showWhatApplies(): void {
  const [mode, confirm] = [$("#node-input-mode"), $("#node-input-confirm")];
  const show = (): void => {
    const isDesired = mode.val() === "desired";
    $("#aliyun-iot-qos-row").toggleClass("aliyun-iot-hidden", isDesired);
    $("#aliyun-iot-versions").toggleClass("aliyun-iot-hidden", !isDesired);
    // One that is chosen already stays as it is, and is reported.
    confirm.find('[value="reply"]').prop("disabled", isDesired && confirm.val() !== "reply");
  };
  mode.add(confirm).on("change", show);
  show();
}
