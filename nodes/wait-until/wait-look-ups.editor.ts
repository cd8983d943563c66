import {
  accountId,
  addDeviceChoice,
  fieldOf,
  holdFields,
  input,
  neededOwner,
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
  const put = ({ identifier }: { identifier: string }): void => {
    input("identifier").typedInput("type", "str");
    input("identifier").typedInput("value", identifier);
  };
  const finders = {
    property: addPicker(fieldOf("identifier"), propertyList(accountId, neededOwner, put)),
    event: addPicker(fieldOf("identifier"), eventList(accountId, neededOwner, put)),
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
