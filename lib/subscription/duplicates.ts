/** The ids of the latest acknowledged messages, to recognize redeliveries (docs/protocol.md, 8.5). */
export class Duplicates {
  /** Id and when it was done, oldest first. */
  private readonly done = new Map<string, number>();

  constructor(
    private readonly now: () => number,
    /** The platform keeps messages for a day; 100,000 ids take about 10 MB. */
    private readonly maxSize = 100_000,
    private readonly maxMs = 24 * 3_600_000,
  ) {}

  /** Messages without an id cannot be recognized. */
  add(messageId: string): void {
    if (messageId === "") return;
    this.done.delete(messageId);
    this.done.set(messageId, this.now());
    for (const [oldest, at] of this.done) {
      if (this.done.size <= this.maxSize && this.now() - at < this.maxMs) break;
      this.done.delete(oldest);
    }
  }

  has(messageId: string): boolean {
    const at = messageId === "" ? undefined : this.done.get(messageId);
    return at !== undefined && this.now() - at < this.maxMs;
  }
}
