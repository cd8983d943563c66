import { Cancellation } from "../../lib/base/cancellation";
import type { Ended, FleetOutcome } from "../../lib/fleet/ended";
import type { FleetDevice } from "../../lib/fleet/fleet-device";
import type { RollOutPlan } from "../../lib/fleet/plan";
import { RollOut, type RollOutEnd, type RollOutSettings } from "../../lib/fleet/roll-out";
import { type Progress, RollOutState } from "../../lib/fleet/roll-out-state";
import type { DeviceRun, Strategy } from "../../lib/fleet/strategy";

export const plainPlan: RollOutPlan = { growth: 2, stopAfter: 10 };

export function devices(count: number): FleetDevice[] {
  return Array.from({ length: count }, (_none, n) => ({ productKey: "a1Lamp", deviceName: `lamp${n}` }));
}

/** Commands devices that end when a test says so. */
export class FakeStrategy implements Strategy {
  maxUnderWay = 40;
  chunk = 10;
  maxWaiting = 4;
  readonly commanded: number[] = [];
  readonly underWay = new Map<number, DeviceRun>();
  onCommand: (index: number) => void = () => undefined;
  private readonly waiting = new Map<number, () => void>();

  constructor(private readonly perCall = 1) {}

  divide(indexes: readonly number[], maxTogether: number): number[][] {
    const size = Math.min(this.perCall, maxTogether);
    const units: number[][] = [];
    for (let at = 0; at < indexes.length; at += size) units.push(indexes.slice(at, at + size));
    return units;
  }

  async carryOut(indexes: readonly number[], run: DeviceRun): Promise<void> {
    // Its turn comes a little later, unless it is taken back.
    await Promise.resolve();
    if (run.turn.aborted) {
      for (const index of indexes) run.withdraw(index);
      return;
    }
    run.begun();
    const ends = indexes.map(
      (index) =>
        new Promise<void>((resolve) => {
          this.commanded.push(index);
          this.underWay.set(index, run);
          this.waiting.set(index, resolve);
          this.onCommand(index);
        }),
    );
    const close = (): void => {
      for (const index of indexes) if (this.underWay.has(index)) this.end(index, "unknown");
    };
    run.closing.addEventListener("abort", close, { once: true });
    await Promise.all(ends);
    run.closing.removeEventListener("abort", close);
  }

  end(index: number, outcome: FleetOutcome): void {
    const run = this.underWay.get(index)!;
    const resolve = this.waiting.get(index)!;
    this.underWay.delete(index);
    this.waiting.delete(index);
    run.ended(index, { outcome, durationMs: 1 });
    resolve();
  }
}

/** A roll-out of fake devices, and what it reports. */
export class FakeRollOut {
  readonly closing = new Cancellation();
  readonly streamed: [index: number, ended: Ended][] = [];
  readonly state: RollOutState;
  readonly rollOut: RollOut;
  end: RollOutEnd | undefined;

  constructor(
    list: readonly FleetDevice[],
    plan: RollOutPlan,
    readonly strategy: FakeStrategy,
    more: Partial<RollOutSettings> = {},
    before?: Progress,
  ) {
    const words = (text: string | { key: string }): string => (typeof text === "string" ? text : text.key);
    this.state = new RollOutState(list, plan, words, before);
    this.rollOut = new RollOut({
      state: this.state,
      strategy,
      words,
      closing: this.closing,
      onEnded: (index, ended) => this.streamed.push([index, ended]),
      from: before?.marked,
      open: before?.open,
      ...more,
    });
  }

  async run(): Promise<RollOutEnd> {
    return (this.end = await this.rollOut.run());
  }

  /** How many ended in which way; throws where the sum is not the number of devices. */
  get sum(): number {
    return Object.values(this.state.counts).reduce((sum, count) => sum + count, 0);
  }
}
