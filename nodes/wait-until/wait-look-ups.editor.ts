import { accountId, addDeviceChoice, fieldOf, holdFields, input, owner } from "../../editor/device/index";
import {
  addAccountNote,
  addPicker,
  eventList,
  isOpen,
  type ModelOwner,
  needed,
  propertyList,
  soon,
} from "../../editor/index";
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
    property: addPicker(fieldOf("identifier"), propertyList(accountId, ownerOfModel, put)),
    event: addPicker(fieldOf("identifier"), eventList(accountId, ownerOfModel, put)),
  };
  const showFinder = (): void => {
    for (const [kind, finder] of Object.entries(finders)) {
      finder.toggleClass("aliyun-iot-hidden", kind !== kindOf(node));
    }
  };
  input("kind").on("change", showFinder);
  showFinder();
  addAccountNote(node, fieldOf("subscription"), accountId, () => void device.refresh(true));
  const refreshSoon = soon(node, () => void device.refresh());
  for (const property of ["subscription", "target", "productKey", "deviceName", "iotId"]) {
    input(property).on("change", refreshSoon);
  }
  refreshSoon();
}

function ownerOfModel(): ModelOwner {
  const { iotId, productKey } = owner();
  needed(iotId ?? productKey, "picker.device-first");
  return { iotId, productKey };
}
