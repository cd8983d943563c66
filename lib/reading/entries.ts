import type { Period, ReadOrder } from "./request";

/** An entry of a history before its value is read. */
export interface RawEntry {
  /** UTC milliseconds. */
  time: number;
  /** Distinguishes it from others of the same time. */
  text: string;
}

/**
 * The entries of one history, page by page, in the order in which they are asked for. A page may begin with entries of the one
 * before, since it is unknown whether the time at which the next page begins is included (docs/protocol.md, 7.3).
 */
export class Entries<Entry extends RawEntry> {
  readonly entries: Entry[] = [];
  private last: number | undefined;
  private readonly atLast = new Set<string>();

  constructor(
    private readonly order: ReadOrder,
    private readonly limit: number,
  ) {}

  get isFull(): boolean {
    return this.entries.length >= this.limit;
  }

  /** Adds what is new of a page. */
  add(page: readonly Entry[]): void {
    const { last } = this;
    const seen = new Set(this.atLast);
    for (const entry of inOrder(page, this.order)) {
      const isNew = last === undefined || isBeyond(entry.time, last, this.order);
      if (!isNew && (entry.time !== last || seen.has(entry.text))) continue;
      if (this.isFull) return;
      this.entries.push(entry);
      if (entry.time !== this.last) this.atLast.clear();
      this.last = entry.time;
      this.atLast.add(entry.text);
    }
  }
}

/** Sorted by time; entries of the same time stay as they are. */
export function inOrder<Entry extends { time: number }>(
  entries: readonly Entry[],
  order: ReadOrder,
): readonly Entry[] {
  const isSorted = entries.every(
    ({ time }, index) => index === 0 || !isBeyond(entries[index - 1]!.time, time, order),
  );
  if (isSorted) return entries;
  return entries.toSorted((a, b) => (order === "oldest-first" ? a.time - b.time : b.time - a.time));
}

/** Whether a time comes later in this order than another. */
export function isBeyond(time: number, other: number, order: ReadOrder): boolean {
  return order === "oldest-first" ? time > other : time < other;
}

/** What is left of a period from a time on. */
export function restOf(period: Period, next: number, order: ReadOrder): Period {
  return order === "oldest-first" ? { from: next, to: period.to } : { from: period.from, to: next };
}
