import type { Failure } from "../base/failure";
import type { RedisAccess } from "./redis-client";

/** The state of the connection to the Redis that several Node-REDs share. */
export type CoordinationState =
  | { name: "connecting" }
  /** `members`: Node-REDs with this prefix, this one included. `data` changes when Redis has lost its data. */
  | { name: "connected"; server: string; members: number; data?: number }
  /** Redis cannot be used at the moment; it is tried again automatically. */
  | { name: "away"; failure: Failure }
  | { name: "closed" };

export interface CoordinationSettings extends RedisAccess {
  /** The beginning of the name of every key. */
  prefix: string;
}
