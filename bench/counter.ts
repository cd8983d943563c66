/** What a receiver did until it had so many messages. */
export interface Received {
  cpuMicroseconds: number;
  milliseconds: number;
}

/** Counts messages and measures what they cost this process. */
export class Counter {
  private left = 0;
  private cpu = process.cpuUsage();
  private begunAt = 0;
  private finish: (received: Received) => void = () => undefined;

  /** Resolves with what the next messages cost, from now on. */
  next(messages: number): Promise<Received> {
    this.left = messages;
    this.begunAt = performance.now();
    this.cpu = process.cpuUsage();
    return new Promise((resolve) => (this.finish = resolve));
  }

  /** @param payload of a property post */
  count(payload: unknown): void {
    if (typeof payload !== "object" || payload === null || !("items" in payload)) throw new Error("no post");
    if (--this.left !== 0) return;
    // Once the last message is settled as well.
    setImmediate(() => {
      const { user, system } = process.cpuUsage(this.cpu);
      const milliseconds = performance.now() - this.begunAt;
      this.finish({ cpuMicroseconds: user + system, milliseconds });
    });
  }
}
