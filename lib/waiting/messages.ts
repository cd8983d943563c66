import { isObject } from "../base/json";
import type { DeviceMessage } from "../subscription/device-message";
import { latestIn } from "../subscription/property-post";
import { partAt, type Subject } from "./value-path";

/** What a message says of a subject: one value, or of a batch of events one for each. */
export function valuesIn(message: DeviceMessage, { kind, name, path }: Subject): unknown[] {
  return wholeValuesIn(message, kind, name).flatMap((whole) => {
    const part = partAt(whole, path);
    return part === undefined ? [] : [part];
  });
}

function wholeValuesIn(message: DeviceMessage, kind: Subject["kind"], name: string): unknown[] {
  const { payload } = message;
  if (!isObject(payload)) return [];
  // Without a name, any message counts, whatever it says.
  if (kind === "state") return [stateIn(payload)];
  if (name === "") return [payload];
  if (kind === "property") return [latestIn(message, name)?.value];
  if (message.identifier !== undefined) return [payload["value"] ?? {}];
  const list = [payload["items"], payload["payload"]]
    .map((lists) => (isObject(lists) && Object.hasOwn(lists, name) ? lists[name] : undefined))
    .find(Array.isArray);
  return (list ?? []).filter(isObject).map((item) => item["value"] ?? {});
}

/** `online` or `offline`; of a device that was asked for also `unactive` and `disabled`. */
function stateIn({ status }: Record<string, unknown>): unknown {
  return typeof status === "string" ? status.trim().toLowerCase() : undefined;
}
