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
  // Fields without a value are left out. Written out: filtering them afterwards takes as long as all the rest.
  const message = { kind: parts.kind, topic } as DeviceMessage;
  if (parts.productKey !== undefined) message.productKey = parts.productKey;
  if (parts.deviceName !== undefined) message.deviceName = parts.deviceName;
  const iotId = name(said["iotId"]);
  if (iotId !== undefined) message.iotId = iotId;
  const named = identifier ?? (parts.kind === "event" ? name(said["identifier"]) : undefined);
  if (named !== undefined) message.identifier = named;
  message.messageId = idOf(own("messageId")) || idOf(amqp.message_id);
  const generateTime = timeOf(own("generateTime"));
  if (generateTime !== undefined) message.generateTime = generateTime;
  const requestId = idOf(said["requestId"]);
  if (requestId !== "") message.requestId = requestId;
  message.payload = content.payload;
  message.format = content.format;
  if (content.isBroken) message.isBroken = content.isBroken;
  return message;
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
  if (typeof value !== "string" || value.length > 200) return "";
  // Most are digits; the other test takes several times as long.
  return /^[!-~]*$/.test(value) || !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value) ? value : "";
}

/** UTC milliseconds. */
function timeOf(value: unknown): number | undefined {
  const text = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  const time = text instanceof Date ? text.getTime() : text;
  return typeof time === "number" && time >= 0 && time <= 8.64e15 ? Math.round(time) : undefined;
}
