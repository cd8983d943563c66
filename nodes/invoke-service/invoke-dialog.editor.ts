import {
  configNode,
  isAnyChanged,
  openForm,
  radios,
  showProblems,
  translatorOf,
  typedInput,
} from "../../editor/index";
import { addInputs } from "./inputs.editor";
import type { InvokeNode } from "./invoke-properties.editor";
import { addLookUps } from "./look-ups.editor";

const t = translatorOf("invoke-service");

const checkTips: Record<string, string> = {
  error: "aliyun-iot-invoke-service.tip.error",
  warn: "aliyun-iot-invoke-service.tip.warn",
  off: "aliyun-iot-invoke-service.tip.off",
};

/** Sets up the dialog of the invoke node. */
export function fillDialog(node: InvokeNode): void {
  openForm(node);
  radios(node, "target").on("change", function () {
    const isByIotId = $(this).val() === "iotId";
    $(".aliyun-iot-by-device").toggleClass("aliyun-iot-hidden", isByIotId);
    $(".aliyun-iot-by-iot-id").toggleClass("aliyun-iot-hidden", !isByIotId);
  });
  for (const property of ["productKey", "deviceName", "iotId", "service"]) {
    typedInput(node, property, ["str", "msg", "flow", "global", "env", "jsonata"]);
  }

  const inputs = addInputs(node);
  typedInput(node, "result", ["msg", "flow", "global"]);

  $("#node-input-delivery").on("change", function () {
    $("#aliyun-iot-delivery-tip").text(
      $(this).val() === "at-least-once"
        ? t("aliyun-iot-invoke-service.tip.at-least-once")
        : t("aliyun-iot-invoke-service.tip.at-most-once"),
    );
  });
  $("#node-input-check").on("change", function () {
    const tip = checkTips[String($(this).val())] ?? "aliyun-iot-invoke-service.tip.error";
    $("#aliyun-iot-check-tip").text(t(tip));
  });
  const folded = ["result", "resultType", "timeout", "delivery", "check"];
  $("#aliyun-iot-invoke-more").prop("open", node.awaitReply === true || isAnyChanged(node, folded));

  showProblems(node, {
    account: (id) => configNode(id) !== undefined || t("aliyun-iot-invoke-service.validation.account"),
  });
  addLookUps(node, inputs);
}
