import { isObject } from "../base/json";
import type { DeviceMessage, MessageFilter } from "./device-message";
import { type MessageListener, wants } from "./listener";

/** Listeners whose filters name the same kind, product and device. */
interface Bucket {
  /** In the order in which they began. */
  any: Set<MessageListener>;
  /** Those that want one event, service or property, by its name. */
  named: Map<string, Set<MessageListener>>;
}

/** Which of kind (1), product (2) and device (4) a filter names. */
const shapes = 8;

/**
 * The listeners of a subscription, found by what their filters name, so that their number does not matter.
 * Bench line: "filtered" in bench/messages.ts.
 */
export class Listeners {
  /** By the shape of the filter, and what it names. */
  private readonly buckets = Array.from({ length: shapes }, () => new Map<string, Bucket>());
  /** When each began, as a number in sequence. */
  private readonly all = new Map<MessageListener, number>();
  private begun = 0;

  get size(): number {
    return this.all.size;
  }

  add(listener: MessageListener): void {
    const { filter } = listener;
    this.all.set(listener, this.begun++);
    const buckets = this.buckets[shapeOf(filter)]!;
    const key = keyOf(filter);
    let bucket = buckets.get(key);
    if (!bucket) buckets.set(key, (bucket = { any: new Set(), named: new Map() }));
    if (filter.identifier === "") {
      bucket.any.add(listener);
      return;
    }
    const others = bucket.named.get(filter.identifier);
    if (others) others.add(listener);
    else bucket.named.set(filter.identifier, new Set([listener]));
  }

  /** @returns whether it was there */
  delete(listener: MessageListener): boolean {
    if (!this.all.delete(listener)) return false;
    const { filter } = listener;
    const buckets = this.buckets[shapeOf(filter)]!;
    const key = keyOf(filter);
    const { any, named } = buckets.get(key)!;
    const others = named.get(filter.identifier);
    any.delete(listener);
    others?.delete(listener);
    if (others?.size === 0) named.delete(filter.identifier);
    if (any.size === 0 && named.size === 0) buckets.delete(key);
    return true;
  }

  clear(): void {
    this.all.clear();
    for (const buckets of this.buckets) buckets.clear();
  }

  /** Those that want a message, in the order in which they began. */
  of(message: DeviceMessage): MessageListener[] {
    const found: MessageListener[] = [];
    const { kind, productKey, deviceName } = message;
    let sources = 0;
    for (let shape = 0; shape < shapes; shape++) {
      const buckets = this.buckets[shape]!;
      if (buckets.size === 0) continue;
      const bucket = buckets.get(
        joined(shape & 1 ? kind : "any", (shape & 2 && productKey) || "", (shape & 4 && deviceName) || ""),
      );
      if (!bucket) continue;
      sources += collect(bucket.any, message, found);
      if (bucket.named.size > 0) sources += collectNamed(bucket.named, message, found);
    }
    if (sources > 1) found.sort((one, other) => this.all.get(one)! - this.all.get(other)!);
    return found;
  }
}

function shapeOf({ kind, productKey, deviceName }: MessageFilter): number {
  return (kind === "any" ? 0 : 1) + (productKey === "" ? 0 : 2) + (deviceName === "" ? 0 : 4);
}

function keyOf({ kind, productKey, deviceName }: MessageFilter): string {
  return joined(kind, productKey, deviceName);
}

function joined(kind: string, productKey: string, deviceName: string): string {
  return `${kind}\0${productKey}\0${deviceName}`;
}

/** @returns 1 if there were any, else 0 */
function collect(
  listeners: ReadonlySet<MessageListener>,
  message: DeviceMessage,
  found: MessageListener[],
): number {
  const before = found.length;
  for (const listener of listeners) if (wants(listener.filter, message)) found.push(listener);
  return found.length > before ? 1 : 0;
}

/** @returns how many names had some */
function collectNamed(named: Bucket["named"], message: DeviceMessage, found: MessageListener[]): number {
  let sources = 0;
  const names = namesIn(message);
  // Whichever is shorter; `wants` judges what both find.
  for (const name of named.size < names.length ? named.keys() : names) {
    const listeners = named.get(name);
    if (listeners) sources += collect(listeners, message, found);
  }
  return sources;
}

/** What the identifier of a filter may be to want a message. */
function namesIn({ kind, identifier, payload }: DeviceMessage): string[] {
  if (kind !== "property") return identifier === undefined ? [] : [identifier];
  return isObject(payload) && isObject(payload["items"]) ? Object.keys(payload["items"]) : [];
}
