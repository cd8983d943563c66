import { addTickedField } from "../../editor/device/index";
import { typedInput } from "../../editor/index";
import type { SetPropertiesNode } from "./properties-node.editor";

/** Versions are taken from somewhere once the box is ticked; blank means that none is checked. */
export function addVersions(node: SetPropertiesNode): void {
  const field = typedInput(node, "versions", ["msg", "json", "jsonata", "flow", "global", "str", "env"]);
  addTickedField(field, $("#aliyun-iot-check-versions"), $("#aliyun-iot-versions-row"));
}
