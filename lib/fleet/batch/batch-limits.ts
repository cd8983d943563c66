import type { Demand, Pace } from "../../base/pace";
import { rateMargins } from "../../base/rate-margins";
import { Governor } from "../../invocation/governor";
import type { BatchAction } from "../command";
import { Outstanding } from "./outstanding";

/** What the platform takes of each of these operations (docs/protocol.md, 5). */
const callsPerSecond = 10;

interface OperationLimit {
  name: string;
  rate: number;
  concurrency: number;
}

/** What the platform allows an account of calls that reach many devices. One for each account, for all of its nodes. */
export class BatchLimits {
  /** The batches that wait for replies. */
  readonly outstanding = new Outstanding();
  private readonly gates = new Map<BatchAction, Governor>();
  private isClosed = false;

  /** @param paceOf the pace of an operation where several Node-REDs share it; by default the account's own */
  constructor(private readonly paceOf?: (limit: OperationLimit, demand: Demand) => Pace) {}

  /** The pace of one operation. */
  gate(action: BatchAction): Governor {
    let gate = this.gates.get(action);
    if (!gate) {
      const limit = { name: action, rate: callsPerSecond * rateMargins.batches, concurrency: 32 };
      const quota = { ...limit, queueLimit: Infinity, queueTtl: 0 };
      const { paceOf } = this;
      gate = new Governor(quota, undefined, undefined, paceOf && ((demand) => paceOf(limit, demand)));
      if (this.isClosed) gate.close();
      this.gates.set(action, gate);
    }
    return gate;
  }

  /** Ends what waits as `closed`. */
  close(): void {
    this.isClosed = true;
    for (const gate of this.gates.values()) gate.close();
  }
}
