import { LosslessNumber } from "lossless-json";
import { type JsonObject, setMember } from "../../base/json";
import type { Parameter, ThingEvent } from "../../thing-model/model";
import { setIdentifier } from "../devices/command";
import type { Device } from "../devices/device";
import { type DeviceReply, writeFields } from "../devices/outputs";
import { splitOutputs } from "./check";

/** A message before it becomes bytes. */
export interface Outgoing {
  topic: string;
  payload: JsonObject;
}

/** The device type of products without a category. */
const deviceType = "CustomCategory";

/** The answer to an asynchronous service (docs/protocol.md, 8.7); `requestId` is the id of the call, digits. */
export function replyMessage(
  device: Device,
  requestId: string,
  identifier: string,
  reply: DeviceReply,
  outputs: readonly Parameter[],
  now: number,
): Outgoing {
  const { productKey, deviceName } = device;
  const { data, failed } = splitOutputs(reply.data, outputs);
  return {
    topic: `/${productKey}/${deviceName}/thing/downlink/reply/message`,
    payload: {
      gmtCreate: now,
      ...whoIs(device),
      requestId: Number(requestId),
      code: reply.code,
      message: reply.message,
      topic: `/sys/${productKey}/${deviceName}/thing/service/${answeredTopic(device, identifier)}`,
      data: writeFields(data, outputs),
      ...(failed ? { checkFailedData: failed } : {}),
    },
  };
}

/** Replies to property sets come with either topic (docs/protocol.md, 8.7): by turns, so that both are met with. */
function answeredTopic(device: Device, identifier: string): string {
  if (identifier !== setIdentifier) return `${identifier}_reply`;
  device.setReplies++;
  return device.setReplies % 2 === 1 ? "property/set_reply" : "property/set";
}

/** Online or offline (docs/protocol.md, 8.6); `before` is when the device was last heard of. */
export function statusMessage(device: Device, isOnline: boolean, before: number, now: number): Outgoing {
  const { productKey, deviceName } = device;
  return {
    topic: `/as/mqtt/status/${productKey}/${deviceName}`,
    payload: {
      status: isOnline ? "online" : "offline",
      ...whoIs(device),
      time: chinaTime(now),
      utcTime: new Date(now).toISOString(),
      lastTime: chinaTime(before),
      utcLastTime: new Date(before).toISOString(),
      clientIp: "127.0.0.1",
      ...(isOnline ? {} : { offlineReasonCode: 414 }),
    },
  };
}

/**
 * A property post (docs/protocol.md, 8.6); each value may have its own time. `isPast`: values that could not be sent at
 * the time.
 */
export function propertyMessage(
  device: Device,
  items: JsonObject,
  properties: readonly Parameter[],
  now: number,
  { requestId, isPast = false }: { requestId?: string | LosslessNumber | undefined; isPast?: boolean } = {},
): Outgoing {
  const { productKey, deviceName } = device;
  const values = Object.entries(items).map(([key, item]) => [key, timed(item, now)] as const);
  const good: JsonObject = {};
  const failed: JsonObject = {};
  for (const [key, { value, time }] of values) {
    const split = splitOutputs({ [key]: value }, properties);
    if (split.failed) {
      const { code, message } = split.failed;
      setMember(failed, key, { value, time, code, message });
    } else setMember(good, key, { value: writeFields({ [key]: value }, properties)[key], time });
  }
  return {
    topic: `/${productKey}/${deviceName}/thing/event/property/${isPast ? "history/" : ""}post`,
    payload: {
      deviceType: deviceType,
      ...whoIs(device),
      gmtCreate: now,
      ...(requestId === undefined ? {} : { requestId }),
      items: good,
      checkFailedData: failed,
    },
  };
}

/** An event post (docs/protocol.md, 8.6); `identifier` with its module, if it has one. */
export function eventMessage(
  device: Device,
  identifier: string,
  event: ThingEvent,
  value: JsonObject,
  time: number,
  now: number,
  isPast = false,
): Outgoing {
  const { productKey, deviceName } = device;
  const { data, failed } = splitOutputs(value, event.outputs);
  return {
    topic: `/${productKey}/${deviceName}/thing/event/${identifier}/${isPast ? "history/" : ""}post`,
    payload: {
      deviceType: deviceType,
      identifier,
      name: event.name,
      type: event.type,
      ...whoIs(device),
      gmtCreate: now,
      time,
      value: writeFields(data, event.outputs),
      checkFailedData: failed ?? {},
    },
  };
}

/** A device was made, deleted, enabled or disabled; the platform puts the secret into `create`. */
export function lifecycleMessage(device: Device, action: string, now: number): Outgoing {
  return {
    topic: `/${device.productKey}/${device.deviceName}/thing/lifecycle`,
    payload: {
      action,
      ...whoIs(device),
      ...(action === "create" ? { deviceSecret: device.deviceSecret } : {}),
      messageCreateTime: now,
    },
  };
}

/** Tags of a device, as it reported them. */
export function tagMessage(device: Device, tags: unknown[], now: number): Outgoing {
  return {
    topic: `/${device.productKey}/${device.deviceName}/thing/deviceinfo/update`,
    payload: { ...whoIs(device), value: tags, messageCreateTime: now },
  };
}

/** The firmware version of a module, as the device reported it. */
export function versionMessage(device: Device, module: string, version: string, now: number): Outgoing {
  return {
    topic: `/${device.productKey}/${device.deviceName}/ota/version/post`,
    payload: { ...whoIs(device), moduleName: module, moduleVersion: version, messageCreateTime: now },
  };
}

export function whoIs({ iotId, productKey, deviceName }: Device): JsonObject {
  return { iotId, productKey, deviceName };
}

/** `20` or `{ value: 20, time: 1524448722000 }`. */
export function timed(item: unknown, now: number): { value: unknown; time: number } {
  const given = item as { value?: unknown; time?: unknown } | null;
  // A LosslessNumber is an object with a value, too.
  const isPlain = typeof given !== "object" || given === null || given instanceof LosslessNumber;
  if (isPlain || !Object.hasOwn(given, "value")) {
    return { value: item, time: now };
  }
  // A device's numbers keep their digits.
  const time = given.time === undefined ? now : numberOf(given.time);
  return { value: given.value, time: Number.isSafeInteger(time) ? time : now };
}

/** NaN if it is not a number; converting a LosslessNumber throws if digits would be lost. */
function numberOf(value: unknown): number {
  return Number(value instanceof LosslessNumber ? value.value : value);
}

/** China's local time, without its zone: `2018-08-31 15:32:28.205`. */
function chinaTime(milliseconds: number): string {
  return new Date(milliseconds + 8 * 3_600_000).toISOString().replace("T", " ").replace("Z", "");
}
