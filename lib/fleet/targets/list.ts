import { setImmediate as turn } from "node:timers/promises";
import type { CancelSignal } from "../../base/cancellation";
import { closed, type Failure, invalidInput } from "../../base/failure";
import { readable } from "../../base/text";
import type { Input } from "../../invocation/inputs";
import type { FleetDevice } from "../fleet-device";
import { entriesOf } from "./entries";
import { type Entry, readEntry } from "./entry";
import { entriesPerTurn } from "./limits";
import { resolveIds } from "./resolve";
import { ArgsComparison } from "./same-args";
import type { TargetSources } from "./sources";

/**
 * The devices of a list, each once. What is wrong with an entry is its own problem, and the rest go on.
 * @param productKey of entries that do not name one
 * @throws {Failure} `invalid-input` if it is no list, has too many entries, or names a device twice with different args
 */
export async function devicesOfList(
  devices: Input,
  productKey: string | undefined,
  sources: Pick<TargetSources, "calls" | "catalog">,
  signal?: CancelSignal,
): Promise<FleetDevice[]> {
  const values = entriesOf(devices);
  const source = devices.source === "" ? "devices" : devices.source;
  const entries: Entry[] = [];
  for (const [at, value] of values.entries()) {
    if (at % entriesPerTurn === entriesPerTurn - 1) await nextTurn(signal);
    entries.push(readEntry(value, `${source}[${at}]`, productKey));
  }
  await resolveIds(entries, sources, signal);
  return eachOnce(entries, signal);
}

async function eachOnce(entries: readonly Entry[], signal: CancelSignal | undefined): Promise<FleetDevice[]> {
  const found = new Map<string, { device: FleetDevice; source: string }>();
  const args = new ArgsComparison();
  const devices: FleetDevice[] = [];
  for (const [at, entry] of entries.entries()) {
    if (at % entriesPerTurn === entriesPerTurn - 1) await nextTurn(signal);
    const device = deviceOf(entry);
    if (!device.problem) {
      const key = `${device.productKey}\n${device.deviceName}`;
      const other = found.get(key);
      if (other) {
        if (!args.areSame(device.own, other.device.own)) throw namedTwice(entry, other.source);
        other.device.iotId ??= device.iotId;
        continue;
      }
      found.set(key, { device, source: entry.source });
    }
    devices.push(device);
  }
  return devices;
}

function deviceOf({ productKey, deviceName, iotId, own, problem }: Entry): FleetDevice {
  const device: FleetDevice = { productKey, deviceName };
  if (iotId !== "") device.iotId = iotId;
  if (own !== undefined) device.own = own;
  if (problem) device.problem = problem;
  return device;
}

async function nextTurn(signal: CancelSignal | undefined): Promise<void> {
  await turn();
  if (signal?.aborted) throw closed(false);
}

function namedTwice({ productKey, deviceName, source }: Entry, other: string): Failure {
  const params = { device: readable(`${productKey}/${deviceName}`, 200), source, other };
  return invalidInput({ key: "errors.fleet-twice", params }, "hints.fleet-twice");
}
