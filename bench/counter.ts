/** What a receiver did until it had so many messages. */
export interface Received {
  cpuMicroseconds: number;
  milliseconds: number;
}

/** Counts messages and measures what they cost this process. */
export class Counter {
  private counted = 0;
  private target = 0;
  private cpu = process.cpuUsage();
  private begunAt = 0;
  private finish: (received: Received) => void = () => undefined;

  /** Resolves with what the next messages cost, from now on. */
  next(messages: number): Promise<Received> {
    this.target += messages;
    this.begunAt = performance.now();
    this.cpu = process.cpuUsage();
    const received = new Promise<Received>((resolve) => (this.finish = resolve));
    // All have come before the question.
    if (this.counted >= this.target) this.end();
    return received;
  }

  /** @param payload of a property post */
  count(payload: unknown): void {
    if (typeof payload !== "object" || payload === null || !("items" in payload)) throw new Error("no post");
    if (++this.counted === this.target) this.end();
  }

  private end(): void {
    // Once the last message is settled as well.
    setImmediate(() => {
      const { user, system } = process.cpuUsage(this.cpu);
      this.finish({ cpuMicroseconds: user + system, milliseconds: performance.now() - this.begunAt });
    });
  }
}
