import { isObject } from "../base/json";
import type { DeviceMessage } from "./device-message";

/** A property as a device has posted it. */
export interface PostedProperty {
  value: unknown;
  /** UTC milliseconds, as the post has them. */
  time?: unknown;
}

/**
 * A property in a property post (docs/protocol.md, 8.6); undefined if the message is of another kind or does not contain it.
 * @param identifier of the property; `module:identifier` for a property of a custom module
 */
export function propertyIn({ kind, payload }: DeviceMessage, identifier: string): PostedProperty | undefined {
  if (kind !== "property" || !isObject(payload)) return undefined;
  const { items } = payload;
  if (!isObject(items) || !Object.hasOwn(items, identifier)) return undefined;
  return postedIn(items[identifier]);
}

/** The same, and of a batch, which lists several values of each property, the newest. */
export function latestIn(message: DeviceMessage, identifier: string): PostedProperty | undefined {
  const single = propertyIn(message, identifier);
  if (single || message.kind !== "property" || !isObject(message.payload)) return single;
  const { items, payload } = message.payload;
  for (const lists of [items, payload]) {
    const list = isObject(lists) && Object.hasOwn(lists, identifier) ? lists[identifier] : undefined;
    if (!Array.isArray(list)) continue;
    const posted = list.map(postedIn).filter((item) => item !== undefined);
    const [first, ...others] = posted;
    if (first)
      return others.reduce((latest, next) => (timeOf(next) >= timeOf(latest) ? next : latest), first);
  }
  return undefined;
}

function postedIn(item: unknown): PostedProperty | undefined {
  if (!isObject(item) || !Object.hasOwn(item, "value")) return undefined;
  return { value: item["value"], time: item["time"] };
}

function timeOf({ time }: PostedProperty): number {
  return typeof time === "number" ? time : Number.NEGATIVE_INFINITY;
}
