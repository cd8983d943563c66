import {
  accountId,
  addDeviceChoice,
  fieldOf,
  holdFields,
  input,
  neededOwner,
  put,
  refreshOnChange,
} from "../../editor/device/index";
import { addPicker, eventList, isOpen, propertyList } from "../../editor/index";
import { kindOf, type WaitNode } from "./wait-node.editor";

/** Adds what the cloud knows to the dialog, through the account of the subscription: the device, properties and events. */
export function addLookUps(node: WaitNode): void {
  const isCurrent = holdFields(["kind", "identifier"]);
  const device = addDeviceChoice(
    () => undefined,
    () => isOpen(node) && isCurrent(),
  );
  const choose = ({ identifier }: { identifier: string }): void => put("identifier", identifier);
  const finders = {
    property: addPicker(fieldOf("identifier"), propertyList(accountId, neededOwner, choose)),
    event: addPicker(fieldOf("identifier"), eventList(accountId, neededOwner, choose)),
  };
  const showFinder = (): void => {
    for (const [kind, finder] of Object.entries(finders)) {
      finder.toggleClass("aliyun-iot-hidden", kind !== kindOf(node));
    }
  };
  input("kind").on("change", showFinder);
  showFinder();
  refreshOnChange(node, [], (isStale) => void device.refresh(isStale));
}
