import type { CancelSignal } from "../base/cancellation";
import type { Ended } from "./ended";
import type { DeviceRun } from "./strategy";

/** Devices that are commanded together, under way. */
export class Unit implements DeviceRun {
  readonly withdrawn: number[] = [];
  hasBegun = false;

  constructor(
    readonly indexes: readonly number[],
    readonly turn: CancelSignal,
    readonly closing: CancelSignal,
    private readonly on: { begun(): void; ended(index: number, ended: Ended): void },
  ) {}

  begun(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.on.begun();
  }

  ended(index: number, ended: Ended): void {
    this.on.ended(index, ended);
  }

  /** @param index of one of its devices */
  withdraw(index: number): void {
    this.withdrawn.push(index);
  }

  isWithdrawn(index: number): boolean {
    return this.withdrawn.length > 0 && this.withdrawn.includes(index);
  }
}
