import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How a contender is kept busy: so many calls in flight, for a time or until so many have ended. */
export interface Load {
  inFlight: number;
  milliseconds?: number;
  calls?: number;
}

/** What a contender did under a load, as its own process saw it. */
export interface Measured {
  calls: number;
  failures: number;
  milliseconds: number;
  /** Of all threads of the process, for all calls together. */
  cpuMicroseconds: number;
  /** Of one call, in milliseconds. */
  p50: number;
  p99: number;
}

export interface Memory {
  /** Bytes of objects that are still in use after a collection, buffers included. */
  inUse: number;
  /** Bytes that the process takes of the machine. */
  resident: number;
}

/** A closed loop: each call that ends begins the next one. */
export class Loop {
  private readonly begunAt = performance.now();
  private readonly cpu = process.cpuUsage();
  private readonly durations: number[] = [];
  private failures = 0;
  private begun = 0;
  private finish!: (measured: Measured) => void;
  readonly measured = new Promise<Measured>((resolve) => (this.finish = resolve));

  /** @param begin begins one call, which is to tell `ended` */
  constructor(
    private readonly load: Load,
    private readonly begin: () => void,
  ) {}

  start(): void {
    for (let index = 0; index < this.load.inFlight; index++) this.next(this.begunAt);
  }

  /** @param begunAt when the call began, as `performance.now()` counts */
  ended(begunAt: number, isOk: boolean): void {
    const now = performance.now();
    this.durations.push(now - begunAt);
    if (!isOk) this.failures++;
    this.next(now);
    if (this.durations.length === this.begun) this.end(now);
  }

  private next(now: number): void {
    const { calls = Infinity, milliseconds = Infinity } = this.load;
    if (this.begun >= calls || now - this.begunAt >= milliseconds) return;
    this.begun++;
    this.begin();
  }

  private end(now: number): void {
    const { user, system } = process.cpuUsage(this.cpu);
    const sorted = Float64Array.from(this.durations).sort();
    this.finish({
      calls: sorted.length,
      failures: this.failures,
      milliseconds: now - this.begunAt,
      cpuMicroseconds: user + system,
      p50: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
      p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    });
  }
}

/** Memory of this process after a full collection. */
export function memory(): Memory {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { inUse: heapUsed + external, resident: rss };
}
