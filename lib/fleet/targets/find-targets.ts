import { asFailure } from "../../base/as-failure";
import type { CancelSignal } from "../../base/cancellation";
import { closed } from "../../base/failure";
import type { FleetDevice, Selection } from "../fleet-device";
import type { ListedDevice } from "./device-lists";
import { devicesOfList } from "./list";
import { notSent } from "./not-sent";
import { devicesOfGroup, devicesOfProduct, devicesOfTags } from "./platform-lists";
import type { TargetSources } from "./sources";

/**
 * The devices that a message means, each once, in the order in which they are named or listed; none is a result as well. An
 * entry of a list that cannot be read is there with its problem.
 * @param signal ends the search as `closed`
 * @throws {Failure} why they cannot be found out; `not-sent`, since no device has been commanded
 */
export async function findTargets(
  selection: Selection,
  sources: TargetSources,
  signal?: CancelSignal,
): Promise<FleetDevice[]> {
  try {
    if (signal?.aborted) throw closed(false);
    if (selection.by === "list")
      return await devicesOfList(selection.devices, selection.productKey, sources, signal);
    return (await listedBy(selection, sources, signal)).map(deviceOf);
  } catch (error) {
    const failure = asFailure(error, "not-sent");
    throw failure.category === "closed" ? closed(false) : notSent(failure);
  }
}

function listedBy(
  selection: Exclude<Selection, { by: "list" }>,
  sources: TargetSources,
  signal: CancelSignal | undefined,
): Promise<readonly ListedDevice[]> {
  switch (selection.by) {
    case "product":
      return devicesOfProduct(selection.productKey, sources, signal);
    case "group":
      return devicesOfGroup(selection.groupId, sources, signal);
    case "tags":
      break;
  }
  return devicesOfTags(selection.tags, sources, signal);
}

/** A copy: the list is cached, and other messages get it as well. */
function deviceOf({ productKey, deviceName, iotId }: ListedDevice): FleetDevice {
  return iotId === "" ? { productKey, deviceName } : { productKey, deviceName, iotId };
}
