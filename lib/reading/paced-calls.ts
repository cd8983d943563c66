import { asFailure } from "../base/as-failure";
import type { CancelSignal } from "../base/cancellation";
import type { Answer } from "../cloud/answer";
import type { Parameters } from "../cloud/client";
import type { ReadOperation, ReadPace } from "./limits";
import { failureOfRead } from "./read-failure";
import { type ReadCaller, ReadRun } from "./read-run";

/** For one call and its repetitions; waiting for its turn does not count. */
const timeoutMs = 30_000;

/** Single calls that read, each at the pace of its operation and repeated where that may help. */
export class PacedCalls {
  constructor(
    private readonly caller: ReadCaller,
    private readonly pace: Pick<ReadPace, "gate">,
  ) {}

  /**
   * @param signal ends the call as `closed`
   * @throws {Failure} of the last attempt, in the words of a read
   */
  async ask(operation: ReadOperation, parameters: Parameters, signal?: CancelSignal): Promise<Answer> {
    const run = new ReadRun(this.caller, this.pace, { attempts: 0 }, timeoutMs, signal);
    try {
      return await run.ask(operation, parameters);
    } catch (error) {
      throw failureOfRead(asFailure(error));
    } finally {
      run.end();
    }
  }
}
