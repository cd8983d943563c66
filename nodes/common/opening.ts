import { abortable } from "../../lib/base/abortable";
import type { CancelSignal } from "../../lib/base/cancellation";
import { maxTimerMs } from "../../lib/base/deadline";
import { Failure } from "../../lib/base/failure";
import { timedOut, withTimeout } from "../../lib/base/with-timeout";

/** How long a message waits for an account or a subscription that opens. */
export interface OpeningLimits {
  /** Ends it as `closed`. */
  signal: CancelSignal;
  milliseconds: number;
  /** The failure once the time is over. */
  late: () => Failure;
}

/**
 * What is being opened, if that does not take too long: nothing else ends what hangs.
 * @throws {Failure} `closed`, `late`, or what the opening throws
 */
export async function openedInTime<T>(
  opening: Promise<T>,
  { signal, milliseconds, late }: OpeningLimits,
): Promise<T> {
  const timeout = Math.min(Math.max(milliseconds, 0), maxTimerMs);
  const opened = await withTimeout(abortable(opening, signal), timeout);
  if (opened === timedOut) throw late();
  return opened;
}

/** The limits for a command, of which nothing has been sent yet. */
export function openingOfCommand(
  signal: CancelSignal,
  milliseconds: number,
  what: "account" | "subscription",
): OpeningLimits {
  return { signal, milliseconds, late: () => notOpened(what, milliseconds) };
}

function notOpened(what: "account" | "subscription", milliseconds: number): Failure {
  const key = what === "account" ? "errors.account-late" : "errors.subscription-late";
  return new Failure({
    code: "request-timeout",
    category: "timeout",
    outcome: "not-sent",
    retryable: true,
    text: { key, params: { seconds: Math.round(milliseconds / 100) / 10 } },
  });
}
