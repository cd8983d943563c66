import type { Failure, Outcome, Text } from "../base/failure";

/** What became of one device of a fleet; the contract of `outcome` in a report. */
export type FleetOutcome = "done" | "accepted" | "skipped" | Outcome;

/** How one device ended. It has few members, because there may be a hundred thousand of it. */
export interface Ended {
  outcome: FleetOutcome;
  code?: string | undefined;
  /** In the reader's language. */
  message?: string | undefined;
  requestId?: string | undefined;
  messageId?: string | undefined;
  result?: unknown;
  durationMs: number;
}

/** Puts a text into the reader's language. */
export type Words = (text: Text | string) => string;

/** How many devices ended in which way; the contract of `msg.fleet`. */
export interface Counts {
  done: number;
  accepted: number;
  notSent: number;
  refused: number;
  failed: number;
  unknown: number;
  skipped: number;
}

export const noCounts: Readonly<Counts> = {
  done: 0,
  accepted: 0,
  notSent: 0,
  refused: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
};

/** Under which name an outcome is counted. */
export function countOf(outcome: FleetOutcome): keyof Counts {
  return outcome === "not-sent" ? "notSent" : outcome;
}

/** Whether a device did not do what it was told, or may not have done it. */
export function isFailure(outcome: FleetOutcome): boolean {
  return outcome === "failed" || outcome === "refused" || outcome === "unknown";
}

/** A device for which the command was not sent, or did not succeed. */
export function endedBy(failure: Failure, words: Words, durationMs = 0): Ended {
  const { outcome, code, text, requestId, messageId } = failure;
  return { outcome, code, message: words(text), requestId, messageId, durationMs };
}
