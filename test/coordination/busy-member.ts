import { setTimeout as pause } from "node:timers/promises";
import type { Coordination } from "../../lib/coordination/coordination";
import type { CoordinationState } from "../../lib/coordination/coordination-state";
import { SharedQuota } from "../../lib/coordination/shared-quota";
import { Governor } from "../../lib/invocation/governor";
import { coordinationWith } from "../support/redis";

const callMs = 5;

/** A Node-RED whose calls wait for the account's shared quota, more of them than it allows. */
export class BusyMember {
  /** When its calls have begun. */
  readonly starts: number[] = [];
  /** Calls at the same time, at most. */
  maxInFlight = 0;
  /** The states of its Redis, one after the other. */
  readonly states: CoordinationState["name"][] = [];
  readonly coordination: Coordination;
  fed = 0;
  ended = 0;
  private readonly governor: Governor;
  private feeding: NodeJS.Timeout | undefined;

  /** @param other an account node of the same Node-RED */
  constructor(
    port: number,
    rate: number,
    { concurrency = 16, other }: { concurrency?: number; other?: BusyMember } = {},
  ) {
    this.coordination = other?.coordination ?? coordinationWith(port);
    this.coordination.watch(({ name }) => {
      if (this.states.at(-1) !== name) this.states.push(name);
    });
    const quota = { rate, concurrency, queueLimit: 1_000_000, queueTtl: 0 };
    const shared = new SharedQuota(this.coordination, "account");
    this.governor = new Governor(quota, undefined, undefined, (demand) =>
      shared.pace({ ...quota, name: "calls", isConcurrencyShared: true }, demand),
    );
  }

  /** @param perSecond calls that come in from now on */
  feed(perSecond: number): void {
    clearInterval(this.feeding);
    const begun = performance.now();
    const before = this.fed;
    this.feeding = setInterval(() => {
      const due = before + ((performance.now() - begun) * perSecond) / 1000;
      while (this.fed < due) void this.call();
    }, 5);
  }

  /** Ends what waits, and says goodbye. */
  async stop(): Promise<void> {
    clearInterval(this.feeding);
    this.governor.close();
    await this.coordination.close();
    // Until the last calls are over.
    while (this.ended < this.fed) await pause(callMs);
  }

  private async call(): Promise<void> {
    this.fed++;
    try {
      const permit = await this.governor.enter();
      this.starts.push(performance.now());
      this.maxInFlight = Math.max(this.maxInFlight, this.governor.inFlight);
      await pause(callMs);
      permit.release();
    } catch {
      // It was still waiting when its Node-RED stopped.
    }
    this.ended++;
  }
}

/** How many at most are within a second. */
export function maxInASecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let max = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= 1000) first++;
    max = Math.max(max, last - first + 1);
  }
  return max;
}
