import type { DeviceMessage } from "./device-message";
import { HeldEnds } from "./held-ends";
import { createdAt, type Reply } from "./reply-message";

/** A device whose next answer is waited for. */
interface AnsweringDevice {
  productKey: string;
  deviceName: string;
}

/** Somebody who waits for an answer of a device. */
interface AnswerWatcher {
  /** An answer counts if the platform created it at this time or later, in UTC milliseconds; may change meanwhile. */
  readonly since: number;
  /** Called once at most; must not throw. */
  received(reply: Reply): void;
  /** There will be no more answers. */
  ended(): void;
}

/** Where answers come from that no id leads to. */
export interface AnswerSource {
  /**
   * @param answered the service, as `name` or `module:name`, or `property/set`
   * @returns ends it, and may be called again
   */
  watch(device: AnsweringDevice, answered: string, watcher: AnswerWatcher): () => void;
}

/**
 * Answers of devices to commands whose ids nobody knows, because the platform does not tell them: told by the device, by what
 * it answers and by the time. For each there is one watcher at a time, so the next answer is its.
 */
export class DeviceReplies implements AnswerSource {
  private readonly watchers = new Map<string, AnswerWatcher>();
  private isClosed = false;

  watch(device: AnsweringDevice, answered: string, watcher: AnswerWatcher): () => void {
    if (this.isClosed) {
      watcher.ended();
      return () => undefined;
    }
    const key = keyOf(device, answered);
    this.watchers.set(key, watcher);
    return () => {
      if (this.watchers.get(key) === watcher) this.watchers.delete(key);
    };
  }

  /** @returns whether the message is the answer that somebody waits for */
  take(message: DeviceMessage, reply: Reply): boolean {
    const { productKey, deviceName, identifier } = message;
    if (this.watchers.size === 0 || productKey === undefined || deviceName === undefined) return false;
    const key = keyOf({ productKey, deviceName }, identifier ?? "");
    const watcher = this.watchers.get(key);
    if (!watcher || (createdAt(message) ?? Infinity) < watcher.since) return false;
    this.watchers.delete(key);
    watcher.received(reply);
    return true;
  }

  close(): void {
    this.isClosed = true;
    const all = [...this.watchers.values()];
    this.watchers.clear();
    for (const watcher of all) watcher.ended();
  }
}

/** The answers that one of several users waits for; when it ends, only its own waits end. */
export class HeldDeviceReplies implements AnswerSource {
  private readonly held = new HeldEnds();

  constructor(private readonly source: AnswerSource) {}

  watch(device: AnsweringDevice, answered: string, watcher: AnswerWatcher): () => void {
    return this.held.hold(watcher, () => this.source.watch(device, answered, watcher));
  }

  /** Ends every wait, also later ones. */
  end(): void {
    this.held.end();
  }
}

/** Topics name a service of a module with a slash or with a colon. */
function keyOf({ productKey, deviceName }: AnsweringDevice, answered: string): string {
  return `${productKey}\0${deviceName}\0${answered.replace(":", "/")}`;
}
