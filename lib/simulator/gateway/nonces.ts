/** More than the quota of an account lets through in the window is a runaway; the oldest are forgotten. */
const maxPerKey = 500_000;

/** Nonces that were used, for each key; each is remembered for `windowMs`. */
export class Nonces {
  private readonly used = new Map<string, Map<string, number>>();

  constructor(private readonly windowMs: number) {}

  /** False where this key used the nonce before, within the window. */
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
