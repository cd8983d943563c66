import { type JsonObject, setMember } from "../../base/json";
import { isLosslessObject } from "../../thing-model/json";
import type { Device } from "../devices/device";
import { numberOf, type Outcome, success, wrong } from "./alink";

/** Answers a device that asks for its desired values (docs/protocol.md, 9.5); all of them where it names none. */
export function desiredOf(device: Device, params: unknown): Outcome {
  if (params !== undefined && !Array.isArray(params))
    return wrong(460, "params must be a list of identifiers");
  const asked = new Set<unknown>(params ?? []);
  const data: JsonObject = {};
  for (const [identifier, entry] of device.memory.desired.entries()) {
    if (asked.size > 0 && !asked.has(identifier)) continue;
    const { value, version } = entry;
    if (Object.hasOwn(entry, "value")) setMember(data, identifier, { value, version });
  }
  return success(data);
}

/** Clears desired values; one whose version is not the present one stays. */
export function deleteDesired(device: Device, params: unknown, now: number): Outcome {
  if (!isLosslessObject(params)) return wrong(460, "params must be an object of identifiers");
  const { desired } = device.memory;
  for (const [identifier, given] of Object.entries(params)) {
    const version =
      isLosslessObject(given) && given.version !== undefined ? numberOf(given.version) : undefined;
    desired.clear(identifier, now, version);
  }
  return success();
}
