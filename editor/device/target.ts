import { configNode, radios, type StoredNode, translatorOf, typedInput } from "../index";

const t = translatorOf("invoke-service");

/**
 * Sets up the fields that name the device, and other typed fields of text.
 * @param texts properties such as `service`
 */
export function addTarget(node: StoredNode, texts: readonly string[]): void {
  radios(node, "target").on("change", function () {
    const isByIotId = $(this).val() === "iotId";
    $(".aliyun-iot-by-device").toggleClass("aliyun-iot-hidden", isByIotId);
    $(".aliyun-iot-by-iot-id").toggleClass("aliyun-iot-hidden", !isByIotId);
  });
  for (const property of ["productKey", "deviceName", "iotId", ...texts]) {
    typedInput(node, property, ["str", "msg", "flow", "global", "env", "jsonata"]);
  }
}

/** Shows below a list of choices what the chosen one means. */
export function addTip(property: string, tips: Record<string, string>, usual: string): void {
  $(`#node-input-${property}`).on("change", function () {
    $(`#aliyun-iot-${property}-tip`).text(tips[String($(this).val())] ?? tips[usual] ?? "");
  });
}

/** Replaces a tip of the shared markup. The editor puts texts in after a dialog is set up, and would undo it. */
export function replaceTip(name: string, text: string): void {
  $(`#aliyun-iot-${name}-tip`).removeAttr("data-i18n").text(text);
}

/** What the choices of the retry policy mean. */
export function addDeliveryTip(atLeastOnce = t("aliyun-iot-invoke-service.tip.at-least-once")): void {
  const tips = {
    "at-most-once": t("aliyun-iot-invoke-service.tip.at-most-once"),
    "at-least-once": atLeastOnce,
  };
  addTip("delivery", tips, "at-most-once");
}

/** For `showProblems`: the account is there. */
export const accountChecks = {
  account: (id: unknown): true | string =>
    configNode(id) !== undefined || t("aliyun-iot-invoke-service.validation.account"),
};
