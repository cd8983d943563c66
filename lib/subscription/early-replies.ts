import type { DeviceMessage } from "./device-message";

/** A reply may arrive before the platform's answer to the call, which tells the call its id (docs/protocol.md, 8.7). */
const keptMs = 30_000;

interface Early {
  id: string;
  message: DeviceMessage;
  at: number;
  isOthers: boolean;
}

/** Replies that no call is waiting for (yet). */
export class EarlyReplies {
  /** Oldest first. */
  private readonly entries = new Set<Early>();
  private readonly byId = new Map<string, Early[]>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly now: () => number,
    /** Called with each reply that no call has asked for in time. */
    private readonly onUnclaimed: (message: DeviceMessage) => void,
    private readonly maxSize = 10_000,
  ) {}

  /** @param isOthers whether nobody here has to ask for it */
  keep(id: string, message: DeviceMessage, isOthers = false): void {
    const others = this.byId.get(id);
    // It may have been offered before.
    if (message.messageId !== "" && others?.some((other) => other.message.messageId === message.messageId))
      return;
    const entry = { id, message, at: this.now(), isOthers };
    this.entries.add(entry);
    if (others) others.push(entry);
    else this.byId.set(id, [entry]);
    if (this.entries.size > this.maxSize) this.giveUp(this.oldest!);
    this.timer ??= setTimeout(() => this.sweep(), keptMs);
  }

  has(id: string, message: DeviceMessage): boolean {
    return this.byId.get(id)?.some((entry) => entry.message === message) ?? false;
  }

  take(id: string, isWanted: (message: DeviceMessage) => boolean): DeviceMessage | undefined {
    const entry = this.byId.get(id)?.find(({ message }) => isWanted(message));
    if (entry) this.remove(entry);
    return entry?.message;
  }

  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.entries.clear();
    this.byId.clear();
  }

  private get oldest(): Early | undefined {
    return this.entries.values().next().value;
  }

  private sweep(): void {
    for (let entry = this.oldest; entry && this.age(entry) >= keptMs; entry = this.oldest) this.giveUp(entry);
    const next = this.oldest;
    this.timer = next && setTimeout(() => this.sweep(), Math.max(keptMs - this.age(next), 1));
  }

  /** A clock that was set back must not keep replies for ever. */
  private age({ at }: Early): number {
    const age = this.now() - at;
    return age < 0 ? keptMs : age;
  }

  private giveUp(entry: Early): void {
    this.remove(entry);
    if (!entry.isOthers) this.onUnclaimed(entry.message);
  }

  private remove(entry: Early): void {
    this.entries.delete(entry);
    const others = (this.byId.get(entry.id) ?? []).filter((other) => other !== entry);
    if (others.length > 0) this.byId.set(entry.id, others);
    else this.byId.delete(entry.id);
  }
}
