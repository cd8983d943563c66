import { addAccountNote, isOpen, soon } from "../../editor/index";
import { addDeviceChoice } from "./device-choice.editor";
import type { Inputs } from "./inputs.editor";
import { accountId, fieldOf, holdFields, input } from "./invoke-form.editor";
import type { InvokeNode } from "./invoke-properties.editor";
import { addReplyChoice } from "./reply-choice.editor";
import { addServiceChoice } from "./service-choice.editor";
import { addServicePanel } from "./service-panel.editor";
import { addSimulatorOffer } from "./simulator-offer.editor";

/** Adds what the cloud knows to the dialog of the invoke node: device and service by their names, and the inputs. */
export function addLookUps(node: InvokeNode, inputs: Inputs): void {
  const isCurrent = holdFields();
  const isStillOpen = (): boolean => isOpen(node) && isCurrent();
  const reply = addReplyChoice(accountId);
  const service = addServiceChoice(() => void panel.refresh(true));
  const device = addDeviceChoice(() => service.openIfBlank(), isStillOpen);
  const panel = addServicePanel(
    inputs,
    (known) => {
      service.show(known);
      reply.know(known?.callType);
      inputs.know(known?.inputs);
    },
    () => device.hasProblem(),
    isStillOpen,
  );
  addSimulatorOffer(() => {
    if (device.isBlank()) device.open();
  });
  addAccountNote(node, fieldOf("account"), accountId, () => {
    void device.refresh(true);
    void panel.refresh(true);
  });
  const refreshSoon = soon(node, () => {
    void device.refresh();
    void panel.refresh();
  });
  for (const property of ["account", "target", "productKey", "deviceName", "iotId", "service"]) {
    input(property).on("change", refreshSoon);
  }
  refreshSoon();
}
