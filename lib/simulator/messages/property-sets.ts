import type { JsonObject } from "../../base/json";
import { setServiceOf } from "../definition/functions";
import { plain } from "../devices/args";
import { setIdentifier } from "../devices/command";
import type { Device } from "../devices/device";
import type { PropertySet } from "../devices/kept-sets";
import type { DeviceReply } from "../devices/outputs";
import type { Platform } from "../devices/platform";
import { arrangeReply, offlineReply } from "./replies";
import type { Uplink } from "./uplink";

/** Brings properties to devices, and lets the simulated ones do what is set (docs/protocol.md, 7.1 and 7.2). */
export class PropertySets {
  constructor(
    private readonly platform: Platform,
    private readonly uplink: Uplink,
    private readonly log: ((line: string) => void) | undefined,
  ) {}

  /**
   * Sends properties to a device, or keeps them for it. Resolves with the id of the message when the call may be
   * answered.
   */
  async send(device: Device, set: PropertySet): Promise<string> {
    const messageId = this.platform.newMessageId();
    const isThere = device.status === "ONLINE" && device.link?.takesPropertySets !== false;
    if (!isThere && set.qos === 1) device.memory.kept.add(set, messageId, this.platform.now());
    else if (device.status === "ONLINE") await this.deliver(device, set, messageId);
    else await this.replyOffline(device, messageId);
    return messageId;
  }

  /** Delivers what was kept for the device. */
  deliverKept(device: Device): void {
    const { kept } = device.memory;
    if (kept.isEmpty) return;
    for (const set of kept.take(this.platform.now())) {
      void this.deliver(device, set, set.messageId, true).catch(() => undefined);
    }
  }

  /** A simulated device asks for its desired values, as a device program does after it has connected. */
  takeDesired(device: Device): void {
    const desired = device.memory.desired.entries().filter(([, entry]) => Object.hasOwn(entry, "value"));
    if (desired.length === 0) return;
    const { code = 200, reply, post } = device.propertySet;
    // It refuses what is set, or takes no notice of it.
    if (code !== 200 || (reply === "never" && post === false)) return;
    const items = Object.fromEntries(desired.map(([identifier, { value }]) => [identifier, value]));
    const messageId = this.platform.newMessageId();
    this.platform.later(device.delayOf(setIdentifier), async () => {
      const args = plain(items) as JsonObject;
      this.platform.executed({ device, identifier: setIdentifier, args, messageId });
      await this.report(device, args, items);
      for (const [identifier, { version }] of desired) {
        device.memory.desired.clear(identifier, this.platform.now(), version);
      }
    });
  }

  private async deliver(
    device: Device,
    { items, written, qos }: PropertySet,
    messageId: string,
    isLate = false,
  ): Promise<void> {
    const { platform } = this;
    const model = platform.product(device.productKey)?.model;
    if (!model) return;
    const service = setServiceOf(model);
    const isReal = device.link !== undefined;
    const { reply = "after" } = device.propertySet;
    const action = platform.act(device, setIdentifier, service, items, written, { messageId, qos });
    const pending = { ...action, device, identifier: setIdentifier, service };
    if (isReal) {
      if (reply !== "before" || isLate) return arrangeReply(pending, "after", platform);
      // It may never reply.
      await platform.inSyncLimit(arrangeReply(pending, "before", platform));
      return;
    }
    const afterwards = (answer: DeviceReply): Promise<void> =>
      this.afterwards(device, answer, items, written);
    const time = reply === "never" || isLate ? "after" : reply;
    await arrangeReply({ ...pending, isSilent: reply === "never", afterwards }, time, platform);
  }

  private async afterwards(
    device: Device,
    { code }: DeviceReply,
    items: JsonObject,
    written: JsonObject,
  ): Promise<void> {
    const { post, postDelayMs = 0 } = device.propertySet;
    if (post === false || (post === undefined && code !== 200)) return;
    if (postDelayMs > 0) this.platform.later(postDelayMs, () => this.report(device, items, written));
    else await this.report(device, items, written);
  }

  /** The device posts its new values; resolves when subscribers have acknowledged them. */
  private async report(device: Device, items: JsonObject, written: JsonObject): Promise<void> {
    const { post } = device.propertySet;
    if (post === false || device.status !== "ONLINE" || device.link) return;
    try {
      const values = post === undefined ? written : await device.evaluate(post, items);
      await this.uplink.deliverProperty(device, values);
    } catch (error) {
      const reason = String((error as { message?: unknown } | null)?.message);
      this.log?.(`${device.productKey}/${device.deviceName} cannot post: ${reason}`);
    }
  }

  private async replyOffline(device: Device, messageId: string): Promise<void> {
    const model = this.platform.product(device.productKey)?.model;
    if (!model) return;
    const { reply = "after" } = device.propertySet;
    const delayMs = device.delayOf(setIdentifier);
    const pending = { device, identifier: setIdentifier, service: setServiceOf(model), messageId, delayMs };
    const answer = async (): Promise<DeviceReply> => offlineReply();
    await arrangeReply({ ...pending, reply: answer }, reply === "never" ? "after" : reply, this.platform);
  }
}
