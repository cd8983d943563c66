import { isObject, type JsonObject } from "../base/json";
import { readable, textOf } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import { type DeviceTarget, rowsOf, targetParameters } from "../look-up/property-rows";
import { latestDate } from "../thing-model/date-text";
import type { ReadRun } from "./read-run";

export interface DeviceState {
  /** `online`, `offline`, `unactive` or `disabled`; one that is newer than this package is in lower case. */
  status: string;
  /** Of the last change, in UTC milliseconds, where the platform says so. */
  time?: number;
}

interface NamedState extends DeviceState {
  deviceName: string;
  /** Where devices are named by it. */
  iotId?: string;
}

/** The platform takes no more in one call. */
export const maxStatesInOneCall = 50;

const words: Record<string, string> = {
  ONLINE: "online",
  OFFLINE: "offline",
  UNACTIVE: "unactive",
  DISABLE: "disabled",
};

/** @throws {Failure} */
export async function readState(run: ReadRun, target: DeviceTarget): Promise<DeviceState> {
  const { body } = await run.ask("GetDeviceStatus", targetParameters(target));
  const data = field(body, "Data");
  return stateIn(isObject(data) ? data : {});
}

/**
 * The states of several devices, in the order in which they are named; what the platform does not answer is left out.
 * @param targets named in the same way, those by names of one product
 * @throws {Failure}
 */
export async function readStates(
  run: ReadRun,
  targets: readonly DeviceTarget[],
): Promise<{ devices: NamedState[] }> {
  const isById = targets[0]?.iotId !== undefined;
  const ids = [...new Set(targets.map(({ iotId, deviceName }) => iotId ?? deviceName ?? ""))];
  const calls: Promise<Answer>[] = [];
  for (let at = 0; at < ids.length; at += maxStatesInOneCall) {
    const some = ids.slice(at, at + maxStatesInOneCall);
    const parameters = isById ? { IotId: some } : { ProductKey: targets[0]?.productKey, DeviceName: some };
    calls.push(run.ask("BatchGetDeviceState", parameters));
  }
  const found = new Map<string, NamedState>();
  for (const answer of await Promise.all(calls)) {
    for (const row of statesIn(answer)) {
      const deviceName = textOf(field(row, "DeviceName")) ?? "";
      const iotId = textOf(field(row, "IotId")) ?? "";
      const state = stateIn(row);
      if (isById) found.set(iotId, { deviceName, iotId, ...state });
      else found.set(deviceName, { deviceName, ...state });
    }
  }
  return { devices: ids.flatMap((id) => found.get(id) ?? []) };
}

/** The devices in an answer, whose list does not stand under `Data`, as others do (docs/protocol.md, 6.2). */
export function statesIn({ body }: Answer): JsonObject[] {
  const data = field(body, "Data");
  const list =
    field(body, "DeviceStatusList") ?? (isObject(data) ? field(data, "DeviceStatusList") : undefined);
  return rowsOf({ List: list }, "DeviceStatus");
}

/** The state in a row. */
export function stateIn(row: JsonObject): DeviceState {
  const given = readable(textOf(field(row, "Status")) ?? "", 40);
  const status = words[given.toUpperCase()] ?? given.toLowerCase();
  const time = Number(textOf(field(row, "Timestamp")) ?? Number.NaN);
  return Number.isSafeInteger(time) && time > 0 && time <= latestDate ? { status, time } : { status };
}
