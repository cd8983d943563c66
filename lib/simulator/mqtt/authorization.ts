import type { Aedes, Client, PublishPacket } from "aedes";
import { readable } from "../../base/text";
import type { Device } from "../devices/device";
import { maxPayloadBytes } from "./socket-guard";
import { mayPublish, maySubscribe } from "./topics";

/**
 * Lets devices publish and subscribe to their own topics only.
 * @param deviceOf the device that has logged in as a client
 * @param log gets what a client was refused, without its name
 */
export function authorize(
  aedes: Aedes,
  deviceOf: (client: Client) => Device | undefined,
  log: (client: Client, line: string) => void,
): void {
  aedes.authorizePublish = (client, packet, done) => {
    if (!client || mayPublishPacket(packet, deviceOf(client))) return done(null);
    log(client, `cut off: not allowed to publish to ${readable(packet.topic, 120)}`);
    done(new Error("not its own topic"));
  };
  aedes.authorizeSubscribe = (client, subscription, done) => {
    const device = deviceOf(client);
    const isAllowed = device !== undefined && maySubscribe(subscription.topic, device);
    if (!isAllowed) log(client, `is not allowed to subscribe to ${readable(subscription.topic, 120)}`);
    done(null, isAllowed ? subscription : null);
  };
  // Uplink messages are never delivered to devices, whatever wildcard they subscribe to.
  aedes.authorizeForward = (_client, packet) =>
    "clientId" in packet && /^\/(?:sys|ext|ota|shadow)\//.test(packet.topic) ? null : packet;
}

function mayPublishPacket(packet: PublishPacket, device: Device | undefined): boolean {
  // Messages are not retained; long texts are cut for the log.
  packet.retain = false;
  return device !== undefined && packet.payload.length <= maxPayloadBytes && mayPublish(packet.topic, device);
}
