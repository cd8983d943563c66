import { abortable } from "../../base/abortable";
import { asFailure } from "../../base/as-failure";
import { Cancellation, type CancelSignal } from "../../base/cancellation";
import { type Category, closed, Failure, invalidInput } from "../../base/failure";
import { readable } from "../../base/text";
import type { Answer } from "../../cloud/answer";
import type { Entry } from "./entry";
import { notSent } from "./not-sent";
import type { TargetSources } from "./sources";

/** Few, so that the reads of flows find a connection free. */
const askedAtOnce = 2;
/** A failure of these categories would meet every device, each time after as long a wait. */
const ofAccount: ReadonlySet<Category> = new Set([
  "permission",
  "credentials",
  "network",
  "timeout",
  "throttled",
]);

/**
 * Gives entries that name only an IotId, or no product, the names of their device: the account's rules and batches need them.
 * What cannot be found out is the entry's problem.
 * @throws {Failure} `closed`
 */
export async function resolveIds(
  entries: readonly Entry[],
  sources: Pick<TargetSources, "calls" | "catalog">,
  signal: CancelSignal = new Cancellation(),
): Promise<void> {
  const byId = new Map<string, Entry[]>();
  for (const entry of entries) {
    const isNamed = entry.productKey !== "" && entry.deviceName !== "";
    if (isNamed || entry.problem || entry.iotId === "") continue;
    const same = byId.get(entry.iotId);
    if (same) same.push(entry);
    else byId.set(entry.iotId, [entry]);
  }
  let ofAll: Failure | undefined;
  const rest = byId.entries();
  const work = async (): Promise<void> => {
    for (const [iotId, same] of rest) {
      if (signal.aborted) throw closed(false);
      const names = ofAll ?? (await namesOf(iotId, sources, signal));
      if (names instanceof Failure && ofAccount.has(names.category)) ofAll ??= names;
      for (const entry of same) complete(entry, names);
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, work));
}

interface Names {
  productKey: string;
  deviceName: string;
}

async function namesOf(
  iotId: string,
  { calls, catalog }: Pick<TargetSources, "calls" | "catalog">,
  signal: CancelSignal,
): Promise<Names | Failure> {
  // Without the signal: others may wait for the same device.
  const look = (): Promise<Answer> => calls.ask("QueryDeviceDetail", { IotId: iotId });
  try {
    return await abortable(catalog.knownDevices.namesOf(iotId, look), signal);
  } catch (error) {
    const failure = asFailure(error, "not-sent");
    if (failure.category === "closed") throw failure;
    return notSent(failure);
  }
}

function complete(entry: Entry, names: Names | Failure): void {
  if (names instanceof Failure) {
    entry.problem = names;
    return;
  }
  const isOther =
    (entry.productKey !== "" && entry.productKey !== names.productKey) ||
    (entry.deviceName !== "" && entry.deviceName !== names.deviceName);
  if (isOther) {
    const device = readable(`${names.productKey}/${names.deviceName}`, 200);
    entry.problem = invalidInput({
      key: "errors.fleet-entry-other",
      params: { source: entry.source, device },
    });
    return;
  }
  entry.productKey = names.productKey;
  entry.deviceName = names.deviceName;
}
