import type { DeviceMessage, MessageFilter } from "./device-message";

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

/** Whether a listener wants a message. */
export function wants({ kind, ...names }: MessageFilter, message: DeviceMessage): boolean {
  if (kind !== "any" && kind !== message.kind) return false;
  return (["productKey", "deviceName", "identifier"] as const).every(
    (name) => names[name] === "" || names[name] === message[name],
  );
}
