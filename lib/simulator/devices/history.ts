/** Something that happened at a device. */
export interface Entry {
  /** UTC milliseconds. */
  readonly time: number;
  /** The value, the outputs or the answer, as the platform writes it in its answers. */
  readonly text: string;
  /** Of a service: its args. */
  readonly input?: string;
}

/** docs/protocol.md, 7.3: how long values are kept. */
export const historyMs = 30 * 86_400_000;
/** Limits over all devices; beyond them, what was added first is dropped. */
const maxEntries = 200_000;
const maxCharacters = 64 * 1024 * 1024;

/** The entries of one kind of one device, oldest first. */
export class Series<T extends Entry = Entry> {
  private readonly sorted: T[] = [];

  get entries(): readonly T[] {
    return this.sorted;
  }

  /** Adds an entry at its time; of the same time, behind the others. */
  insert(entry: T): void {
    const { sorted } = this;
    let at = sorted.length;
    while (at > 0 && sorted[at - 1]!.time > entry.time) at--;
    sorted.splice(at, 0, entry);
  }

  remove(entry: T): void {
    // What was added first is usually the oldest.
    const at = this.sorted[0] === entry ? 0 : this.sorted.indexOf(entry);
    if (at >= 0) this.sorted.splice(at, 1);
  }
}

interface Added {
  series: Series;
  entry: Entry;
}

/** Keeps the memory that all histories take together within limits. */
export class Archive {
  private added: Added[] = [];
  /** The first that is still there. */
  private first = 0;
  private characters = 0;

  constructor(
    private readonly limits: { entries: number; characters: number } = {
      entries: maxEntries,
      characters: maxCharacters,
    },
  ) {}

  add<T extends Entry>(series: Series<T>, entry: T): void {
    series.insert(entry);
    this.added.push({ series, entry });
    this.characters += sizeOf(entry);
    while (this.added.length - this.first > this.limits.entries || this.characters > this.limits.characters) {
      this.dropFirst();
    }
  }

  private dropFirst(): void {
    const { series, entry } = this.added[this.first]!;
    series.remove(entry);
    this.characters -= sizeOf(entry);
    this.first++;
    if (this.first < 10_000) return;
    this.added = this.added.slice(this.first);
    this.first = 0;
  }
}

function sizeOf({ text, input }: Entry): number {
  return text.length + (input?.length ?? 0);
}
