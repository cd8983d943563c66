import type { CancelSignal } from "../base/cancellation";
import type { PermitSource } from "../invocation/background-lane";
import type { Permit } from "../invocation/queued-call";

/** The lane of one call of a roll-out: once its turn is taken back, it gets no permit. */
export class TurnLane implements PermitSource {
  constructor(
    private readonly lane: PermitSource,
    private readonly turn: CancelSignal,
  ) {}

  enterNow(): Permit | undefined {
    return this.lane.enterNow(this.turn);
  }

  enter(): Promise<Permit> {
    return this.lane.enter(this.turn);
  }

  slowDown(since: number): void {
    this.lane.slowDown(since);
  }

  speedUp(): void {
    this.lane.speedUp();
  }

  reserveStart(): number {
    return this.lane.reserveStart();
  }
}
