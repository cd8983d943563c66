import type { CancelSignal } from "../../lib/base/cancellation";
import type { Demand, Pace } from "../../lib/base/pace";
import { rateMargins } from "../../lib/base/rate-margins";
import { Governor, type Permit, type Quota } from "../../lib/invocation/governor";
import { callsPerSecond, type Gate, type ReadOperation, type ReadPace } from "../../lib/reading/limits";

/** The limits of an account that several Node-REDs share. */
interface SharedLimits {
  pace(
    limit: { name: string; rate: number; concurrency: number; isConcurrencyShared: boolean },
    demand: Demand,
  ): Pace;
}

/** Faster than any machine: only the number of reads under way is limited. */
const unlimitedRate = 1_000_000;

/**
 * The pace of an account's reads: each operation has the rate that the platform allows it, all of them share some connections,
 * and messages queue as those of commands do.
 */
export class AccountReadPace implements ReadPace {
  readonly messages: Governor;
  private readonly governors = new Map<ReadOperation, Governor>();
  private readonly gates = new Map<ReadOperation, Gate>();
  private isClosed = false;

  /** @param connections calls at the same time */
  constructor(
    { concurrency, queueLimit, queueTtl }: Quota,
    private readonly connections: number,
    /** Where several Node-REDs share the limits of the account. */
    private readonly shared?: SharedLimits,
  ) {
    this.messages = new Governor({ rate: unlimitedRate, concurrency, queueLimit, queueTtl });
  }

  gate(operation: ReadOperation): Gate {
    let gate = this.gates.get(operation);
    if (!gate) this.gates.set(operation, (gate = this.gateOf(this.governorOf(operation))));
    return gate;
  }

  /** Ends everything that waits as `closed`. */
  close(): void {
    this.isClosed = true;
    this.messages.close();
    for (const governor of this.governors.values()) governor.close();
  }

  private governorOf(operation: ReadOperation): Governor {
    // Calls belong to messages that have waited already, so nothing but their turn limits them.
    const quota = { concurrency: this.connections, queueLimit: Infinity, queueTtl: 0 };
    const { shared } = this;
    const limit = {
      name: operation,
      rate: callsPerSecond[operation] * rateMargins.reads,
      concurrency: this.connections,
    };
    const governor: Governor = new Governor(
      { ...quota, rate: limit.rate },
      () => this.inFlight - governor.inFlight,
      undefined,
      shared && ((demand) => shared.pace({ ...limit, isConcurrencyShared: false }, demand)),
    );
    if (this.isClosed) governor.close();
    this.governors.set(operation, governor);
    return governor;
  }

  private gateOf(governor: Governor): Gate {
    return {
      enter: async (signal: CancelSignal): Promise<Permit> => {
        const permit = await governor.enter(signal);
        return {
          release: () => {
            permit.release();
            // The connection may be what another operation waits for.
            for (const other of this.governors.values()) if (other !== governor) other.drain();
          },
        };
      },
      slowDown: (since) => governor.slowDown(since),
      speedUp: () => governor.speedUp(),
    };
  }

  private get inFlight(): number {
    let sum = 0;
    for (const governor of this.governors.values()) sum += governor.inFlight;
    return sum;
  }
}
