/** Somebody who is told when what he waits for can no longer come. */
interface Waiter {
  ended(): void;
}

/** What one of several users of a source waits for; when the user ends, only its own waits end. */
export class HeldEnds {
  private readonly ends = new Map<Waiter, () => void>();
  private isEnded = false;

  /**
   * Begins a wait, unless the user has ended.
   * @param begin begins it at the source, and returns what ends it there
   * @returns ends it
   */
  hold(waiter: Waiter, begin: () => () => void): () => void {
    if (this.isEnded) {
      waiter.ended();
      return () => undefined;
    }
    const end = begin();
    this.ends.set(waiter, end);
    return () => {
      this.ends.delete(waiter);
      end();
    };
  }

  /** Ends every wait, also later ones. */
  end(): void {
    this.isEnded = true;
    for (const [waiter, end] of this.ends) {
      end();
      waiter.ended();
    }
    this.ends.clear();
  }
}
