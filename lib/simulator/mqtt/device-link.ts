import { stringify } from "lossless-json";
import { readable } from "../../base/text";
import { isLosslessObject } from "../../thing-model/json";
import type { Service } from "../../thing-model/model";
import { type DeviceAnswer, type DeviceCommand, setIdentifier } from "../devices/command";
import type { Device } from "../devices/device";
import type { DeviceReply } from "../devices/outputs";
import type { Uplink } from "../messages/uplink";
import { idOfAnswer, numberOf, readObject } from "./alink";
import { Requests } from "./requests";
import { matches } from "./topics";

/** A limit for devices that never answer. */
const maxPending = 10_000;

/** Commands whose answers a device still owes, by topic and id: it may give them after it has connected again. */
export type PendingAnswers = Map<string, (payload: Buffer) => void>;

interface LinkOptions {
  usesExtendedRrpc: boolean;
  pending: PendingAnswers;
  publish(topic: string, payload: string, qos?: 0 | 1): void;
  log: ((line: string) => void) | undefined;
}

const maxUnacknowledged = 1000;
const alinkVersion = "1.0";

/** The messages from and to a connected device, in Alink JSON (docs/protocol.md, 9.2 to 9.4). */
export class DeviceLink implements DeviceAnswer {
  /** Property sets with QoS 1 that the device has not acknowledged, oldest first. */
  private readonly unacknowledged: DeviceCommand[] = [];
  private readonly base: string;
  private readonly setTopic: string;
  private readonly requests: Requests;
  takesPropertySets = false;
  private acknowledges = false;

  constructor(
    private readonly device: Device,
    private readonly uplink: Uplink,
    private readonly options: LinkOptions,
  ) {
    this.base = `/sys/${device.productKey}/${device.deviceName}`;
    this.setTopic = `${this.base}/thing/service/property/set`;
    this.requests = new Requests(device, uplink, (topic, answer) =>
      options.publish(topic, stringify(answer) ?? ""),
    );
  }

  /** The device has subscribed. */
  subscribed(subscriptions: readonly { topic: string; qos: number }[]): void {
    const fitting = subscriptions.filter(({ topic, qos }) => qos <= 2 && matches(topic, this.setTopic));
    if (fitting.length === 0) return;
    this.takesPropertySets = true;
    this.acknowledges = fitting.some(({ qos }) => qos > 0);
  }

  /** The device has acknowledged a message; it does so in the order of the messages. */
  acknowledged(): void {
    this.unacknowledged.shift();
  }

  /** The connection has ended: what was not acknowledged is delivered again over the next one. */
  keepUnacknowledged(): void {
    for (const { args, written = args, messageId } of this.unacknowledged.splice(0)) {
      this.device.memory.kept.add({ items: args, written, qos: 1 }, messageId, this.uplink.now());
    }
  }

  /** Sends a command. Resolves with the device's answer; never resolves if there is none. */
  async invoke(command: DeviceCommand): Promise<DeviceReply> {
    const { identifier, service, messageId, args, qos } = command;
    const { topic, answer } = this.topicsOf(identifier, service, messageId);
    const method = `thing.service.${isSet(identifier) ? "property.set" : identifier}`;
    const params = command.written ?? args;
    const payload = await new Promise<Buffer>((resolve) => {
      const { pending } = this.options;
      pending.set(`${answer}#${messageId}`, resolve);
      const [oldest] = pending.keys();
      if (pending.size > maxPending && oldest !== undefined) pending.delete(oldest);
      if (qos === 1 && this.acknowledges) this.unacknowledged.push(command);
      if (this.unacknowledged.length > maxUnacknowledged) this.unacknowledged.shift();
      this.options.publish(
        topic,
        stringify({ id: messageId, version: alinkVersion, params, method }) ?? "",
        qos,
      );
    });
    return readAnswer(payload);
  }

  /** Handles a message of the device. Messages that the simulator does not use are logged. */
  receive(topic: string, payload: Buffer): void {
    const trouble = this.take(topic, payload);
    if (trouble === undefined) return;
    const { productKey, deviceName } = this.device;
    this.options.log?.(
      `device ${productKey}/${deviceName}: ${readable(topic, 120)}: ${readable(trouble, 200)}`,
    );
  }

  /** @returns why the message was not used */
  private take(topic: string, payload: Buffer): string | undefined {
    if (topic.startsWith(`/${this.device.productKey}/${this.device.deviceName}/user/`)) {
      this.uplink.postRaw(topic, payload);
      return undefined;
    }
    const rrpc = /^\/ext\/rrpc\/([^/]+)\//.exec(topic) ?? /\/rrpc\/response\/([^/]+)$/.exec(topic);
    if (rrpc) return this.answered(topic, rrpc[1] ?? "", payload);
    if (topic.startsWith(`${this.base}/thing/service/`)) {
      return this.answered(topic, idOfAnswer(payload), payload);
    }
    return this.requests.take(topic, payload);
  }

  private answered(topic: string, messageId: string, payload: Buffer): string | undefined {
    const key = `${topic}#${messageId}`;
    const resolve = this.options.pending.get(key);
    this.options.pending.delete(key);
    if (!resolve) return `nobody waits for an answer with the id ${messageId || "(none)"}`;
    resolve(payload);
    return undefined;
  }

  /** The topics of a command and of its answer (docs/protocol.md, 9.2 and 9.3). */
  private topicsOf(identifier: string, service: Service, id: string): { topic: string; answer: string } {
    const topic = isSet(identifier) ? this.setTopic : `${this.base}/thing/service/${identifier}`;
    if (service.callType === "async") return { topic, answer: `${topic}_reply` };
    if (this.options.usesExtendedRrpc)
      return { topic: `/ext/rrpc/${id}${topic}`, answer: `/ext/rrpc/${id}${topic}` };
    return { topic: `${this.base}/rrpc/request/${id}`, answer: `${this.base}/rrpc/response/${id}` };
  }
}

function isSet(identifier: string): boolean {
  return identifier === setIdentifier;
}

const notJson = "the device's answer is not a JSON object";
const beyondReason = "the device's answer has a number that is too large, or nests too deeply";

/** A device's answer, whose numbers keep their digits; `text` is the whole payload. */
function readAnswer(payload: Buffer): DeviceReply {
  const text = payload.toString("utf8");
  const answer = readObject(payload);
  if (!answer) {
    // Text that is not JSON at all is passed on unchanged; broken JSON would do harm there.
    if (!isJson(text)) return { code: 6207, message: notJson, data: {}, bare: true, text };
    return { code: 6207, message: beyondReason, data: {}, bare: false };
  }
  if (answer.code === undefined) return { code: 200, message: "success", data: answer, bare: true, text };
  const code = numberOf(answer.code);
  const message = typeof answer.message === "string" ? answer.message : code === 200 ? "success" : "";
  const data = isLosslessObject(answer.data) ? answer.data : (answer.data ?? {});
  return { code: Number.isInteger(code) ? code : 6207, message, data, bare: false, text };
}

function isJson(text: string): boolean {
  try {
    return isLosslessObject(JSON.parse(text));
  } catch {
    return false;
  }
}
