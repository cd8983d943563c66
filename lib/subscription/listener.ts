import type { DeviceMessage, MessageFilter } from "./device-message";
import { propertyIn } from "./property-post";

/** A receiver of messages of a subscription. */
export interface MessageListener {
  filter: MessageFilter;
  /** Whether a message is acknowledged after `take`, or by a call of `acknowledge`. */
  acknowledge: "auto" | "flow";
  /** Receives a message; must not throw. */
  take(message: DeviceMessage): void;
  /** Called when it has not acknowledged a message in time; must not throw. */
  onUnacknowledged?(message: DeviceMessage): void;
}

/** A registered listener. */
export interface Listening {
  /** Acknowledges a message; false if this listener has no open message with this id. */
  acknowledge(messageId: string): boolean;
  /** Unregisters; its unacknowledged messages count as not processed. */
  end(): void;
}

/** Whether a listener wants a message. A property post must contain the property that `identifier` names. */
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
