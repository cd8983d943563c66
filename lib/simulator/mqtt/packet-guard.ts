const connectPacket = 1;

/**
 * Checks the length that an MQTT packet announces before the packet is buffered: the broker would wait for 256 MB.
 */
export class PacketGuard {
  /** Bytes of the current packet that are still to come; undefined while its length is being read. */
  private left: number | undefined;
  /** The length as far as it was read, and the weight of its next byte; 0 before the packet's first byte. */
  private length = 0;
  private weight = 0;
  private isFirst = true;

  /**
   * @param most maximum length of a packet
   * @returns whether the client may stay connected
   */
  accept(chunk: Uint8Array, maxBytes: number): boolean {
    for (let at = 0; at < chunk.length;) {
      if (this.left !== undefined) {
        const taken = Math.min(this.left, chunk.length - at);
        at += taken;
        this.left -= taken;
        if (this.left === 0) this.left = undefined;
      } else if (!this.readByte(chunk[at++]!, maxBytes)) {
        return false;
      }
    }
    return true;
  }

  private readByte(byte: number, maxBytes: number): boolean {
    if (this.weight === 0) {
      const isConnect = byte >> 4 === connectPacket;
      // The first packet, and no other, must be CONNECT.
      if (isConnect !== this.isFirst) return false;
      this.isFirst = false;
      this.weight = 1;
      this.length = 0;
      return true;
    }
    this.length += (byte & 127) * this.weight;
    this.weight *= 128;
    if (this.length > maxBytes) return false;
    if (byte < 128) {
      this.weight = 0;
      this.left = this.length || undefined;
      return true;
    }
    // A length has four bytes at most.
    return this.weight < 128 ** 4;
  }
}
