import type { Catalog } from "../../look-up/catalog";
import type { PacedCalls } from "../../reading/paced-calls";
import type { DeviceLists } from "./device-lists";

/** What an account offers to find out which devices are meant. */
export interface TargetSources {
  readonly calls: Pick<PacedCalls, "ask">;
  readonly catalog: Pick<Catalog, "groups" | "wholeDevices" | "knownDevices">;
  readonly lists: DeviceLists;
  /** Without one, the platform lists no dynamic group. */
  readonly hasInstanceId: boolean;
}
