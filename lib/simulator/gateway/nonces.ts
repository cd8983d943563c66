/** More than an account's quota allows in the window; beyond that, the oldest are forgotten. */
const maxPerKey = 500_000;

/** The nonces that each key has used within `windowMs`. */
export class Nonces {
  private readonly used = new Map<string, Map<string, number>>();

  constructor(private readonly windowMs: number) {}

  /** False if this key has used the nonce within the window. */
  take(accessKeyId: string, nonce: string, now: number): boolean {
    const seen = this.used.get(accessKeyId) ?? new Map<string, number>();
    this.used.set(accessKeyId, seen);
    // A Map keeps insertion order, so expired nonces come first.
    for (const [old, at] of seen) {
      if (now - at <= this.windowMs && seen.size < maxPerKey) break;
      seen.delete(old);
    }
    if (seen.has(nonce)) return false;
    seen.set(nonce, now);
    return true;
  }
}
