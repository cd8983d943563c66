import type { Failure } from "../base/failure";

/** How a subscription stands with the platform. */
export type SubscriptionState =
  | { name: "connecting" }
  | { name: "connected" }
  /** Disconnected or unreachable; it is retried automatically. */
  | { name: "disconnected"; failure: Failure; retryInMs: number }
  /** The platform does not want us: credentials, permission, consumer group. Tried again, slowly. */
  | { name: "refused"; failure: Failure; retryInMs: number }
  | { name: "closed" };
