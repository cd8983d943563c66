/** What became of calls that were made at an even pace. */
export interface Paced {
  calls: number;
  failures: number;
  /** Of one call, in milliseconds. */
  p50: number;
  p99: number;
  max: number;
}

const tickMs = 5;

/** An open loop: calls begin at an even pace, however long others take. */
export class Steady {
  private readonly begunAt = performance.now();
  private readonly durations: number[] = [];
  private failures = 0;
  private begun = 0;
  private finish!: (measured: Paced) => void;
  readonly measured = new Promise<Paced>((resolve) => (this.finish = resolve));
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly perSecond: number,
    private readonly milliseconds: number,
    /** Begins one call, which is to tell `ended`. */
    private readonly begin: () => void,
  ) {
    this.timer = setInterval(() => this.tick(), tickMs);
  }

  /** @param begunAt when the call began, as `performance.now()` counts */
  ended(begunAt: number, isOk: boolean): void {
    this.durations.push(performance.now() - begunAt);
    if (!isOk) this.failures++;
    this.endIfOver();
  }

  private get total(): number {
    return Math.round((this.perSecond * this.milliseconds) / 1000);
  }

  private tick(): void {
    const elapsed = performance.now() - this.begunAt;
    const due = Math.min(this.total, Math.floor((this.perSecond * elapsed) / 1000));
    while (this.begun < due) {
      this.begun++;
      this.begin();
    }
    if (this.begun === this.total) clearInterval(this.timer);
  }

  private endIfOver(): void {
    if (this.durations.length < this.total) return;
    const sorted = Float64Array.from(this.durations).sort();
    const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    this.finish({ calls: sorted.length, failures: this.failures, p50: at(0.5), p99: at(0.99), max: at(1) });
  }
}
