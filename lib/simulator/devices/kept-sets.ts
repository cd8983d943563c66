import type { JsonObject } from "../../base/json";

/** Properties on their way to a device; `written` is `items` with its numbers as they were written. */
export interface PropertySet {
  items: JsonObject;
  written: JsonObject;
  qos: 0 | 1;
}

interface KeptSet extends PropertySet {
  messageId: string;
  /** UTC milliseconds; the platform keeps it for 7 days (docs/protocol.md, 7.1). */
  until: number;
}

const keptMs = 7 * 86_400_000;
/** For a device that never comes back. */
const maxKept = 1000;

/** Property sets that wait for their device, oldest first. */
export class KeptSets {
  private sets: KeptSet[] = [];

  get isEmpty(): boolean {
    return this.sets.length === 0;
  }

  add(set: PropertySet, messageId: string, now: number): void {
    this.sets.push({ ...set, messageId, until: now + keptMs });
    if (this.sets.length > maxKept) this.sets.shift();
  }

  /** Those that are still good; they are kept no longer. */
  take(now: number): KeptSet[] {
    const taken = this.sets;
    this.sets = [];
    return taken.filter(({ until }) => until > now);
  }
}
