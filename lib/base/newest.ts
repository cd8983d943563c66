/**
 * The newest keys with a value each, in a ring: each new one takes the place of the oldest. A map alone would serve, but
 * it skips all that was deleted from its beginning whenever its oldest entry is asked for, which takes 70 µs with 100,000.
 */
export class Newest<Value> {
  /** The number of each key's latest position, counted from the first ever. */
  private readonly positions = new Map<string, number>();
  private readonly keys: string[] = [];
  private readonly values: Value[] = [];
  private oldest = 0;
  private next = 0;

  /** @param maxSize positions; a key that is set again takes another one */
  constructor(private readonly maxSize: number) {}

  set(key: string, value: Value): void {
    if (this.next - this.oldest === this.maxSize) this.dropOldest();
    const slot = this.next % this.maxSize;
    this.keys[slot] = key;
    this.values[slot] = value;
    this.positions.set(key, this.next++);
  }

  get(key: string): Value | undefined {
    const position = this.positions.get(key);
    return position === undefined ? undefined : this.values[position % this.maxSize];
  }

  has(key: string): boolean {
    return this.positions.has(key);
  }

  /** Drops entries from the oldest on, as long as their values are old. */
  dropWhile(isOld: (value: Value) => boolean): void {
    while (this.oldest < this.next && isOld(this.values[this.oldest % this.maxSize]!)) this.dropOldest();
  }

  private dropOldest(): void {
    const key = this.keys[this.oldest % this.maxSize]!;
    // It may have been set again since.
    if (this.positions.get(key) === this.oldest) this.positions.delete(key);
    this.oldest++;
  }
}
