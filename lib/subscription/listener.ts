import type { DeviceMessage, MessageFilter } from "./device-message";

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

/** Whether a listener wants a message. */
export function wants({ kind, ...names }: MessageFilter, message: DeviceMessage): boolean {
  if (kind !== "any" && kind !== message.kind) return false;
  return (["productKey", "deviceName", "identifier"] as const).every(
    (name) => names[name] === "" || names[name] === message[name],
  );
}
