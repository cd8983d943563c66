/** One message of the platform on its way to the subscribers (docs/protocol.md, 8.4). */
export interface PlatformMessage {
  topic: string;
  /** Digits; the same each time that the message is delivered. */
  messageId: string;
  /** UTC milliseconds. */
  generateTime: number;
  body: Buffer;
}

/** Times of the platform in ms; a test shortens them. */
export interface SubscriptionTimes {
  /** How long a delivery may stay unacknowledged: 30 s. */
  acknowledgeMs: number;
  /** When an unacknowledged message is redelivered: after 1 min. */
  redeliverMs: number;
  /** From the connection to the login, and from there to the receiver: 15 s each. */
  patienceMs: number;
}

/** docs/protocol.md, 8.1 and 8.5. */
export const platformTimes: SubscriptionTimes = {
  acknowledgeMs: 30_000,
  redeliverMs: 60_000,
  patienceMs: 15_000,
};
