import { Newest } from "../base/newest";

/** The ids of the latest acknowledged messages, to recognize redeliveries (docs/protocol.md, 8.5). */
export class Duplicates {
  /** When each was done. */
  private readonly done: Newest<number>;

  constructor(
    private readonly now: () => number,
    /** The platform keeps messages for a day; 100,000 ids take about 10 MB. */
    maxSize = 100_000,
    private readonly maxMs = 24 * 3_600_000,
  ) {
    this.done = new Newest(maxSize);
  }

  /** Messages without an id cannot be recognized. */
  add(messageId: string): void {
    if (messageId === "") return;
    const now = this.now();
    this.done.dropWhile((at) => now - at >= this.maxMs);
    this.done.set(messageId, now);
  }

  has(messageId: string): boolean {
    const at = messageId === "" ? undefined : this.done.get(messageId);
    return at !== undefined && this.now() - at < this.maxMs;
  }
}
