/** Timers that end when the simulator closes. One listener serves all of them: there may be 100,000. */
export class Timers {
  private readonly running = new Set<NodeJS.Timeout>();

  constructor(private readonly closing: AbortSignal) {
    closing.addEventListener("abort", () => this.clear(), { once: true });
  }

  /** Does something later, unless the simulator is closed first. Failures are ignored. */
  after(milliseconds: number, act: () => Promise<void>): void {
    if (this.closing.aborted) return;
    const timer = setTimeout(() => {
      this.running.delete(timer);
      act().catch(() => undefined);
    }, milliseconds);
    this.running.add(timer);
  }

  private clear(): void {
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}
