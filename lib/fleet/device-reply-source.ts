import type { Confirmation } from "../invocation/reply-source";

/** Where replies of devices come from that are to a command whose id nobody knows. */
export interface DeviceReplySource {
  /**
   * The next answer of a device to a service (`name` or `module:name`), or to `property/set`, that the platform has created
   * since, and that answers no command with a known id.
   * @param since UTC milliseconds by the platform's clock; may change while the clock becomes known
   * @returns ends it, and may be called again
   */
  watch(
    device: { productKey: string; deviceName: string },
    answered: string,
    watcher: DeviceReplyWatcher,
  ): () => void;
}

interface DeviceReplyWatcher {
  readonly since: number;
  /** Called once at most; must not throw. */
  received(reply: Confirmation): void;
  /** There will be no more answers. */
  ended(): void;
}
