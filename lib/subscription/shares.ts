import type { SharedSubscription } from "./shared-subscription";

/** The connections of one account, each with all the subscriptions that share it. They end with the account. */
export class Shares {
  private readonly shares = new Map<string, SharedSubscription>();

  /**
   * @param key what the subscriptions of a shared connection have in common
   * @param make creates it for the first of them; its argument is to be called once the last one has left
   */
  of(key: string, make: (onEmpty: () => void) => SharedSubscription): SharedSubscription {
    const known = this.shares.get(key);
    if (known) return known;
    const made = make(() => {
      if (this.shares.get(key) === made) this.shares.delete(key);
    });
    this.shares.set(key, made);
    return made;
  }

  /** Ends every connection, and every wait with `closed`. */
  async close(): Promise<void> {
    await Promise.all([...this.shares.values()].map((share) => share.close()));
  }
}
