import { isObject } from "../base/json";
import type { DeviceMessage } from "./device-message";
import { type MessageListener, wants } from "./listener";

/** Listeners whose filters name the same kind, product and device. */
interface Bucket {
  /** Those that want whatever a message of these is about; in the order in which they began. */
  any: Set<MessageListener> | undefined;
  /** Those that want one event, service or property, by its name. */
  named: Map<string, Set<MessageListener>> | undefined;
}

type Devices = Map<string, Bucket>;
type Products = Map<string, Devices>;

/**
 * The listeners of a subscription, found by what their filters name, so that their number does not matter.
 * Bench line: "filtered" in bench/messages.ts.
 */
export class Listeners {
  /**
   * By kind, product and device, each as the filter has it: `any` or blank where it names none. In this order the map that
   * grows with the listeners comes last, and a message reads it once.
   */
  private readonly kinds = new Map<string, Products>();
  /** When each began, as a number in sequence. */
  private readonly all = new Map<MessageListener, number>();
  private begun = 0;

  get size(): number {
    return this.all.size;
  }

  add(listener: MessageListener): void {
    const { kind, productKey, deviceName, identifier } = listener.filter;
    this.all.set(listener, this.begun++);
    let products = this.kinds.get(kind);
    if (!products) this.kinds.set(kind, (products = new Map()));
    let devices = products.get(productKey);
    if (!devices) products.set(productKey, (devices = new Map()));
    let bucket = devices.get(deviceName);
    if (!bucket) devices.set(deviceName, (bucket = { any: undefined, named: undefined }));
    if (identifier === "") {
      (bucket.any ??= new Set()).add(listener);
      return;
    }
    const named = (bucket.named ??= new Map());
    const others = named.get(identifier);
    if (others) others.add(listener);
    else named.set(identifier, new Set([listener]));
  }

  /** @returns whether it was there */
  delete(listener: MessageListener): boolean {
    if (!this.all.delete(listener)) return false;
    const { kind, productKey, deviceName, identifier } = listener.filter;
    const products = this.kinds.get(kind)!;
    const devices = products.get(productKey)!;
    const bucket = devices.get(deviceName)!;
    const { any, named } = bucket;
    const others = named?.get(identifier);
    any?.delete(listener);
    others?.delete(listener);
    if (any?.size === 0) bucket.any = undefined;
    if (others?.size === 0) named!.delete(identifier);
    if (named?.size === 0) bucket.named = undefined;
    if (bucket.any || bucket.named) return true;
    devices.delete(deviceName);
    if (devices.size === 0) products.delete(productKey);
    if (products.size === 0) this.kinds.delete(kind);
    return true;
  }

  clear(): void {
    this.all.clear();
    this.kinds.clear();
  }

  /** Those that want a message, in the order in which they began. */
  of(message: DeviceMessage): MessageListener[] {
    const found: MessageListener[] = [];
    const { kinds } = this;
    const sources =
      ofKind(kinds.get("any"), message, found) + ofKind(kinds.get(message.kind), message, found);
    if (sources > 1) found.sort((one, other) => this.all.get(one)! - this.all.get(other)!);
    return found;
  }
}

/**
 * Adds those of one kind that want a message to `found`, as the functions below do for a product and a device.
 * @returns in how many places there were some; from one place they come in the order in which they began
 */
function ofKind(products: Products | undefined, message: DeviceMessage, found: MessageListener[]): number {
  if (!products) return 0;
  const { productKey } = message;
  const sources = ofProduct(products.get(""), message, found);
  return productKey ? sources + ofProduct(products.get(productKey), message, found) : sources;
}

function ofProduct(devices: Devices | undefined, message: DeviceMessage, found: MessageListener[]): number {
  if (!devices) return 0;
  const { deviceName } = message;
  const sources = ofDevice(devices.get(""), message, found);
  return deviceName ? sources + ofDevice(devices.get(deviceName), message, found) : sources;
}

function ofDevice(bucket: Bucket | undefined, message: DeviceMessage, found: MessageListener[]): number {
  if (!bucket) return 0;
  const { any, named } = bucket;
  return (any ? collect(any, message, found) : 0) + (named ? collectNamed(named, message, found) : 0);
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
function collectNamed(
  named: NonNullable<Bucket["named"]>,
  message: DeviceMessage,
  found: MessageListener[],
): number {
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
