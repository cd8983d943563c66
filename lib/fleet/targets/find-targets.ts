import type { CancelSignal } from "../../base/cancellation";
import { invalidInput } from "../../base/failure";
import type { FleetDevice, Selection } from "../fleet-device";
import type { TargetSources } from "./sources";

/**
 * Stands in until the one that finds devices lands.
 * @throws {Failure}
 */
export async function findTargets(
  selection: Selection,
  _sources: TargetSources,
  _signal?: CancelSignal,
): Promise<FleetDevice[]> {
  if (selection.by !== "list" || !Array.isArray(selection.devices.value))
    throw invalidInput({ key: "errors.internal", params: { reason: selection.by } });
  const { productKey = "" } = selection;
  const entries = selection.devices.value as (string | (FleetDevice & { args?: unknown }))[];
  return Promise.resolve(
    entries.map((entry): FleetDevice => {
      if (typeof entry === "string") return { productKey, deviceName: entry };
      const { args, ...names } = entry;
      return { ...names, productKey: entry.productKey ?? productKey, own: args };
    }),
  );
}
