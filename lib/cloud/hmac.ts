import { hash } from "node:crypto";

const blockBytes = 64;
const hashBytes = 32;

/**
 * HMAC-SHA256 with one key (RFC 2104), made of node:crypto's one-shot hashes. Its own `createHmac` makes an object
 * with a finalizer for each text, which costs a call more than all the rest of its signature.
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
    // Small buffers share memory that others may look at; those of `alloc` do not.
    given.fill(0);
    key.fill(0);
  }

  /**
   * @param text ASCII
   * @returns the code in hexadecimal
   */
  sign(text: string): string {
    // The texts of one key are all of one length, so that its room is made once.
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
