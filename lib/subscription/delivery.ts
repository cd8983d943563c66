import type { AmqpMessage } from "./message";

/** A delivery of a message, until it is settled. */
export interface Delivery {
  message: AmqpMessage;
  /**
   * Acknowledges the message. Only the first call of `accept` or `release` counts; neither has an effect on a broken
   * connection.
   */
  accept(): void;
  /** Gives the message back; the platform redelivers it. */
  release(): void;
}
