/** Beyond that, a long is no number. */
const maxHigh = 2 ** 21 - 1;

/**
 * Reads plain values of AMQP one after the other: what the platform's frames and messages are made of. It checks all
 * sizes, and gives up at what is malformed or of another type: then nothing that it has read counts. So it is the check
 * and the reading in one pass, which creates nothing but the result. Bench line: "subscription" in bench/messages.ts.
 */
export class PlainValues {
  /** Whether it has given up. */
  isUnusual = false;
  /** Elements of the list or map that are not read yet. */
  left = 0;

  constructor(
    readonly bytes: Buffer,
    /** Where the next value begins. */
    public at: number,
  ) {}

  /**
   * Begins a list, with `left` elements.
   * @returns where it ends
   */
  list(): number {
    const code = this.bytes[this.at++];
    this.left = 0;
    if (code === 0x45) return this.at;
    if (code === 0xc0) return this.collection(1);
    if (code === 0xd0) return this.collection(4);
    this.giveUp();
    return this.at;
  }

  /**
   * Begins a map, with `left` keys and values.
   * @returns where it ends
   */
  map(): number {
    const code = this.bytes[this.at++];
    if (code !== 0xc1 && code !== 0xd1) this.giveUp();
    const end = this.collection(code === 0xc1 ? 1 : 4);
    if (this.left % 2 !== 0) this.giveUp();
    return end;
  }

  /** Passes the rest of a list or a map, which ends there. */
  skipRest(end: number): void {
    for (; this.left > 0 && !this.isUnusual; this.left--) this.skip();
    if (this.at !== end) this.giveUp();
  }

  skip(): void {
    const code = this.bytes[this.at++]!;
    const width = widthOf(code);
    if (width >= 0) this.at += width;
    else if (code === 0xa0 || code === 0xa1 || code === 0xa3) this.sized(1);
    else if (code === 0xb0 || code === 0xb1 || code === 0xb3) this.sized(4);
    else this.giveUp();
    if (this.at > this.bytes.length) this.giveUp();
  }

  /** @returns a view */
  binary(): Buffer {
    const code = this.bytes[this.at++];
    if (code !== 0xa0 && code !== 0xb0) this.giveUp();
    const start = this.sized(code === 0xa0 ? 1 : 4);
    return this.bytes.subarray(start, this.at);
  }

  /** @returns null, a boolean, a number, a text or a date */
  value(): unknown {
    const { bytes, at } = this;
    const code = bytes[at]!;
    if (code === 0xa1) return this.text(1);
    if (code === 0xb1) return this.text(4);
    const width = widthOf(code);
    this.at = at + 1 + width;
    if (width < 0 || this.at > bytes.length) return this.giveUp();
    switch (code) {
      case 0x40:
        return null;
      case 0x41:
        return true;
      case 0x42:
        return false;
      case 0x43:
      case 0x44:
        return 0;
      case 0x50:
      case 0x52:
      case 0x53:
        return bytes[at + 1];
      case 0x51:
      case 0x54:
      case 0x55:
        return bytes.readInt8(at + 1);
      case 0x70:
        return bytes.readUInt32BE(at + 1);
      case 0x71:
        return bytes.readInt32BE(at + 1);
      case 0x80:
      case 0x81:
        return this.long(at + 1);
      case 0x83:
        return new Date(this.long(at + 1));
      default:
        return this.giveUp();
    }
  }

  giveUp(): undefined {
    this.isUnusual = true;
  }

  private collection(width: 1 | 4): number {
    const end = this.at + width + this.unsigned(this.at, width);
    this.left = this.unsigned(this.at + width, width);
    this.at += 2 * width;
    if (end > this.bytes.length || this.left > end - this.at) this.giveUp();
    return end;
  }

  private text(width: 1 | 4): string {
    this.at++;
    const start = this.sized(width);
    return this.isUnusual ? "" : this.bytes.toString("utf8", start, this.at);
  }

  /**
   * Passes bytes with their number in front.
   * @returns where they start
   */
  private sized(width: 1 | 4): number {
    const start = this.at + width;
    this.at = start + this.unsigned(this.at, width);
    if (this.at > this.bytes.length) this.giveUp();
    return start;
  }

  private long(at: number): number {
    const high = this.bytes.readUInt32BE(at);
    if (high > maxHigh) this.giveUp();
    return high * 2 ** 32 + this.bytes.readUInt32BE(at + 4);
  }

  private unsigned(at: number, width: 1 | 4): number {
    if (at + width <= this.bytes.length) return width === 1 ? this.bytes[at]! : this.bytes.readUInt32BE(at);
    this.giveUp();
    return 0;
  }
}

/** Bytes of a value of fixed width; -1 for all others. */
function widthOf(code: number): number {
  if (code >= 0x40 && code <= 0x44) return 0;
  if (code >= 0x50 && code <= 0x56) return 1;
  if (code === 0x60 || code === 0x61) return 2;
  if (code === 0x70 || code === 0x71) return 4;
  if (code >= 0x80 && code <= 0x83) return 8;
  return -1;
}
