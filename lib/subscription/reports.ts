import type { DeviceMessage } from "./device-message";
import { latestIn, type PostedProperty } from "./property-post";

/** A property post, for those who look for single properties in it. */
interface PropertyReport {
  /** When the platform created it, in UTC milliseconds. */
  generateTime: number | undefined;
  /** @param name of a property; `module:Name` for one of a custom module */
  valueOf(name: string): PostedProperty | undefined;
}

/** Somebody who waits for what a device reports. */
interface ReportWatcher {
  /** A property post of the device; must not throw. */
  posted(report: PropertyReport): void;
  /** There will be no more posts. */
  ended(): void;
}

/** The device that is watched: its IotId, or its product and name. */
interface WatchedDevice {
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

/** Where the property posts of single devices come from. */
export interface ReportSource {
  /** From now on; the function that is returned ends it, and may be called again. */
  watch(device: WatchedDevice, watcher: ReportWatcher): () => void;
}

/** Hands property posts to those who watch their device: found by the device, however many others are watched. */
export class Reports implements ReportSource {
  private readonly watchers = new Map<string, Set<ReportWatcher>>();
  private isClosed = false;

  watch(device: WatchedDevice, watcher: ReportWatcher): () => void {
    if (this.isClosed) {
      watcher.ended();
      return () => undefined;
    }
    const key = keyOf(device);
    const others = this.watchers.get(key);
    if (others) others.add(watcher);
    else this.watchers.set(key, new Set([watcher]));
    return () => this.remove(key, watcher);
  }

  /** Passes on a message if it is a property post that tells what is, and not what was. */
  offer(message: DeviceMessage): void {
    if (this.watchers.size === 0 || message.kind !== "property" || isHistory(message)) return;
    const { iotId, productKey, deviceName, generateTime } = message;
    const report: PropertyReport = { generateTime, valueOf: (name) => latestIn(message, name) };
    this.pass(keyOf({ productKey, deviceName }), report);
    if (iotId !== undefined) this.pass(keyOf({ iotId }), report);
  }

  /** How many devices are watched. */
  get size(): number {
    return this.watchers.size;
  }

  close(): void {
    this.isClosed = true;
    const all = [...this.watchers.values()];
    this.watchers.clear();
    for (const watchers of all) for (const watcher of watchers) watcher.ended();
  }

  private pass(key: string, report: PropertyReport): void {
    const watchers = this.watchers.get(key);
    // Those who have seen enough leave meanwhile, which a set allows.
    if (watchers) for (const watcher of watchers) watcher.posted(report);
  }

  private remove(key: string, watcher: ReportWatcher): void {
    const watchers = this.watchers.get(key);
    if (watchers?.delete(watcher) && watchers.size === 0) this.watchers.delete(key);
  }
}

/** The reports that one of several users watches; when it ends, only its own watches end. */
export class HeldReports implements ReportSource {
  private readonly ends = new Map<ReportWatcher, () => void>();
  private isEnded = false;

  constructor(private readonly source: ReportSource) {}

  watch(device: WatchedDevice, watcher: ReportWatcher): () => void {
    if (this.isEnded) {
      watcher.ended();
      return () => undefined;
    }
    const end = this.source.watch(device, watcher);
    this.ends.set(watcher, end);
    return () => {
      this.ends.delete(watcher);
      end();
    };
  }

  /** Ends every watch, also later ones. */
  end(): void {
    this.isEnded = true;
    for (const [watcher, end] of this.ends) {
      end();
      watcher.ended();
    }
    this.ends.clear();
  }
}

/** A control character, which cannot occur in any part, keeps them apart. */
function keyOf({ iotId, productKey, deviceName }: WatchedDevice): string {
  return iotId === undefined ? `${productKey}\0${deviceName}` : `\0${iotId}`;
}

/** What a device could not send at the time. */
function isHistory({ topic }: DeviceMessage): boolean {
  return topic.endsWith("/thing/event/property/history/post");
}
