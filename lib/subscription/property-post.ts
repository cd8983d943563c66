import { isObject } from "../base/json";
import type { DeviceMessage } from "./device-message";

/** A property as a device has posted it. */
interface PostedProperty {
  value: unknown;
}

/**
 * A property in a property post (docs/protocol.md, 8.6); undefined if the message is of another kind or does not contain it.
 * @param identifier of the property; `module:identifier` for a property of a custom module
 */
export function propertyIn({ kind, payload }: DeviceMessage, identifier: string): PostedProperty | undefined {
  if (kind !== "property" || !isObject(payload)) return undefined;
  const { items } = payload;
  if (!isObject(items) || !Object.hasOwn(items, identifier)) return undefined;
  const item = items[identifier];
  return isObject(item) && Object.hasOwn(item, "value") ? { value: item["value"] } : undefined;
}
