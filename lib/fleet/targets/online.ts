import type { CancelSignal } from "../../base/cancellation";
import type { FleetDevice } from "../fleet-device";
import type { TargetSources } from "./sources";

/** Stands in until the one that reads states lands. */
export function onlineOf(
  devices: readonly FleetDevice[],
  _sources: TargetSources,
  _signal?: CancelSignal,
): Promise<(boolean | undefined)[]> {
  return Promise.resolve(devices.map(() => undefined));
}
