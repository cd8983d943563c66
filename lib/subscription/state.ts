import type { Failure } from "../base/failure";

/** The state of a subscription. */
export type SubscriptionState =
  | { name: "connecting" }
  | { name: "connected" }
  /** Disconnected or unreachable; it is retried automatically. */
  | { name: "disconnected"; failure: Failure; retryInMs: number }
  /** Refused by the platform: credentials, permission or consumer group. Retried slowly. */
  | { name: "refused"; failure: Failure; retryInMs: number }
  | { name: "closed" };
