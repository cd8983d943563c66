import { propertiesOf } from "../../definition/functions";
import { setIdentifier } from "../../devices/command";
import type { Device } from "../../devices/device";
import { readItems } from "../../devices/items";
import type { PropertySet } from "../../devices/kept-sets";
import type { Product } from "../../devices/platform";
import { BusinessFailure } from "../failures";
import { namesOf, refuseBadNames, sendToEach } from "./batch";
import {
  deviceOf,
  modelOf,
  type Operation,
  type Parameters,
  productOf,
  refuseBusy,
  refuseUnreachable,
} from "./operation";

/** The platform has a limit, but does not say which; a post of a device has this one. */
const maxProperties = 200;

/** docs/protocol.md, 7.1: always asynchronous; with QoS 1 it is kept for a device that is offline. */
export const setDeviceProperty: Operation = {
  required: ["Items"],
  async run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    const qos = qosOf(parameters);
    const set = readSet(parameters, product, { maxItems: maxProperties, allowsNull: false });
    if (!waitsFor(device, qos)) refuseUnreachable(device);
    refuseBusy(device, platform);
    return { Data: { MessageId: await platform.setProperties(device, { ...set, qos }) } };
  },
};

/** docs/protocol.md, 1.5 and 7.1: the same for up to 100 devices of one product; no `Data`. */
export const setDevicesProperty: Operation = {
  required: ["ProductKey", "Items"],
  async run(parameters, platform) {
    const product = productOf(parameters, platform);
    const names = namesOf(parameters);
    refuseBadNames(names, product, platform);
    const qos = qosOf(parameters);
    const set = { ...readSet(parameters, product, { maxItems: maxProperties, allowsNull: false }), qos };
    await sendToEach(names, product, platform, {
      takesOffline: (device) => waitsFor(device, qos),
      send: (device) => platform.setProperties(device, set),
    });
    return {};
  },
};

/** Whether properties may be set on a device that is offline. */
function waitsFor(device: Device, qos: 0 | 1): boolean {
  return device.status === "OFFLINE" && (qos === 1 || device.repliesOffline(setIdentifier));
}

/**
 * The parameter `Items`, checked.
 * @throws {BusinessFailure}
 */
export function readSet(
  parameters: Parameters,
  product: Product,
  rules: { maxItems: number; allowsNull: boolean },
): Omit<PropertySet, "qos"> {
  const properties = propertiesOf(modelOf(product));
  const reading = readItems(parameters.get("Items") ?? "", { ...rules, properties });
  if (reading.ok) return { items: reading.items, written: reading.written };
  throw new BusinessFailure(reading.problem.code, reading.problem.message);
}

function qosOf(parameters: Parameters): 0 | 1 {
  const text = parameters.get("Qos") ?? "";
  if (text === "" || text === "0") return 0;
  if (text === "1") return 1;
  throw new BusinessFailure("iot.common.InvalidFormattedParameter", "Qos must be 0 or 1");
}
