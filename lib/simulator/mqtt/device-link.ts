import { LosslessNumber, parse, stringify } from "lossless-json";
import type { Service } from "../../thing-model/model";
import type { JsonObject } from "../../base/json";
import type { Device, DeviceAnswer, DeviceCommand } from "../devices/device";
import type { Uplink } from "../messages/uplink";

/** A device that keeps silent would otherwise keep every command. */
const MOST_PENDING = 10_000;
const VERSION = "1.0";

/** What a connected device says and is told, in Alink JSON (reference, 9.2 to 9.4). */
export class DeviceLink implements DeviceAnswer {
  private readonly pending = new Map<string, (payload: Buffer) => void>();
  private readonly base: string;

  constructor(
    private readonly device: Device,
    private readonly uplink: Uplink,
    private readonly usesExtendedRrpc: boolean,
    private readonly publish: (topic: string, payload: string) => void,
  ) {
    this.base = `/sys/${device.productKey}/${device.deviceName}`;
  }

  /** Sends a command. Resolves with the device's answer; never, where it gives none. */
  async invoke(command: DeviceCommand): Promise<ReturnType<typeof readAnswer>> {
    const { identifier, service, messageId, args } = command;
    const { topic, answer } = this.topicsOf(identifier, service, messageId);
    const method = `thing.service.${identifier}`;
    const params = command.written ?? args;
    const payload = await new Promise<Buffer>((resolve) => {
      this.pending.set(`${answer}#${messageId}`, resolve);
      const [oldest] = this.pending.keys();
      if (this.pending.size > MOST_PENDING && oldest !== undefined) this.pending.delete(oldest);
      this.publish(topic, stringify({ id: messageId, version: VERSION, params, method }) ?? "");
    });
    return readAnswer(payload);
  }

  /** One message of the device. What nobody understands is passed over, as the platform does. */
  receive(topic: string, payload: Buffer): void {
    if (topic.startsWith(`/${this.device.productKey}/${this.device.deviceName}/user/`)) {
      this.uplink.postRaw(topic, payload);
    } else if (topic.startsWith("/ext/rrpc/") || topic.startsWith(`${this.base}/rrpc/response/`)) {
      this.answered(topic, /\/rrpc\/(?:response\/)?([^/]+)/.exec(topic)?.[1] ?? "", payload);
    } else if (topic.startsWith(`${this.base}/thing/service/`)) {
      this.answered(topic, idOf(readObject(payload)) ?? "", payload);
    } else if (topic.startsWith(`${this.base}/thing/event/`) && topic.endsWith("/post")) {
      this.posted(topic, topic.slice(`${this.base}/thing/event/`.length, -"/post".length), payload);
    }
  }

  private answered(topic: string, messageId: string, payload: Buffer): void {
    const key = `${topic}#${messageId}`;
    const resolve = this.pending.get(key);
    this.pending.delete(key);
    resolve?.(payload);
  }

  private posted(topic: string, identifier: string, payload: Buffer): void {
    const message = readObject(payload);
    const outcome = message
      ? this.accept(identifier, message)
      : wrong(6207, "the payload is not a JSON object");
    const sys = message?.sys as { ack?: unknown } | undefined;
    if (sys && Number(sys.ack) === 0 && outcome.code === 200) return;
    const id = idOf(message) ?? "";
    const method = `thing.event.${identifier}.post`;
    this.publish(`${topic}_reply`, stringify({ ...outcome, id, method, version: VERSION }) ?? "");
  }

  private accept(identifier: string, message: JsonObject): Outcome {
    const { productKey, deviceName } = this.device;
    if (typeof message.method !== "string") return wrong(6300, "method is missing");
    const { params } = message;
    if (!isObject(params)) return wrong(460, "params must be an object");
    if (identifier === "property") {
      const failed = this.uplink.postProperty(productKey, deviceName, params, idOf(message));
      return { code: 200, message: "success", data: failed };
    }
    const value = isObject(params.value) ? params.value : {};
    const time = params.time === undefined ? undefined : Number(params.time);
    try {
      const at = Number.isSafeInteger(time) ? time : undefined;
      this.uplink.postEvent(productKey, deviceName, identifier, value, at);
    } catch {
      return wrong(5160, `the thing model has no event ${identifier}`);
    }
    return { code: 200, message: "success", data: {} };
  }

  /** Where a command goes, and where its answer comes from (reference, 9.2 and 9.3). */
  private topicsOf(identifier: string, service: Service, id: string): { topic: string; answer: string } {
    const topic = `${this.base}/thing/service/${identifier}`;
    if (service.callType === "async") return { topic, answer: `${topic}_reply` };
    if (this.usesExtendedRrpc) return { topic: `/ext/rrpc/${id}${topic}`, answer: `/ext/rrpc/${id}${topic}` };
    return { topic: `${this.base}/rrpc/request/${id}`, answer: `${this.base}/rrpc/response/${id}` };
  }
}

interface Outcome {
  code: number;
  message: string;
  data: JsonObject;
}

function wrong(code: number, message: string): Outcome {
  return { code, message, data: {} };
}

/** A device's answer, with its numbers as they were written; `text` is all that came. */
function readAnswer(payload: Buffer): {
  code: number;
  message: string;
  data: unknown;
  bare: boolean;
  text: string;
} {
  const text = payload.toString("utf8");
  const answer = readObject(payload);
  if (!answer || answer.code === undefined) {
    const isBare = answer !== undefined;
    return isBare
      ? { code: 200, message: "success", data: answer, bare: true, text }
      : { code: 6207, message: "the device's answer is not a JSON object", data: {}, bare: true, text };
  }
  const code = Number(answer.code);
  const message = typeof answer.message === "string" ? answer.message : code === 200 ? "success" : "";
  return { code: Number.isInteger(code) ? code : 6207, message, data: answer.data ?? {}, bare: false, text };
}

function readObject(payload: Buffer): JsonObject | undefined {
  try {
    const value: unknown = parse(payload.toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function idOf(message: JsonObject | undefined): string | undefined {
  const id = message?.id;
  if (typeof id === "string") return id.slice(0, 64);
  return id instanceof LosslessNumber ? id.value.slice(0, 64) : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber)
  );
}
