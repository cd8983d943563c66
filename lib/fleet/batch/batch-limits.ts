import { Governor } from "../../invocation/governor";
import type { BatchAction } from "../command";
import { Outstanding } from "./outstanding";

/**
 * The platform takes 10 calls a second of each of these operations (docs/protocol.md, 5). A little less, so that calls which
 * leave at an even pace and arrive at an uneven one do not make eleven of it.
 */
const callsPerSecond = 9.8;

/** What the platform allows an account of calls that reach many devices. One for each account, for all of its nodes. */
export class BatchLimits {
  /** The batches that wait for replies. */
  readonly outstanding = new Outstanding();
  private readonly gates = new Map<BatchAction, Governor>();
  private isClosed = false;

  /** The pace of one operation. */
  gate(action: BatchAction): Governor {
    let gate = this.gates.get(action);
    if (!gate) {
      gate = new Governor({ rate: callsPerSecond, concurrency: 32, queueLimit: Infinity, queueTtl: 0 });
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
