import type { CancelSignal } from "../../base/cancellation";
import { textOf } from "../../base/text";
import { field } from "../../cloud/answer";
import { maxStatesInOneCall, stateIn, statesIn } from "../../reading/state";
import type { FleetDevice } from "../fleet-device";
import { askMany } from "./ask-many";
import { byProduct } from "./by-product";
import { keyOf } from "./paging";
import type { TargetSources } from "./sources";

/** Any other word says neither. */
const notOnline: ReadonlySet<string | undefined> = new Set(["offline", "unactive", "disabled"]);

/**
 * Whether devices are online, in their order; undefined where the platform says nothing of one, for example because it does not
 * exist, and for those that have a problem.
 * @param signal ends it as `closed`
 * @throws {Failure} where states cannot be read at all
 */
export async function onlineOf(
  devices: readonly FleetDevice[],
  { calls }: Pick<TargetSources, "calls">,
  signal?: CancelSignal,
): Promise<(boolean | undefined)[]> {
  const online = new Map<string, boolean>();
  const names = new Map<string, readonly string[]>();
  for (const [productKey, positions] of byProduct(devices))
    names.set(productKey, [...new Set(positions.map((at) => devices[at]!.deviceName))]);
  await askMany({
    names,
    maxInOneCall: maxStatesInOneCall,
    ask: async (productKey, some) => {
      const parameters = { ProductKey: productKey, DeviceName: [...some] };
      const answer = await calls.ask("BatchGetDeviceState", parameters, signal);
      for (const row of statesIn(answer)) {
        const deviceName = textOf(field(row, "DeviceName"));
        const status = stateIn(row)?.status;
        if (deviceName !== undefined && (status === "online" || notOnline.has(status)))
          online.set(keyOf({ productKey, deviceName }), status === "online");
      }
    },
    refused: () => undefined,
    signal,
  });
  return devices.map((device) => (device.problem ? undefined : online.get(keyOf(device))));
}
