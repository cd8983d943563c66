import { closed, type Failure } from "../base/failure";
import { countOf, type Counts, type Ended, endedBy, noCounts, type Words } from "./ended";
import type { FleetDevice } from "./fleet-device";
import type { RollOutPlan } from "./plan";
import { type Step, Steps, stopped } from "./steps";
import type { Unit } from "./unit";

/** What a restart needs to know of a roll-out. */
export interface Progress {
  /** Devices below this index may have been commanded, except those in `open`. */
  marked: number;
  open: readonly number[];
  /** The present one. */
  step: Step;
  isPaused: boolean;
  /** Why nothing more is to be sent, in the reader's language; undefined where it goes on. */
  stopped?: string | undefined;
  /** Devices that have ended and that nobody has been told of. */
  unreported: readonly number[];
  /** By the index of the device; of those that have not ended undefined. */
  entries: readonly (Ended | undefined)[];
}

/** What has become of the devices of a roll-out so far. */
export class RollOutState {
  readonly steps: Steps;
  readonly counts: Counts = { ...noCounts };
  isPaused = false;
  ended = 0;
  /** Devices that have ended and that nobody has been told of: the node was closing, or Node-RED had been killed. */
  unreported: number[] = [];
  /** Why it is to stop. */
  reason: Failure | undefined;
  /** Devices that are commanded together, or wait for that, and have not all ended. */
  readonly units = new Set<Unit>();
  /** Called once, when it is to stop. */
  onStopping: () => void = () => undefined;
  private readonly entries: (Ended | undefined)[];

  /** @param before what was kept of it; what may have been commanded then and has no outcome is unknown */
  constructor(
    readonly devices: readonly FleetDevice[],
    readonly plan: RollOutPlan,
    words: Words,
    before?: Progress,
  ) {
    this.entries = Array.from<Ended | undefined>({ length: devices.length });
    const usable = devices.reduce((count, { problem }) => count + (problem ? 0 : 1), 0);
    this.steps = new Steps(plan, usable, before?.step);
    if (before) this.restore(before, words);
  }

  entryOf(index: number): Ended | undefined {
    return this.entries[index];
  }

  get all(): readonly (Ended | undefined)[] {
    return this.entries;
  }

  get isComplete(): boolean {
    return this.ended === this.devices.length;
  }

  /** Whether nothing more is sent; what is in flight still ends, and then the report comes. */
  get isStopping(): boolean {
    return this.reason !== undefined;
  }

  /** Devices that were commanded and have not ended. */
  get inFlight(): number {
    let count = 0;
    for (const unit of this.units) {
      if (unit.hasBegun) count += unit.indexes.filter((index) => this.isOpen(unit, index)).length;
    }
    return count;
  }

  stop(reason: Failure): void {
    if (this.reason) return;
    this.reason = reason;
    this.onStopping();
  }

  /** @returns why the roll-out is to stop, if it is */
  end(index: number, ended: Ended): Failure | undefined {
    this.entries[index] = ended;
    this.ended++;
    this.counts[countOf(ended.outcome)]++;
    return this.devices[index]!.problem ? undefined : this.steps.end(ended.outcome);
  }

  /**
   * What a restart needs to know now.
   * @param marked the first device that is not written down as one that may be commanded
   * @param open devices before it that are to be commanded all the same
   */
  progress(marked: number, open: readonly number[], words: Words): Progress {
    const { steps, isPaused, reason, unreported, entries } = this;
    return {
      marked,
      open,
      step: steps.present,
      isPaused,
      stopped: reason && words(reason.text),
      unreported,
      entries,
    };
  }

  /** Whether a device of a unit has neither ended nor been withdrawn. */
  isOpen(unit: Unit, index: number): boolean {
    return !this.entries[index] && !unit.isWithdrawn(index);
  }

  private restore(before: Progress, words: Words): void {
    const { entries, marked, open, isPaused, unreported } = before;
    this.unreported = [...unreported];
    this.isPaused = isPaused;
    const lost = endedBy(closed(true), words);
    const isOpen = new Set(open);
    for (let index = 0; index < this.devices.length; index++) {
      const ended = entries[index] ?? (index < marked && !isOpen.has(index) ? lost : undefined);
      if (!ended) continue;
      if (ended === lost) this.unreported.push(index);
      if (!this.devices[index]!.problem) this.steps.take(1);
      this.reason = this.end(index, ended) ?? this.reason;
    }
    if (before.stopped !== undefined) this.reason = stopped(before.stopped);
  }
}
