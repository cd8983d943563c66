import { findEvent, propertiesOf } from "./functions";
import type { JsonObject } from "../../base/json";
import type { DeviceStatus } from "../definition/definition";
import type { Device } from "../devices/device";
import { SimulatorInputError } from "../definition/input-error";
import type { Platform, Product } from "../devices/platform";
import { eventMessage, lifecycleMessage, propertyMessage, statusMessage, type Outgoing } from "./payloads";

export const LIFECYCLE_ACTIONS = ["create", "delete", "enable", "disable"] as const;
export type LifecycleAction = (typeof LIFECYCLE_ACTIONS)[number];

/**
 * What devices send by themselves. Each method publishes one message and throws SimulatorInputError where
 * there is no such device, event or topic.
 */
export class Uplink {
  constructor(private readonly platform: Platform) {}

  /**
   * `items`: values by identifier, or `{ value, time }` for each.
   * @returns what does not fit the thing model: one sentence for each identifier
   */
  postProperty(
    productKey: string,
    deviceName: string,
    items: JsonObject,
    requestId?: string,
  ): Record<string, string> {
    const { product, device } = this.find(productKey, deviceName);
    const now = this.platform.now();
    const outgoing = propertyMessage(device, items, propertiesOf(product.model), now, requestId);
    this.publish(outgoing);
    const failed = Object.entries(outgoing.payload.checkFailedData as Record<string, { message: string }>);
    return Object.fromEntries(failed.map(([key, { message }]) => [key, message]));
  }

  /** `identifier` with its module, if it has one. */
  postEvent(
    productKey: string,
    deviceName: string,
    identifier: string,
    value: JsonObject,
    time?: number,
  ): void {
    const { product, device } = this.find(productKey, deviceName);
    const event = findEvent(product.model, identifier);
    if (!event) throw new SimulatorInputError(`the thing model of ${productKey} has no event ${identifier}`);
    const now = this.platform.now();
    this.publish(eventMessage(device, identifier, event, value, time ?? now, now));
  }

  /** Also decides what a call of the device gets from now on; a message goes out where it came or went. */
  setStatus(productKey: string, deviceName: string, status: DeviceStatus): void {
    const { device } = this.find(productKey, deviceName);
    const before = device.status;
    const now = this.platform.now();
    device.status = status;
    if (before === status) return;
    if (status === "ONLINE" || before === "ONLINE") {
      this.publish(statusMessage(device, status === "ONLINE", device.lastSeen || now, now));
    }
    if (status === "DISABLE" || before === "DISABLE") {
      this.publish(lifecycleMessage(device, status === "DISABLE" ? "disable" : "enable", now));
    }
    device.lastSeen = now;
  }

  /** The message alone; the device stays as it is. */
  postLifecycle(productKey: string, deviceName: string, action: LifecycleAction): void {
    this.publish(lifecycleMessage(this.find(productKey, deviceName).device, action, this.platform.now()));
  }

  /** `name` is what stands behind `/{productKey}/{deviceName}/user/`. */
  postCustom(productKey: string, deviceName: string, name: string, bytes: Buffer): void {
    this.find(productKey, deviceName);
    this.postRaw(`/${productKey}/${deviceName}/user/${name}`, bytes);
  }

  /** Any bytes with any topic, also such as no device could send. */
  postRaw(topic: string, bytes: Buffer): void {
    void this.platform.subscription.publish(topic, bytes);
  }

  private publish({ topic, payload }: Outgoing): void {
    void this.platform.subscription.publish(topic, payload);
  }

  private find(productKey: string, deviceName: string): { product: Product; device: Device } {
    const product = this.platform.product(productKey);
    const device = product?.device(deviceName);
    if (product && device) return { product, device };
    throw new SimulatorInputError(`there is no device ${productKey}/${deviceName}`);
  }
}
