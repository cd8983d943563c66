import { Failure, type Text } from "../base/failure";
import { type FleetOutcome, isFailure } from "./ended";
import { canarySize, type RollOutPlan } from "./plan";

/** A step of a roll-out: so many devices are commanded, and all of them end before the next step begins. */
export interface Step {
  /** Devices of this step. */
  size: number;
  /** Devices of this step and of all steps before it. */
  until: number;
  isCanary: boolean;
}

/**
 * The steps of a roll-out: the canary, then steps that grow. Only devices that were commanded count. One for which nothing
 * was sent, be it forbidden, wrong, or skipped, says nothing about the command, so another one takes its place.
 */
export class Steps {
  /** The present one. */
  private step: Step;
  /** Devices that are commanded, or about to be. */
  private taken = 0;
  private ended = 0;
  private failures = 0;

  /**
   * @param devices of the fleet that can be commanded
   * @param step the one that a roll-out had come to before a restart
   */
  constructor(
    private readonly plan: RollOutPlan,
    devices: number,
    step?: Step,
  ) {
    const size = canarySize(plan, devices);
    this.step = step ?? { size, until: size, isCanary: plan.canary !== undefined };
  }

  get present(): Step {
    return this.step;
  }

  /** How many devices may still be taken in this step. */
  get room(): number {
    return this.step.until - this.taken;
  }

  take(devices: number): void {
    this.taken += devices;
  }

  /**
   * A device that was taken has ended.
   * @returns why the roll-out is to stop, if it is
   */
  end(outcome: FleetOutcome): Failure | undefined {
    if (outcome === "not-sent" || outcome === "skipped") {
      this.taken--;
      return undefined;
    }
    this.ended++;
    if (isFailure(outcome)) this.failures++;
    // The canary is judged when all of it has ended.
    return this.step.isCanary || this.ended < this.plan.stopAfter ? undefined : this.tooMany();
  }

  /**
   * All devices of the step have ended, or there are no more. Goes on to the next step.
   * @returns why there is none, if so
   */
  next(): Failure | undefined {
    const { isCanary, size, until } = this.step;
    if (isCanary) {
      const reason = this.plan.stopAt === undefined ? this.anyFailure() : this.tooMany();
      if (reason) return reason;
    }
    const { growth } = this.plan;
    const next = growth === 1 ? Infinity : Math.ceil(size * growth);
    this.step = { size: next, until: until + next, isCanary: false };
    return undefined;
  }

  private anyFailure(): Failure | undefined {
    const { failures, ended } = this;
    if (failures === 0) return undefined;
    return stopped({ key: "errors.rollout-canary", params: { failures, ended } });
  }

  private tooMany(): Failure | undefined {
    const { failures, ended } = this;
    const { stopAt } = this.plan;
    if (stopAt === undefined || failures === 0 || failures * 100 < stopAt * ended) return undefined;
    const key = this.step.isCanary ? "errors.rollout-canary-limit" : "errors.rollout-limit";
    return stopped({ key, params: { failures, ended, limit: stopAt } });
  }
}

/** Why a roll-out ends before all of its devices have been commanded. */
export function stopped(text: Text | string, hint = "hints.rollout-stopped"): Failure {
  return new Failure({
    code: "rollout-stopped",
    category: "device",
    outcome: "failed",
    retryable: false,
    text,
    hint,
  });
}
