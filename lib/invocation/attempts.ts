import type { CancelSignal } from "../base/cancellation";
import { closed, type Failure } from "../base/failure";
import { pause } from "../base/pause";
import type { CallOptions } from "../cloud/client";
import type { PermitSource } from "./background-lane";
import { delayBefore, type Delivery, isRecoveredAtOnce, maxAttempts, mayRepeat, minTimeMs } from "./retry";

/** The attempts of one call, within the time of the whole call: how many, how they ended, whether one more is due. */
export class Attempts {
  private count = 0;
  private begun = 0;
  private readonly deadline: number;
  private readonly lastStart: number;
  /** The code of the refusal that was recovered from before this attempt. */
  private recovered: string | undefined;
  private mayHaveBeenSent: Failure | undefined;

  /**
   * @param from when the time of the whole call began, as `performance.now()` counts
   * @param timeout milliseconds for the whole call
   */
  constructor(
    private readonly governor: PermitSource,
    private readonly options: { delivery: Delivery; signal?: CancelSignal | undefined },
    from: number,
    timeout: number,
  ) {
    this.deadline = from + timeout;
    this.lastStart = this.deadline - Math.min(minTimeMs, timeout / 4);
  }

  /** @returns the number of the attempt that begins now, from 1 */
  begin(): number {
    this.begun = performance.now();
    return ++this.count;
  }

  /** What is left for the attempt that begins now. */
  get limits(): CallOptions {
    return { timeout: Math.max(1, this.deadline - this.begun), signal: this.options.signal };
  }

  /**
   * Resolves when the next attempt is due.
   * @throws {Failure} the outcome of the call, if there is no further attempt
   */
  async failed(failure: Failure): Promise<void> {
    const { governor } = this;
    const { delivery } = this.options;
    if (failure.category === "throttled") governor.slowDown(this.begun);
    // A refusal such as "device offline" is no reason to slow down: the platform accepted the call and answered it.
    else if (failure.outcome === "refused") governor.speedUp();
    // Once an attempt may have been carried out, a later refusal does not change that.
    if (failure.outcome === "unknown") this.mayHaveBeenSent = failure;
    const final = failure.outcome === "failed" ? failure : (this.mayHaveBeenSent ?? failure);
    if (this.count >= maxAttempts || !mayRepeat(failure, delivery)) throw final;
    if (isRecoveredAtOnce(failure) && this.recovered === failure.code) throw final;
    if (isRecoveredAtOnce(failure)) this.recovered = failure.code;
    await this.wait(delayBefore(this.count, failure), final);
    // After the delay: calls with the same delay would otherwise all start at the same moment.
    await this.wait(governor.reserveStart(), final);
  }

  /** @throws {Failure} `final` if too little time is left */
  private async wait(milliseconds: number, final: Failure): Promise<void> {
    const { signal } = this.options;
    if (performance.now() + milliseconds >= this.lastStart) throw final;
    await pause(milliseconds, signal);
    if (signal?.aborted) throw closed(this.mayHaveBeenSent !== undefined);
  }
}
