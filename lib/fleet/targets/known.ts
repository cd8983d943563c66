import type { CancelSignal } from "../../base/cancellation";
import { Failure } from "../../base/failure";
import { isObject } from "../../base/json";
import { textOf } from "../../base/text";
import { type Answer, field } from "../../cloud/answer";
import { listOf } from "../../look-up/rows";
import type { FleetDevice } from "../fleet-device";
import { askMany } from "./ask-many";
import { byProduct } from "./by-product";
import { keyOf } from "./paging";
import { devicesOfProduct, keptDevicesOf } from "./platform-lists";
import type { TargetSources } from "./sources";

/** The platform takes no more names in one call. */
const maxInOneCall = 100;
/** From so many names on, it is quicker to list the product, at 2,500 devices a second, than to check the names, at 500. */
const minForWholeList = 1000;

/**
 * Whether devices exist, in their order, to be asked before a batch: what becomes of a batch with one wrong name is not known.
 * Undefined where it cannot be found out, and for devices that have a problem.
 * @param signal ends it as `closed`
 * @throws {Failure} where it cannot be found out for any device
 */
export async function knownOf(
  devices: readonly FleetDevice[],
  sources: TargetSources,
  signal?: CancelSignal,
): Promise<(boolean | undefined)[]> {
  const known = new Map<string, boolean>();
  const rest = new Map<string, readonly string[]>();
  for (const [productKey, positions] of byProduct(devices)) {
    const names = new Set(positions.map((at) => devices[at]!.deviceName));
    const listed = await listOfProduct(productKey, names.size, sources, signal);
    const others = new Set(names);
    for (const device of listed ?? []) {
      if (!others.delete(device.deviceName)) continue;
      known.set(keyOf({ productKey, deviceName: device.deviceName }), true);
    }
    // A name that is not in the list may be that of a device which is new.
    if (others.size > 0) rest.set(productKey, [...others]);
  }
  await askMany({
    names: rest,
    maxInOneCall,
    ask: async (productKey, some) => {
      const parameters = { ProductKey: productKey, DeviceName: [...some] };
      const found = namesIn(await sources.calls.ask("BatchQueryDeviceDetail", parameters, signal));
      for (const deviceName of some) known.set(keyOf({ productKey, deviceName }), found.has(deviceName));
    },
    refused: (productKey, deviceName) => known.set(keyOf({ productKey, deviceName }), false),
    signal,
  });
  return devices.map((device) => (device.problem ? undefined : known.get(keyOf(device))));
}

/** The devices of a product, where they are known or where listing them is quicker. */
async function listOfProduct(
  productKey: string,
  count: number,
  sources: TargetSources,
  signal: CancelSignal | undefined,
): Promise<readonly { deviceName: string }[] | undefined> {
  const kept = keptDevicesOf(productKey, sources);
  if (kept || count < minForWholeList) return kept;
  try {
    return await devicesOfProduct(productKey, sources, signal);
  } catch (error) {
    // Too many devices, or no permission to list them: the names can still be checked.
    if (error instanceof Failure && error.category !== "closed") return undefined;
    throw error;
  }
}

/** The names in an answer, whose devices stand one level deeper than elsewhere; secrets of devices stay in it. */
function namesIn({ body }: Answer): Set<string> {
  const data = field(body, "Data");
  const inner = isObject(data) ? (field(data, "Data") ?? field(data, "DeviceInfo") ?? data) : data;
  return new Set(listOf(inner).flatMap((row) => textOf(field(row, "DeviceName")) ?? []));
}
