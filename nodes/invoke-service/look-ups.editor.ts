import {
  addNote,
  addPicker,
  deviceList,
  deviceNote,
  needed,
  productList,
  productNote,
  serviceList,
  soon,
} from "../../editor/index";
import { accountId, fieldOf, input, isByIotId, owner, put, textOf } from "./invoke-form.editor";
import type { InvokeNode } from "./invoke-properties.editor";
import { addReplyChoice } from "./reply-choice.editor";
import { addServicePanel, type ServicePanel } from "./service-panel.editor";

/** Adds pickers, notes and the parameter panel to the dialog of the invoke node. */
export function addLookUps(node: InvokeNode): void {
  const reply = addReplyChoice(accountId);
  const panel = addServicePanel((service) => reply.know(service?.callType));
  addPickers(panel);
  const notes = addNotes();
  const refreshSoon = soon(node, () => {
    for (const note of notes) void note();
    void panel.refresh();
  });
  for (const property of ["account", "target", "productKey", "deviceName", "iotId", "service"]) {
    input(property).on("change", refreshSoon);
  }
  input("args").on("change", () => panel.follow());
  refreshSoon();
}

function addPickers(panel: ServicePanel): void {
  addPicker(
    fieldOf("productKey"),
    productList(accountId, ({ productKey }) => put("productKey", productKey)),
  );
  addPicker(
    fieldOf("deviceName"),
    deviceList(
      accountId,
      () => needed(textOf("productKey"), "picker.product-first"),
      ({ deviceName }) => put("deviceName", deviceName),
    ),
  );
  // The platform finds no device by its IotId, so the product comes first.
  addPicker(
    fieldOf("iotId"),
    productList(accountId, ({ productKey }) =>
      deviceList(
        accountId,
        () => productKey,
        ({ iotId }) => put("iotId", iotId),
      ),
    ),
  );
  const ownerOf = () => {
    const { iotId, productKey } = owner();
    needed(iotId ?? productKey, "picker.device-first");
    return { iotId, productKey };
  };
  addPicker(
    fieldOf("service"),
    serviceList(
      accountId,
      ownerOf,
      ({ identifier }) => put("service", identifier),
      () => void panel.refresh(true),
    ),
  );
}

function addNotes() {
  return [
    addNote(fieldOf("productKey"), () => {
      const productKey = textOf("productKey");
      return !isByIotId() && productKey && accountId() ? productNote(accountId(), productKey) : undefined;
    }),
    addNote(fieldOf("deviceName"), () => {
      const [productKey, deviceName] = [textOf("productKey"), textOf("deviceName")];
      if (isByIotId() || !productKey || !deviceName || !accountId()) return undefined;
      return deviceNote(accountId(), { productKey, deviceName });
    }),
    addNote(fieldOf("iotId"), () => {
      const iotId = textOf("iotId");
      return isByIotId() && iotId && accountId() ? deviceNote(accountId(), { iotId }) : undefined;
    }),
  ];
}
