import { isObject } from "../base/json";
import { readable } from "../base/text";
import type { DeviceMessage } from "./device-message";
import { readPayload } from "./payload";
import { type Author, readTopic, serviceOfReply } from "./topic";

/** A message from AMQP; any part may be missing or of any type. */
export interface AmqpMessage {
  body?: unknown;
  message_id?: unknown;
  application_properties?: unknown;
}

/** Reads a message of the platform (docs/protocol.md, 8.4, 8.6 and 8.7). Never throws, whatever it is given. */
export function readMessage(amqp: AmqpMessage): DeviceMessage {
  try {
    return read(amqp);
  } catch {
    return { kind: "other", topic: "", messageId: "", payload: "", format: "text", isBroken: true };
  }
}

function read(amqp: AmqpMessage): DeviceMessage {
  const properties = isObject(amqp.application_properties) ? amqp.application_properties : {};
  const own = (key: string): unknown => (Object.hasOwn(properties, key) ? properties[key] : undefined);
  const topic = name(own("topic"), 500) ?? "";
  const parts = readTopic(topic);
  const content = readPayload(amqp.body, parts.author, parts.kind === "lifecycle");
  const said = fieldsOf(content.payload, parts.author);
  const identifier =
    parts.kind === "reply" ? serviceOfReply(name(said["topic"], 500) ?? "") : parts.identifier;
  const message: DeviceMessage = {
    kind: parts.kind,
    topic,
    productKey: parts.productKey,
    deviceName: parts.deviceName,
    iotId: name(said["iotId"]),
    identifier: identifier ?? (parts.kind === "event" ? name(said["identifier"]) : undefined),
    messageId: idOf(own("messageId")) || idOf(amqp.message_id),
    generateTime: timeOf(own("generateTime")),
    requestId: idOf(said["requestId"]) || undefined,
    ...content,
  };
  return Object.fromEntries(
    Object.entries(message).filter(([, value]) => value !== undefined),
  ) as unknown as DeviceMessage;
}

/** What a body says about its origin. Only bodies written by the platform count: a device could name another one. */
function fieldsOf(payload: unknown, author: Author): Record<string, unknown> {
  return author === "platform" && isObject(payload) && !Buffer.isBuffer(payload) ? payload : {};
}

/** A name on one line, limited to the longest that the platform allows. */
function name(value: unknown, maxLength = 100): string | undefined {
  return typeof value === "string" ? readable(value, maxLength) || undefined : undefined;
}

/** An id as text, never cut: a part of it would be another id. */
function idOf(value: unknown): string {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return value.length <= 64 ? Buffer.from(value).toString("hex") : "";
  return typeof value === "string" && value.length <= 200 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)
    ? value
    : "";
}

/** UTC milliseconds. */
function timeOf(value: unknown): number | undefined {
  const text = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  const time = text instanceof Date ? text.getTime() : text;
  return typeof time === "number" && time >= 0 && time <= 8.64e15 ? Math.round(time) : undefined;
}
