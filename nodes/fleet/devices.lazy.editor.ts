import { accountId, fieldOf, nameIn } from "../../editor/device/index";
import { addPicker, deviceList, needed } from "../../editor/index";
import { addCount } from "./fleet-count.editor";
import type { FleetNode } from "./fleet-node.editor";
import { addTimes } from "./fleet-times.editor";
import { addListShape, addToList } from "./list-shape.editor";

/**
 * What the dialog says of its devices: what a list looks like, how many they are, and how long they take.
 * @returns `know`, to be told an example of args of an entry's own, or undefined
 */
export function addDevices(node: FleetNode): { know(example: string | undefined): void } {
  addPicker(
    fieldOf("devices"),
    deviceList(
      accountId,
      () => needed(nameIn("productKey"), "picker.product-first"),
      ({ deviceName }) => addToList(deviceName),
    ),
  );
  addCount(node, addTimes());
  return addListShape();
}
