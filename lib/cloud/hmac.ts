import { hash } from "node:crypto";

const blockBytes = 64;
const hashBytes = 32;

/**
 * HMAC-SHA256 with one key (RFC 2104), from node:crypto's one-shot hashes. `createHmac` creates an object with a
 * finalizer for each text, which costs more than the rest of the signature.
 */
export class HmacKey {
  #inner: Buffer;
  readonly #outer: Buffer;

  constructor(secret: string) {
    const given = Buffer.from(secret);
    const key = given.length > blockBytes ? hash("sha256", given, "buffer") : given;
    this.#inner = Buffer.alloc(blockBytes, 0x36);
    this.#outer = Buffer.alloc(blockBytes + hashBytes, 0x5c);
    key.forEach((byte, index) => {
      this.#inner[index]! ^= byte;
      this.#outer[index]! ^= byte;
    });
    // Small buffers share memory with other code; those of `alloc` do not.
    given.fill(0);
    key.fill(0);
  }

  /**
   * @param text ASCII
   * @returns the code in hexadecimal
   */
  sign(text: string): string {
    // All texts of a key have the same length, so the buffer is allocated once.
    const bytes = blockBytes + text.length;
    if (this.#inner.length !== bytes) {
      const inner = Buffer.alloc(bytes);
      this.#inner.copy(inner, 0, 0, blockBytes);
      this.#inner = inner;
    }
    this.#inner.write(text, blockBytes, "latin1");
    // As text, since a Buffer for the hash would take longer than the hash.
    this.#outer.write(hash("sha256", this.#inner, "hex"), blockBytes, "hex");
    return hash("sha256", this.#outer, "hex");
  }
}
