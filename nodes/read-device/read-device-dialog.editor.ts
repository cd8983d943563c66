import { accountChecks, addTarget, addTip, replaceTip } from "../../editor/device/index";
import { choices, isAnyChanged, openForm, showProblems, translatorOf, typedInput } from "../../editor/index";
import { isHistory, type Reading, readings } from "../../lib/reading/request";
import { addLookUps } from "./read-look-ups.editor";
import type { ReadDeviceNode } from "./read-properties.editor";

const t = translatorOf("read-device");

/** Sets up the dialog of the node that reads devices. */
export function fillDialog(node: ReadDeviceNode): void {
  openForm(node);
  for (const property of ["what", "order"]) choices(node, property);
  addTarget(node, ["identifiers", "from", "to"]);
  typedInput(node, "result", ["msg", "flow", "global"]);
  addTips();
  showWhatApplies();
  $("#aliyun-iot-read-more").prop("open", isAnyChanged(node, ["result", "resultType", "timeout"]));
  showProblems(node, accountChecks);
  addLookUps(node);
}

function addTips(): void {
  const tips: Record<Reading, string> = {
    properties: t("aliyun-iot-read-device.tip.properties"),
    desired: t("aliyun-iot-read-device.tip.desired"),
    state: t("aliyun-iot-read-device.tip.state"),
    "property-history": t("aliyun-iot-read-device.tip.property-history"),
    "event-history": t("aliyun-iot-read-device.tip.event-history"),
    "service-history": t("aliyun-iot-read-device.tip.service-history"),
  };
  addTip("what", tips, "properties");
  replaceTip("timeout", t("aliyun-iot-read-device.tip.timeout"));
}

/** A state has no identifiers, and only histories have a period, an order and a limit. */
function showWhatApplies(): void {
  const what = $("#node-input-what");
  const show = (): void => {
    const reading = readings.find((choice) => choice === what.val());
    $("#aliyun-iot-identifiers-row").toggleClass("aliyun-iot-hidden", reading === "state");
    $("#aliyun-iot-history").toggleClass("aliyun-iot-hidden", !reading || !isHistory(reading));
    $("#aliyun-iot-identifiers-label").text(labelOf(reading));
    $("#aliyun-iot-identifiers-tip").text(
      reading === "event-history" || reading === "service-history"
        ? t("aliyun-iot-read-device.tip.identifiers")
        : t("aliyun-iot-read-device.tip.identifiers-modules"),
    );
  };
  what.on("change", show);
  show();
}

function labelOf(reading: Reading | undefined): string {
  if (reading === "event-history") return t("aliyun-iot-read-device.label.events");
  return reading === "service-history"
    ? t("aliyun-iot-read-device.label.services")
    : t("aliyun-iot-read-device.label.properties");
}
