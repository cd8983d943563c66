import type { Failure } from "../base/failure";
import type { RedisAccess } from "./redis-client";

/** How it stands with the Redis that several Node-REDs share. */
export type CoordinationState =
  | { name: "connecting" }
  /** `members`: Node-REDs with this prefix, this one included. `data`: another one where Redis has lost what it knew. */
  | { name: "connected"; server: string; members: number; data?: number }
  /** It is not of use; what is wrong is tried again automatically. */
  | { name: "away"; failure: Failure }
  | { name: "closed" };

export interface CoordinationSettings extends RedisAccess {
  /** Every key begins with it. */
  prefix: string;
}
