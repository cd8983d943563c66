import { latestIn, type PostedProperty } from "./property-post";
import type { WatchSource } from "./watches";

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

/** The property posts among the messages of devices. */
export class Reports implements ReportSource {
  constructor(private readonly source: WatchSource) {}

  watch({ iotId, productKey, deviceName }: WatchedDevice, watcher: ReportWatcher): () => void {
    return this.source.watch(
      { kind: "property", name: "", iotId, productKey, deviceName },
      {
        received: (message) => {
          const { generateTime } = message;
          watcher.posted({ generateTime, valueOf: (name) => latestIn(message, name) });
        },
        ended: () => watcher.ended(),
      },
    );
  }
}
