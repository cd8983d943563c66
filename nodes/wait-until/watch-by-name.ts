import type { WatchSource } from "../../lib/subscription/watches";

interface DeviceNames {
  productKey: string;
  deviceName: string;
}

/**
 * Watches a device that is named by its IotId also by its product and name, once these are known: status messages need not
 * carry the IotId (docs/protocol.md, 8.6). A message may then come twice.
 * @param names rejects where the device cannot be looked up
 */
export function watchByName(source: WatchSource, names: () => Promise<DeviceNames>): WatchSource {
  return {
    watch(watched, watcher) {
      let isOver = false;
      const ends = [source.watch(watched, watcher)];
      const again = { received: watcher.received.bind(watcher), ended: watcher.ended.bind(watcher) };
      names().then(
        ({ productKey, deviceName }) => {
          const byName = { kind: watched.kind, name: watched.name, productKey, deviceName };
          if (!isOver) ends.push(source.watch(byName, again));
        },
        () => undefined,
      );
      return () => {
        isOver = true;
        for (const end of ends) end();
      };
    },
  };
}
