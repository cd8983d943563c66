import { typedInput } from "../../editor/index";
import type { SetPropertiesNode } from "./properties-node.editor";

/** Versions are taken from somewhere once the box is ticked; blank means that none is checked. */
export function addVersions(node: SetPropertiesNode): void {
  const field = typedInput(node, "versions", ["msg", "json", "jsonata", "flow", "global", "str", "env"]);
  const box = $("#aliyun-iot-check-versions");
  let kept = "payload";
  const show = (): void => {
    $("#aliyun-iot-versions-row").toggleClass("aliyun-iot-hidden", !box.prop("checked"));
  };
  box.prop("checked", field.typedInput("value").trim() !== "");
  box.on("change", () => {
    if (!box.prop("checked")) kept = field.typedInput("value");
    field.typedInput("value", box.prop("checked") ? kept : "");
    show();
  });
  show();
}
