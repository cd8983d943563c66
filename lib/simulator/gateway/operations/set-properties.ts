import { propertiesOf } from "../../definition/functions";
import { setIdentifier } from "../../devices/command";
import { readItems } from "../../devices/items";
import type { PropertySet } from "../../devices/kept-sets";
import type { Product } from "../../devices/platform";
import { BusinessFailure } from "../failures";
import { deviceOf, modelOf, type Operation, type Parameters, refuseUnreachable } from "./operation";

/** The platform has a limit, but does not say which; a post of a device has this one. */
const maxProperties = 200;

/** docs/protocol.md, 7.1: always asynchronous; with QoS 1 it is kept for a device that is offline. */
export const setDeviceProperty: Operation = {
  required: ["Items"],
  async run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    const qos = qosOf(parameters);
    const set = readSet(parameters, product, { maxItems: maxProperties, allowsNull: false });
    const waits = device.status === "OFFLINE" && (qos === 1 || device.repliesOffline(setIdentifier));
    if (!waits) refuseUnreachable(device);
    return { Data: { MessageId: await platform.setProperties(device, { ...set, qos }) } };
  },
};

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
