import type { Service } from "../../thing-model/model";
import type { ReplyTime } from "../definition/definition";
import type { Device } from "../devices/device";
import type { DeviceReply } from "../devices/outputs";
import type { Platform } from "../devices/platform";
import { replyMessage } from "./payloads";

/** A command on its way to a device that will answer later. */
interface PendingReply {
  device: Device;
  identifier: string;
  service: Service;
  messageId: string;
  /** Milliseconds until `reply` may be called. */
  delayMs: number;
  reply(): Promise<DeviceReply>;
  /** Whether the device does not reply. */
  isSilent?: boolean;
  /** What the device does once it has replied. */
  afterwards?(reply: DeviceReply): Promise<void>;
}

/**
 * Publishes the reply of an asynchronous service or a property set (docs/protocol.md, 8.7). Resolves when the call
 * may be answered; a reply that comes `after` the answer is not waited for.
 */
export async function arrangeReply(
  pending: PendingReply,
  time: ReplyTime,
  platform: Platform,
): Promise<void> {
  const publish = async (): Promise<void> => {
    const reply = await pending.reply();
    if (!pending.isSilent && platform.subscription.isOpen) {
      const { device, identifier, service, messageId } = pending;
      const { topic, payload } = replyMessage(
        device,
        messageId,
        identifier,
        reply,
        service.outputs,
        platform.now(),
      );
      const delivered = platform.subscription.publish(topic, payload);
      if (time === "before") await delivered;
    }
    const done = pending.afterwards?.(reply);
    if (time === "before") await done;
  };
  if (time === "after") {
    platform.later(pending.delayMs, publish);
    return;
  }
  await platform.wait(pending.delayMs);
  await publish();
}

/** The platform's own reply for a device that is offline (docs/protocol.md, 4.3 and 8.7). */
export function offlineReply(): DeviceReply {
  return { code: 9201, message: "device offline", data: {}, bare: false };
}
