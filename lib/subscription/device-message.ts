/** The kinds of messages, derived from their topics (docs/protocol.md, 8.6). A test compares them with the dialog. */
export const messageKinds = ["property", "event", "reply", "status", "lifecycle", "custom", "other"] as const;

export type MessageKind = (typeof messageKinds)[number];

/** A message of the platform for a flow; fields that the platform does not send are missing. */
export interface DeviceMessage {
  kind: MessageKind;
  topic: string;
  productKey?: string | undefined;
  deviceName?: string | undefined;
  iotId?: string | undefined;
  /** Of the event, or of the service whose reply it is. */
  identifier?: string | undefined;
  /** The platform's id of this message; blank if there is none. */
  messageId: string;
  /** UTC milliseconds. */
  generateTime?: number | undefined;
  /** The id of the command whose reply it is, or the device's own id of its post; text with all digits. */
  requestId?: string | undefined;
  /** Parsed JSON, text, or a Buffer; without secrets. */
  payload: unknown;
  /** What `payload` is. */
  format: "json" | "text" | "buffer";
  /** It should be JSON and is not. It is passed on unchanged, or without content if it may contain a secret. */
  isBroken?: true | undefined;
}

/** Which messages somebody wants; blank = any. */
export interface MessageFilter {
  kind: MessageKind | "any";
  productKey: string;
  deviceName: string;
  identifier: string;
}
