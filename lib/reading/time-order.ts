import { Failure } from "../base/failure";
import type { Answer } from "../cloud/answer";
import type { Parameters } from "../cloud/client";
import type { ReadOperation } from "./limits";
import type { ReadRun } from "./read-run";
import type { Period } from "./request";

/** What the platform says where the times come in the wrong order. */
const wrongOrder = /^iot\.(device\.InvalidTimeBucket|check\.ParameterIsNotLessThanMax)$/i;

/**
 * Which of the two times `StartTime` is, where the newest entries come first. The documentation says it for the histories of
 * properties, in two different ways, and not for the others (docs/protocol.md, 7.3). So the other order is tried once the
 * platform refuses one, and is then remembered for the operation. One for each account.
 */
export class TimeOrder {
  /** Operations, with their order, for which the documentation was not right. */
  private readonly swapped = new Set<string>();

  /**
   * One page of a history.
   * @throws {Failure}
   */
  async ask(
    run: ReadRun,
    operation: ReadOperation,
    parameters: Parameters,
    period: Period,
    isAscending: boolean,
  ): Promise<Answer> {
    const key = `${operation} ${isAscending ? "ascending" : "descending"}`;
    const isSwapped = this.swapped.has(key);
    const isLate = operation === "QueryDevicePropertiesData" && !isAscending;
    const inOrder = (startsLate: boolean): Promise<Answer> =>
      run.ask(operation, { ...parameters, ...timesOf(period, startsLate), Asc: isAscending ? 1 : 0 });
    try {
      return await inOrder(isLate !== isSwapped);
    } catch (error) {
      if (!(error instanceof Failure) || !wrongOrder.test(error.code)) throw error;
      const answer = await inOrder(isLate === isSwapped);
      if (isSwapped) this.swapped.delete(key);
      else this.swapped.add(key);
      return answer;
    }
  }
}

function timesOf({ from, to }: Period, startsLate: boolean): Parameters {
  return startsLate ? { StartTime: to, EndTime: from } : { StartTime: from, EndTime: to };
}
