import type { Failure } from "../base/failure";

/** What a flow promises about repeating: `at-least-once` means that the service may be carried out twice. */
export type Delivery = "at-most-once" | "at-least-once";

export const maxAttempts = 4;

/** With less time than this left, a repeat would only turn a certain outcome into an unknown one. */
export const minTimeMs = 1000;
const firstDelayMs = 200;
const maxDelayMs = 5000;

/** Whether a failed attempt may be repeated without asking the flow (docs/architecture.md, Invocation rules). */
export function mayRepeat(failure: Failure, delivery: Delivery): boolean {
  if (failure.category === "closed" || failure.category === "queue") return false;
  if (failure.outcome === "unknown") return delivery === "at-least-once";
  if (failure.outcome === "not-sent") return failure.retryable;
  return failure.retryable && (failure.category === "throttled" || isRecoveredAtOnce(failure));
}

/** Exponential back-off with full jitter, in milliseconds; what the platform asks for comes first. */
export function delayBefore(attempt: number, failure: Failure, random: () => number = Math.random): number {
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  if (isRecoveredAtOnce(failure)) return 0;
  return random() * Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
}

/** A corrected clock or a renewed token needs no waiting. */
export function isRecoveredAtOnce(failure: Failure): boolean {
  return failure.category === "credentials" && failure.retryable;
}
