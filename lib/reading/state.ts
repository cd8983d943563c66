import { isObject, type JsonObject } from "../base/json";
import { readable, textOf } from "../base/text";
import { type Answer, field, invalidResponse } from "../cloud/answer";
import { type DeviceTarget, rowsOf, targetParameters } from "../look-up/property-rows";
import { latestDate } from "../thing-model/date-text";
import type { ReadRun } from "./read-run";

export interface DeviceState {
  /**
   * `online`, `offline`, `unactive` or `disabled`; one that is newer than this package is in lower case. In a list also
   * `unknown`.
   */
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

/** @throws {Failure} also where the answer does not tell the state */
export async function readState(run: ReadRun, target: DeviceTarget): Promise<DeviceState> {
  const { body, requestId } = await run.ask("GetDeviceStatus", targetParameters(target));
  const data = field(body, "Data");
  const state = stateIn(isObject(data) ? data : {});
  if (state) return state;
  throw invalidResponse({ statusCode: 200 }, "errors.response-no-state", requestId);
}

/**
 * The states of several devices, in the order in which they are named; a device that the answer lacks is left out, and one
 * of which it does not tell the state is `unknown`.
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
      const state = stateIn(row) ?? { status: "unknown" };
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

/** The state in a row; undefined where it does not tell it. */
export function stateIn(row: JsonObject): DeviceState | undefined {
  const given = readable(textOf(field(row, "Status")) ?? "", 40).trim();
  if (given === "") return undefined;
  const status = words[given.toUpperCase()] ?? given.toLowerCase();
  const time = Number(textOf(field(row, "Timestamp")) ?? Number.NaN);
  return Number.isSafeInteger(time) && time > 0 && time <= latestDate ? { status, time } : { status };
}
