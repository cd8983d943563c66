import type { Failure } from "../base/failure";
import type { Input } from "../invocation/inputs";

/** One device of a fleet. A fleet has its devices in the order in which they were named. */
export interface FleetDevice {
  productKey: string;
  deviceName: string;
  iotId?: string | undefined;
  /** Args or items of its own, in place of those of the fleet. */
  own?: unknown;
  /** Why nothing is sent to it. */
  problem?: Failure | undefined;
}

/** Which devices are meant. */
export type Selection =
  /** An array of names, or of `{ productKey?, deviceName, iotId?, args? }`; `productKey` is that of entries without one. */
  | { by: "list"; productKey: string | undefined; devices: Input }
  | { by: "product"; productKey: string }
  | { by: "group"; groupId: string }
  | { by: "tags"; tags: Readonly<Record<string, string>> };
