import type { JsonObject } from "../../../base/json";
import type { ThingModel } from "../../../thing-model/model";
import type { Device } from "../../devices/device";
import type { Platform, Product } from "../../devices/platform";
import { BusinessFailure } from "../failures";

/** API parameters of one call, the common ones left out. */
export type Parameters = ReadonlyMap<string, string>;

export interface Operation {
  /** Refused with `Missing<Name>` where one is absent or blank. */
  required: readonly string[];
  /**
   * Returns the fields beside `RequestId` and `Success`.
   * @throws {BusinessFailure}
   */
  run(parameters: Parameters, platform: Platform): JsonObject | Promise<JsonObject>;
}

/** @throws {BusinessFailure} where none is named, or there is none of that key */
export function productOf(parameters: Parameters, platform: Platform): Product {
  const productKey = parameters.get("ProductKey");
  if (!productKey) throw new BusinessFailure("iot.prod.NullProductKey", "ProductKey must not be empty");
  const product = platform.product(productKey);
  if (product) return product;
  throw new BusinessFailure("iot.prod.NotExistedProduct", `there is no product ${productKey}`);
}

/**
 * The device named by `IotId`, which wins, or by `ProductKey` with `DeviceName` (docs/protocol.md, 1.2).
 * @throws {BusinessFailure} where none is named, or there is none of that name
 */
export function deviceOf(parameters: Parameters, platform: Platform): { product: Product; device: Device } {
  const iotId = parameters.get("IotId");
  if (iotId === undefined) {
    const product = productOf(parameters, platform);
    return { product, device: namedDevice(product, parameters.get("DeviceName")) };
  }
  if (iotId === "") throw new BusinessFailure("iot.device.InvalidIoTId", "IotId must not be empty");
  const device = platform.deviceByIotId(iotId);
  const product = platform.product(device?.productKey);
  if (device && product) return { product, device };
  throw new BusinessFailure("iot.device.NotExistedDevice", `there is no device with IotId ${iotId}`);
}

/** @throws {BusinessFailure} where the name is blank, or there is none of that name */
export function namedDevice(product: Product, deviceName: string | undefined): Device {
  if (!deviceName) throw new BusinessFailure("iot.device.NullDeviceName", "DeviceName must not be empty");
  const device = product.device(deviceName);
  if (device) return device;
  throw new BusinessFailure(
    "iot.device.NotExistedDevice",
    `product ${product.productKey} has no device ${deviceName}`,
  );
}

/** `DeviceName.1`, `DeviceName.2` … in the order of their numbers. */
export function repeated(parameters: Parameters, name: string): string[] {
  const values: { index: number; value: string }[] = [];
  for (const [key, value] of parameters) {
    const index = key.startsWith(`${name}.`) ? key.slice(name.length + 1) : "";
    if (/^[1-9]\d{0,5}$/.test(index)) values.push({ index: Number(index), value });
  }
  return values.sort((a, b) => a.index - b.index).map(({ value }) => value);
}

/** @throws {BusinessFailure} where the product has none */
export function modelOf({ model, productKey }: Product): ThingModel {
  if (model) return model;
  throw new BusinessFailure("iot.prod.NotSeniorProduct", `product ${productKey} has no thing model`);
}

/** @throws {BusinessFailure} where the device has had too many commands within a second */
export function refuseBusy(device: Device, platform: Platform): void {
  if (!platform.isBusy(device)) return;
  const message = `too many messages a second to ${device.productKey}/${device.deviceName}`;
  throw new BusinessFailure("iot.messagebroker.RateLimit", message);
}

/** @throws {BusinessFailure} unless the device is online */
export function refuseUnreachable(device: Device): void {
  const name = `${device.productKey}/${device.deviceName}`;
  switch (device.status) {
    case "ONLINE":
      return;
    case "OFFLINE":
      throw new BusinessFailure("iot.messagebroker.OFFLINE", `device ${name} is offline`);
    case "UNACTIVE":
      throw new BusinessFailure("iot.device.InactiveDevice", `device ${name} was never online`);
    case "DISABLE":
      // The public list has no text code for this; 6208 is the number for it (docs/protocol.md, 4.3).
      throw new BusinessFailure("6208", `device ${name} is disabled`);
  }
}
