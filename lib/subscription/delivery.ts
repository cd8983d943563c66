import type { AmqpMessage } from "./message";

/** A message that the platform has handed to us, until it is settled. */
export interface Delivery {
  message: AmqpMessage;
  /** It is done. The first of these two counts; neither does anything once the connection has broken. */
  accept(): void;
  /** It is not done; the platform will deliver it again. */
  release(): void;
}
