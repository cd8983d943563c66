import type { Counts } from "../../lib/fleet/ended";
import type { RollOutState } from "../../lib/fleet/roll-out-state";
import type { StatusLine } from "../common/status";
import type { Translate } from "../common/texts";

/**
 * The progress of a node's roll-outs in its status line, as one sum: `320/1000 · 3 failed`, or
 * `320/1000 · 3 failed · stopping: 64 in flight` where all of them are to stop.
 */
export class FleetProgress {
  private readonly states = new Set<RollOutState>();

  constructor(
    private readonly status: StatusLine,
    private readonly translate: Translate,
  ) {
    status.progress = () => this.text();
  }

  /**
   * Counts a roll-out.
   * @returns a function that ends this
   */
  begin(state: RollOutState): () => void {
    this.states.add(state);
    // Where too many have failed, no message and perhaps no device is there to show it.
    state.onStopping = () => this.changed();
    this.changed();
    return () => this.states.delete(state);
  }

  changed(): void {
    this.status.progressed();
  }

  /** Undefined where none is under way: a message may still look for its devices. */
  private text(): string | undefined {
    if (this.states.size === 0) return undefined;
    const states = [...this.states];
    const sum = (of: (state: RollOutState) => number): number =>
      states.reduce((total, state) => total + of(state), 0);
    const parts = [`${sum(({ ended }) => ended)}/${sum(({ devices }) => devices.length)}`];
    const failed = sum(({ counts }) => failuresIn(counts));
    if (failed > 0) parts.push(this.translate({ key: "status.fleet-failed", params: { count: failed } }));
    if (states.every(({ isStopping }) => isStopping)) {
      const params = { inFlight: sum(({ inFlight }) => inFlight) };
      parts.push(this.translate({ key: "status.fleet-stopping", params }));
    } else if (states.every(({ isPaused, isStopping }) => isPaused || isStopping))
      parts.push(this.translate({ key: "status.fleet-paused" }));
    return parts.join(" · ");
  }
}

function failuresIn({ refused, failed, unknown }: Counts): number {
  return refused + failed + unknown;
}
