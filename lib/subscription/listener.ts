import type { DeviceMessage, MessageFilter } from "./device-message";
import { propertyIn } from "./property-post";

/** Somebody who takes messages from a subscription. */
export interface MessageListener {
  filter: MessageFilter;
  /** Whether a message is acknowledged once it was taken, or when `acknowledge` says so. */
  acknowledge: "auto" | "flow";
  /** Takes one message; must not throw. */
  take(message: DeviceMessage): void;
  /** It has let a message lie; must not throw. */
  onUnacknowledged?(message: DeviceMessage): void;
}

/** A listener that is on the list. */
export interface Listening {
  /** The flow is done with a message; false where none with this id is open for this listener. */
  acknowledge(messageId: string): boolean;
  /** Takes no more; what it still held counts as not processed. */
  end(): void;
}

/** Whether a listener wants a message. Of a property post, `identifier` names a property that it must hold. */
export function wants(filter: MessageFilter, message: DeviceMessage): boolean {
  const { kind, productKey, deviceName, identifier } = filter;
  if (kind !== "any" && kind !== message.kind) return false;
  if (productKey !== "" && productKey !== message.productKey) return false;
  if (deviceName !== "" && deviceName !== message.deviceName) return false;
  if (identifier === "") return true;
  return message.kind === "property"
    ? propertyIn(message, identifier) !== undefined
    : identifier === message.identifier;
}
