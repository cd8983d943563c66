import { consumerTimings } from "./consumer";

/** In milliseconds. */
export interface SubscriptionTimings extends Record<keyof typeof consumerTimings, number> {
  /** Time for the flow to acknowledge; the platform takes a message back after 30 s (docs/protocol.md, 8.5). */
  acknowledge: number;
  /** How long a connection stays open after its last user. */
  linger: number;
}

export const usualTimings: SubscriptionTimings = { ...consumerTimings, acknowledge: 28_000, linger: 1000 };
