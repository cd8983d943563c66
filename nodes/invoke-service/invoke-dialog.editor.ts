import { accountChecks, addDeliveryTip, addInputs, addTarget, addTip } from "../../editor/device/index";
import { isAnyChanged, openForm, showProblems, translatorOf, typedInput } from "../../editor/index";
import type { InvokeNode } from "./invoke-properties.editor";
import { addLookUps } from "./look-ups.editor";

const t = translatorOf("invoke-service");

/** Sets up the dialog of the invoke node. */
export function fillDialog(node: InvokeNode): void {
  openForm(node);
  addTarget(node, ["service"]);
  const inputs = addInputs(node, {
    property: "args",
    title: t("aliyun-iot-invoke-service.label.args"),
    heading: t("aliyun-iot-invoke-service.heading.inputs"),
    tips: {
      object: t("aliyun-iot-invoke-service.tip.args"),
      json: t("aliyun-iot-invoke-service.tip.args-text"),
    },
    isNew: !node.service,
  });
  typedInput(node, "result", ["msg", "flow", "global"]);
  addDeliveryTip();
  const checkTips = {
    error: t("aliyun-iot-invoke-service.tip.error"),
    warn: t("aliyun-iot-invoke-service.tip.warn"),
    off: t("aliyun-iot-invoke-service.tip.off"),
  };
  addTip("check", checkTips, "error");
  const folded = ["result", "resultType", "timeout", "delivery", "check"];
  $("#aliyun-iot-invoke-more").prop("open", node.awaitReply === true || isAnyChanged(node, folded));
  showProblems(node, accountChecks);
  addLookUps(node, inputs);
}
