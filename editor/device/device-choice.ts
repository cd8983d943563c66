import {
  addList,
  addPicker,
  deviceList,
  knownDevice,
  type KnownDevice,
  type NamedDevice,
  needed,
  productList,
  translatorOf,
  typeIn,
} from "../index";
import { showChosen } from "./chosen";
import { accountId, fieldOf, input, isBlank, isByIotId, nameIn, put, shownIn } from "./fields";
import { addSimulatorOffer } from "./simulator-offer";

const t = translatorOf("invoke-service");

/** The part of the dialog that names the device. */
interface DeviceChoice {
  /** Shows what the cloud knows of the device, unless it is known and not stale. Never rejects. */
  refresh(isStale?: boolean): Promise<void>;
  /** Whether a problem is shown; its consequences need not be shown as well. */
  hasProblem(): Promise<boolean>;
}

/**
 * Adds the button that chooses a device by its name, and pickers to the fields for keys and messages below it.
 * @param next called when the device is chosen
 * @param isOpen whether the dialog is still open
 */
export function addDeviceChoice(next: () => void, isOpen: () => boolean): DeviceChoice {
  const button = $("#aliyun-iot-choose-device");
  const keys = $("#aliyun-iot-device-keys");
  const note = $("#aliyun-iot-device-note");
  const byHand = $("#aliyun-iot-device-by-hand");
  let known: Promise<KnownDevice> = Promise.resolve({});
  let shown = "";

  const isDeviceBlank = (): boolean => {
    return isByIotId() ? isBlank("iotId") : isBlank("productKey") && isBlank("deviceName");
  };
  const fold = (): void => {
    byHand.prop("open", false);
    next();
  };
  addList(
    button,
    productList(accountId, ({ productKey }) => ({
      ...deviceList(
        accountId,
        () => productKey,
        ({ deviceName, iotId }) => {
          if (isByIotId()) return put("iotId", iotId);
          put("productKey", productKey);
          put("deviceName", deviceName);
        },
      ),
      chosen: fold,
    })),
  );
  const findDevice = addPicker(fieldOf("deviceName"), {
    ...deviceList(
      accountId,
      () => needed(nameIn("productKey"), "picker.product-first"),
      ({ deviceName }) => put("deviceName", deviceName),
    ),
    chosen: next,
  });
  addPicker(fieldOf("productKey"), {
    ...productList(accountId, ({ productKey }) => put("productKey", productKey)),
    chosen() {
      if (isBlank("deviceName")) findDevice.trigger("click");
      else next();
    },
  });
  // The platform finds no device by its IotId, so the product comes first.
  addPicker(
    fieldOf("iotId"),
    productList(accountId, ({ productKey }) => ({
      ...deviceList(
        accountId,
        () => productKey,
        ({ iotId }) => put("iotId", iotId),
      ),
      chosen: next,
    })),
  );

  function show({ productName, device, problem }: KnownDevice): void {
    const names = isByIotId() ? [shownIn("iotId")] : [shownIn("productKey"), shownIn("deviceName")];
    const chosen = {
      names: [productName, device ? device.nickname || device.deviceName : isByIotId() ? "" : names[1]],
      keys: names.filter(Boolean).join(" / "),
      status: device?.status,
    };
    showChosen(
      button,
      keys,
      isDeviceBlank() ? undefined : chosen,
      t("aliyun-iot-invoke-service.choose.device"),
    );
    note.text(problem ?? "");
    $(".aliyun-iot-device-tip").toggleClass("aliyun-iot-hidden", device !== undefined);
    // An unknown device is shown as it was entered.
    if (problem !== undefined) byHand.prop("open", true);
  }

  async function refresh(isStale = false): Promise<void> {
    const named: NamedDevice = isByIotId()
      ? { iotId: nameIn("iotId") }
      : { productKey: nameIn("productKey"), deviceName: nameIn("deviceName") };
    const key = JSON.stringify([
      accountId(),
      named,
      shownIn("productKey"),
      shownIn("deviceName"),
      isByIotId(),
    ]);
    if (key === shown && !isStale) return;
    shown = key;
    const asking = accountId() ? knownDevice(accountId(), named) : Promise.resolve({});
    known = asking;
    const found = await asking;
    if (known === asking && isOpen()) show(found);
  }

  const isTyped = ["productKey", "deviceName", "iotId"].some((name) => typeIn(input(name)) !== "str");
  byHand.prop("open", isTyped || isByIotId());
  show({});
  addSimulatorOffer(() => {
    if (isDeviceBlank()) button.trigger("click");
  });
  return {
    refresh,
    hasProblem: async () => (await known).problem !== undefined,
  };
}
