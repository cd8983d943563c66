import type { LosslessNumber } from "lossless-json";
import { type JsonObject, setMember } from "../../base/json";
import type { ThingEvent } from "../../thing-model/model";
import type { DeviceStatus } from "../definition/definition";
import { findEvent, propertiesOf } from "../definition/functions";
import { SimulatorInputError } from "../definition/input-error";
import type { Device } from "../devices/device";
import type { Platform, Product } from "../devices/platform";
import { batchMessage } from "./batch-message";
import { keepBatch, keepValues } from "./keep";
import {
  eventMessage,
  lifecycleMessage,
  type Outgoing,
  propertyMessage,
  statusMessage,
  tagMessage,
  versionMessage,
} from "./payloads";

export const lifecycleActions = ["create", "delete", "enable", "disable"] as const;
type LifecycleAction = (typeof lifecycleActions)[number];

/**
 * What devices send on their own. Each method publishes one message and throws SimulatorInputError if there is no such
 * device, event or topic.
 */
export class Uplink {
  /** Called when a device goes online. */
  onOnline: ((device: Device) => void) | undefined;

  constructor(private readonly platform: Platform) {}

  /** The platform's clock, UTC milliseconds. */
  now(): number {
    return this.platform.now();
  }

  /**
   * `items`: values by identifier, or `{ value, time }` for each. `isPast`: they could not be sent at the time.
   * @returns what does not fit the thing model: one sentence for each identifier
   */
  postProperty(
    productKey: string,
    deviceName: string,
    items: JsonObject,
    requestId?: string | LosslessNumber,
    isPast = false,
  ): Record<string, string> {
    const outgoing = this.propertyPost(productKey, deviceName, items, { requestId, isPast });
    this.publish(outgoing);
    const failed = Object.entries(outgoing.payload.checkFailedData as Record<string, { message: string }>);
    return Object.fromEntries(failed.map(([key, { message }]) => [key, message]));
  }

  /** The same, and resolves when subscribers have acknowledged it; at once if nobody can fetch it. */
  async deliverProperty({ productKey, deviceName }: Device, items: JsonObject): Promise<void> {
    const { topic, payload } = this.propertyPost(productKey, deviceName, items);
    await this.platform.subscription.publish(topic, payload);
  }

  /**
   * Keeps what a device has posted before the start, without a message; `event` with its module, properties without it.
   * @returns what does not fit the thing model: one sentence for each property
   */
  recall(device: Device, event: string | undefined, values: JsonObject, time: number): string[] {
    const { product } = this.find(device.productKey, device.deviceName);
    if (event === undefined) {
      const timed = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, time }]));
      const { payload } = this.propertyPost(device.productKey, device.deviceName, timed, { isPast: true });
      const failed = Object.values(payload.checkFailedData as Record<string, { message: string }>);
      return failed.map(({ message }) => message);
    }
    const model = findEvent(product.model, event);
    if (!model) return [];
    const { payload } = eventMessage(device, event, model, values, time, time);
    device.memory.happened(event, model, payload.value, time);
    return [];
  }

  /** `identifier` with its module, if it has one. */
  postEvent(
    productKey: string,
    deviceName: string,
    identifier: string,
    value: JsonObject,
    time?: number,
    isPast = false,
  ): void {
    const { product, device } = this.find(productKey, deviceName);
    const event = findEvent(product.model, identifier);
    if (!event) throw new SimulatorInputError(`the thing model of ${productKey} has no event ${identifier}`);
    const now = this.platform.now();
    const outgoing = eventMessage(device, identifier, event, value, time ?? now, now, isPast);
    device.memory.happened(identifier, event, outgoing.payload.value, time ?? now);
    this.publish(outgoing);
  }

  /** The event of a product's thing model that `identifier` names. */
  findEvent(productKey: string, identifier: string): ThingEvent | undefined {
    return findEvent(this.platform.product(productKey)?.model, identifier);
  }

  /**
   * Several values of each property and several of each event: one message for all properties, one for all events.
   * @returns what does not fit the thing model: one sentence for each identifier
   */
  postBatch(
    productKey: string,
    deviceName: string,
    properties: Record<string, unknown[]>,
    events: Record<string, unknown[]>,
    requestId?: string | LosslessNumber,
  ): Record<string, string> {
    const { product, device } = this.find(productKey, deviceName);
    const all = propertiesOf(product.model);
    const eventFields = (name: string) => findEvent(product.model, name)?.outputs ?? [];
    const failed: Record<string, string> = {};
    for (const [kind, lists, fieldsOf] of [
      ["property", properties, () => all],
      ["event", events, eventFields],
    ] as const) {
      if (Object.keys(lists).length === 0) continue;
      const outgoing = batchMessage(device, { kind, lists, fieldsOf, requestId }, this.platform.now());
      keepBatch(device, kind, outgoing, (name) => findEvent(product.model, name));
      this.publish(outgoing);
      const wrong = outgoing.payload.checkFailedData as Record<string, [{ message: string }]>;
      for (const [key, [first]] of Object.entries(wrong)) setMember(failed, key, first.message);
    }
    return failed;
  }

  /** The message of a post, whose values are kept. */
  private propertyPost(
    productKey: string,
    deviceName: string,
    items: JsonObject,
    options: { requestId?: string | LosslessNumber | undefined; isPast?: boolean } = {},
  ): Outgoing {
    const { product, device } = this.find(productKey, deviceName);
    const now = this.platform.now();
    const outgoing = propertyMessage(device, items, propertiesOf(product.model), now, options);
    keepValues(device, outgoing, options.isPast);
    return outgoing;
  }

  /** `tags`: a list of `{ attrKey, attrValue }`, which the device has from then on. */
  postTags(productKey: string, deviceName: string, tags: unknown[]): void {
    const { device } = this.find(productKey, deviceName);
    for (const tag of tags) {
      const { attrKey, attrValue } = (tag ?? {}) as Record<string, unknown>;
      if (typeof attrKey === "string" && typeof attrValue === "string") device.setTag(attrKey, attrValue);
    }
    this.publish(tagMessage(device, tags, this.platform.now()));
  }

  /** The version of the firmware of a module. */
  postVersion(productKey: string, deviceName: string, module: string, version: string): void {
    this.publish(
      versionMessage(this.find(productKey, deviceName).device, module, version, this.platform.now()),
    );
  }

  /**
   * Sets the status, which also decides how calls of the device are answered; publishes a message if it went online or
   * offline.
   */
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
    if (status === "ONLINE") this.onOnline?.(device);
  }

  /** Publishes only the message; the device does not change. */
  postLifecycle(productKey: string, deviceName: string, action: LifecycleAction): void {
    this.publish(lifecycleMessage(this.find(productKey, deviceName).device, action, this.platform.now()));
  }

  /** `name` is the topic after `/{productKey}/{deviceName}/user/`. */
  postCustom(productKey: string, deviceName: string, name: string, bytes: Buffer): void {
    this.find(productKey, deviceName);
    this.postRaw(`/${productKey}/${deviceName}/user/${name}`, bytes);
  }

  /** Any bytes with any topic, even ones that no device could send. */
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
