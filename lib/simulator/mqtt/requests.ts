import type { JsonObject } from "../../base/json";
import { isLosslessObject } from "../../thing-model/json";
import type { Device } from "../devices/device";
import type { Uplink } from "../messages/uplink";
import { idOf, numberOf, type Outcome, readObject, success, wrong } from "./alink";
import { deleteDesired, desiredOf } from "./desired";
import { Posts } from "./posts";

const alinkVersion = "1.0";
const notJson = "the payload is not a JSON object, has a number that is too large, or nests too deeply";
const unknownTopic = "the simulator does nothing with this topic";

/** Requests and reports that a device sends on its own. */
export class Requests {
  private readonly base: string;
  private readonly owner: string;
  private readonly posts: Posts;
  /** By module; the platform publishes a version only if it has changed. */
  private readonly versions = new Map<string, string>();

  constructor(
    private readonly device: Device,
    private readonly uplink: Uplink,
    private readonly publish: (topic: string, answer: JsonObject) => void,
  ) {
    this.owner = `/${device.productKey}/${device.deviceName}`;
    this.base = `/sys${this.owner}/`;
    this.posts = new Posts(device, uplink);
  }

  /** @returns why the message was not used, for the log */
  take(topic: string, payload: Buffer): string | undefined {
    if (topic === `/ext/ntp${this.owner}/request`) return this.tellTime(topic, payload);
    if (topic === `/ota/device/inform${this.owner}`) return this.inform(payload);
    if (topic === `/shadow/update${this.owner}`) return this.refuseShadow();
    const isRequest = topic.startsWith(this.base) || topic.startsWith("/ext/session/");
    if (!isRequest || topic.endsWith("_reply")) return unknownTopic;
    // A binary message, which would need a script of the product.
    if (topic.endsWith("/thing/model/up_raw")) return unknownTopic;
    const message = readObject(payload);
    const name = topic.startsWith(this.base) ? topic.slice(this.base.length) : "";
    const outcome = message ? this.answer(name, message) : wrong(6207, notJson);
    this.reply(topic, name, message, outcome);
    return outcome.code === 200 ? undefined : `${outcome.code} ${outcome.message}`;
  }

  /** @param name the part after product and device */
  private answer(name: string, message: JsonObject): Outcome {
    const post = /^thing\/event\/(.+)\/post$/.exec(name)?.[1];
    if (post !== undefined) return this.posts.accept(post, message);
    const { productKey, deviceName } = this.device;
    switch (name) {
      case "thing/deviceinfo/update":
        if (!Array.isArray(message.params))
          return wrong(460, "params must be a list of attrKey and attrValue");
        this.uplink.postTags(productKey, deviceName, message.params);
        return success();
      case "thing/deviceinfo/delete":
        for (const tag of Array.isArray(message.params) ? message.params : []) {
          const { attrKey } = (tag ?? {}) as JsonObject;
          if (typeof attrKey === "string") this.device.setTag(attrKey, undefined);
        }
        return success();
      case "thing/property/desired/get":
        return desiredOf(this.device, message.params);
      case "thing/property/desired/delete":
        return deleteDesired(this.device, message.params, this.uplink.now());
      case "thing/config/get":
        return wrong(6710, "there is no remote configuration");
      default:
        return wrong(400, unknownTopic);
    }
  }

  /** With `sys.ack` 0 the device wants no reply; errors are sent all the same. */
  private reply(topic: string, name: string, message: JsonObject | undefined, outcome: Outcome): void {
    const sys = message?.sys;
    if (isLosslessObject(sys) && numberOf(sys.ack) === 0 && outcome.code === 200) return;
    const method = typeof message?.method === "string" ? message.method : name.replaceAll("/", ".");
    this.publish(`${topic}_reply`, { ...outcome, id: idOf(message) ?? "", method, version: alinkVersion });
  }

  private tellTime(topic: string, payload: Buffer): string | undefined {
    const message = readObject(payload);
    if (!message) return notJson;
    const now = String(this.uplink.now());
    const answer = { deviceSendTime: message.deviceSendTime, serverRecvTime: now, serverSendTime: now };
    this.publish(topic.replace(/request$/, "response"), answer);
    return undefined;
  }

  private inform(payload: Buffer): string | undefined {
    const params = readObject(payload)?.params;
    if (!isLosslessObject(params) || typeof params.version !== "string")
      return "params.version must be a text";
    const module = typeof params.module === "string" ? params.module : "default";
    if (this.versions.get(module) === params.version) return undefined;
    this.versions.set(module, params.version);
    if (this.versions.size > 100) this.versions.clear();
    this.uplink.postVersion(this.device.productKey, this.device.deviceName, module, params.version);
    return undefined;
  }

  private refuseShadow(): string {
    const content = { errorcode: "500", errormessage: "the simulator keeps no device shadows" };
    const answer = { method: "reply", payload: { status: "error", content }, timestamp: this.uplink.now() };
    this.publish(`/shadow/get${this.owner}`, answer);
    return content.errormessage;
  }
}
