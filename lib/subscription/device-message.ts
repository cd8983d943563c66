/** What a message is about, told by its topic (docs/protocol.md, 8.6). The test of the bundle compares. */
export const messageKinds = ["property", "event", "reply", "status", "lifecycle", "custom", "other"] as const;

export type MessageKind = (typeof messageKinds)[number];

/** A message of the platform as a flow gets it; what the platform does not say is left out. */
export interface DeviceMessage {
  kind: MessageKind;
  topic: string;
  productKey?: string | undefined;
  deviceName?: string | undefined;
  iotId?: string | undefined;
  /** Of the event, or of the service that is replied to. */
  identifier?: string | undefined;
  /** The platform's id of this message; blank where it gave none. */
  messageId: string;
  /** UTC milliseconds. */
  generateTime?: number | undefined;
  /** The id of the command that is replied to, or the device's own id of what it posted; text, with all its digits. */
  requestId?: string | undefined;
  /** Parsed JSON, text, or a Buffer; without secrets. */
  payload: unknown;
  /** What `payload` is. */
  format: "json" | "text" | "buffer";
  /** It should have been JSON and is not; it is handed on as it came, or without content where it may hold a secret. */
  isBroken?: true | undefined;
}

/** Which messages somebody wants; blank = any. */
export interface MessageFilter {
  kind: MessageKind | "any";
  productKey: string;
  deviceName: string;
  identifier: string;
}
