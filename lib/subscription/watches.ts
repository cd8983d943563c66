import { isObject } from "../base/json";
import type { DeviceMessage } from "./device-message";
import { HeldEnds } from "./held-ends";

/** Kinds of messages that can be watched. */
type WatchedKind = "property" | "event" | "status";

/** What is watched of one device, which is named by its IotId or by its product and name. */
export interface Watched {
  kind: WatchedKind;
  /** The property or event, `module:name` for one of a custom module; blank = all of this kind. */
  name: string;
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

/** Receives messages of a device. */
export interface Watcher {
  /** A message with what is watched; must not throw. */
  received(message: DeviceMessage): void;
  /** There will be no more messages. */
  ended(): void;
}

/** Where the messages of single devices come from. */
export interface WatchSource {
  /** From now on; the function that is returned ends it, and may be called again. */
  watch(watched: Watched, watcher: Watcher): () => void;
}

/**
 * Passes messages on to the watchers of their device. Watchers are found by device and name, so their number does not
 * matter.
 */
export class Watches implements WatchSource {
  /** Most things have one watcher, for whom a set would take more memory than the watcher itself. */
  private readonly watchers = new Map<string, Watcher | Set<Watcher>>();
  private isClosed = false;

  watch(watched: Watched, watcher: Watcher): () => void {
    if (this.isClosed) {
      watcher.ended();
      return () => undefined;
    }
    const key = `${deviceKey(watched)}\0${watched.kind}\0${watched.name}`;
    const others = this.watchers.get(key);
    if (!others) this.watchers.set(key, watcher);
    else if (others instanceof Set) others.add(watcher);
    else this.watchers.set(key, new Set([others, watcher]));
    return () => this.remove(key, watcher);
  }

  /** Passes on a message, unless it holds data of the past. */
  offer(message: DeviceMessage): void {
    if (this.watchers.size === 0 || !isWatchable(message) || isHistory(message)) return;
    const { kind, iotId, productKey, deviceName } = message;
    const devices = [deviceKey({ productKey, deviceName })];
    if (iotId !== undefined) devices.push(deviceKey({ iotId }));
    const names = namesIn(message);
    for (const device of devices) {
      this.pass(`${device}\0${kind}\0`, message);
      for (const name of names) this.pass(`${device}\0${kind}\0${name}`, message);
    }
  }

  /** How many things are watched. */
  get size(): number {
    return this.watchers.size;
  }

  close(): void {
    this.isClosed = true;
    const all = [...this.watchers.values()];
    this.watchers.clear();
    for (const watchers of all) for (const watcher of listOf(watchers)) watcher.ended();
  }

  private pass(key: string, message: DeviceMessage): void {
    const watchers = this.watchers.get(key);
    if (!watchers) return;
    // A watcher may end its watch meanwhile, which a set allows.
    for (const watcher of listOf(watchers)) watcher.received(message);
  }

  private remove(key: string, watcher: Watcher): void {
    const watchers = this.watchers.get(key);
    if (watchers instanceof Set) {
      watchers.delete(watcher);
      if (watchers.size === 0) this.watchers.delete(key);
    } else if (watchers === watcher) this.watchers.delete(key);
  }
}

/** The watches of one of several users of a source; when it ends, only its own watches end. */
export class HeldWatches implements WatchSource {
  private readonly held = new HeldEnds();

  constructor(private readonly source: WatchSource) {}

  watch(watched: Watched, watcher: Watcher): () => void {
    return this.held.hold(watcher, () => this.source.watch(watched, watcher));
  }

  /** Ends every watch, also later ones. */
  end(): void {
    this.held.end();
  }
}

function listOf(watchers: Watcher | Set<Watcher>): Iterable<Watcher> {
  return watchers instanceof Set ? watchers : [watchers];
}

/** A control character, which cannot occur in any part, keeps them apart. */
function deviceKey({ iotId, productKey, deviceName }: Partial<Watched>): string {
  return iotId === undefined ? `${productKey}\0${deviceName}` : `\0${iotId}`;
}

function isWatchable(message: DeviceMessage): message is DeviceMessage & { kind: WatchedKind } {
  return message.kind === "property" || message.kind === "event" || message.kind === "status";
}

/** Whether the device posts data later than it was recorded. */
function isHistory({ topic }: DeviceMessage): boolean {
  return /\/thing\/event\/[^/]+\/history\/post$/.test(topic);
}

/** The properties in a post, or the event; of a batch, which lists them by name, all (docs/protocol.md, 8.6). */
function namesIn({ kind, identifier, payload }: DeviceMessage): Iterable<string> {
  if (kind === "event" && identifier !== undefined) return [identifier];
  if (kind === "status" || !isObject(payload)) return [];
  const names = new Set<string>();
  for (const list of [payload["items"], payload["payload"]]) {
    if (isObject(list)) for (const name of Object.keys(list)) names.add(name);
  }
  // Without a name, all of this kind are meant, which have it already.
  names.delete("");
  return names;
}
