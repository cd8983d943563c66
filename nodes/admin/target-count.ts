import { Failure } from "../../lib/base/failure";
import type { FleetDevice, Selection } from "../../lib/fleet/fleet-device";
import { findTargets } from "../../lib/fleet/targets/find-targets";
import { knownOf } from "../../lib/fleet/targets/known";
import { onlineOf } from "../../lib/fleet/targets/online";
import type { UsableAccount } from "../common/account-node";

type Source = Pick<UsableAccount, "catalog" | "targets">;

/** The devices of a selection, counted. */
interface TargetCount {
  /** Without those that have a problem. */
  total: number;
  /** Those with the most devices first; a name is blank where it is not known. */
  products: { productKey: string; name: string; total: number }[];
  /** Entries of a list that cannot be used, or name no device. */
  problems?: number;
  /** How many are online; absent where there are too many to ask for, and where that failed. */
  online?: number;
  /** How many can be asked for at most; present where there are more. */
  maxStates?: number;
  /** Why `online` is absent. */
  failure?: Failure;
}

/** So many devices are asked for their states: 200 calls, for which a user waits four seconds. */
const maxStates = 10_000;
/** So many products are shown with their names. */
const maxNamed = 20;

/**
 * Counts the devices of a selection, and how many of them are online.
 * @param areStatesWanted of few enough devices
 * @throws {Failure} where the devices cannot be found out
 */
export async function countTargets(
  account: Source,
  selection: Selection,
  areStatesWanted: boolean,
  signal: AbortSignal,
): Promise<TargetCount> {
  const found = await findTargets(selection, account.targets, signal);
  const readable = found.filter(({ problem }) => !problem);
  const isFew = readable.length <= maxStates;
  const few = areStatesWanted && isFew;
  const devices = few && selection.by === "list" ? await existing(readable, account, signal) : readable;
  const problems = found.length - devices.length;
  const counted: TargetCount = {
    total: devices.length,
    products: await productsOf(devices, account.catalog),
    ...(problems > 0 && { problems }),
    ...(areStatesWanted && !isFew && { maxStates }),
  };
  if (!few) return counted;
  try {
    const online = await onlineOf(devices, account.targets, signal);
    return { ...counted, online: online.filter((isOnline) => isOnline === true).length };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...counted, failure: error };
  }
}

/** Without devices that do not exist; all of them where nobody may ask. */
async function existing(
  devices: readonly FleetDevice[],
  { targets }: Source,
  signal: AbortSignal,
): Promise<readonly FleetDevice[]> {
  try {
    const known = await knownOf(devices, targets, signal);
    return devices.filter((_device, at) => known[at] !== false);
  } catch (error) {
    if (error instanceof Failure && error.category !== "closed") return devices;
    throw error;
  }
}

async function productsOf(
  devices: readonly FleetDevice[],
  catalog: Source["catalog"],
): Promise<TargetCount["products"]> {
  const totals = new Map<string, number>();
  for (const { productKey } of devices) totals.set(productKey, (totals.get(productKey) ?? 0) + 1);
  const sorted = [...totals].toSorted(([, a], [, b]) => b - a);
  return Promise.all(
    sorted.map(async ([productKey, total], at) => ({
      productKey,
      name: at < maxNamed ? await nameOf(productKey, catalog) : "",
      total,
    })),
  );
}

async function nameOf(productKey: string, catalog: Source["catalog"]): Promise<string> {
  try {
    const { rows } = await catalog.products({ text: productKey, offset: 0, limit: maxNamed });
    return rows.find((row) => row.productKey === productKey)?.productName ?? "";
  } catch {
    return "";
  }
}
