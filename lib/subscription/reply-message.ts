import { type Envelope, readWrapper } from "../base/envelope";
import { isObject } from "../base/json";
import type { DeviceMessage } from "./device-message";

/** A device's answer to an asynchronous service or a property set (docs/protocol.md, 8.7). */
export interface Reply extends Envelope {
  /** Of a property set: when the platform created the reply, in UTC milliseconds. */
  generateTime?: number | undefined;
  /** Outputs that do not fit the thing model, as the platform reports them. */
  checkFailedData: unknown;
}

/** The device that a call is for: its IotId, or its product and name. */
export interface ReplyTarget {
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

/** What a reply answers, as the platform names it. */
export type Answered = "service" | "property/set";

export const propertySet: Answered = "property/set";

/** Whether a message is a reply that a call of this or another Node-RED may wait for. */
export function isReplyOfCommand(message: DeviceMessage): boolean {
  return message.requestId !== undefined && mayBeOfCommand(message) && readReply(message) !== undefined;
}

function mayBeOfCommand({ kind, identifier }: DeviceMessage): boolean {
  return kind === "reply" && (identifier === propertySet || !identifier?.startsWith("property/"));
}

/** A reply without a code is ignored; the call keeps waiting. */
export function readReply({ payload, identifier, generateTime }: DeviceMessage): Reply | undefined {
  const envelope = readWrapper(payload);
  if (!envelope || !isObject(payload)) return undefined;
  const reply: Reply = { ...envelope, checkFailedData: payload["checkFailedData"] };
  if (identifier === propertySet && generateTime !== undefined) reply.generateTime = generateTime;
  return reply;
}

/**
 * When the platform created a reply, in UTC milliseconds, where the message tells. Its body says so itself; the message around it
 * may have been made later.
 */
export function createdAt({ payload, generateTime }: DeviceMessage): number | undefined {
  const time = isObject(payload) ? payload["gmtCreate"] : undefined;
  return typeof time === "number" ? time : generateTime;
}
