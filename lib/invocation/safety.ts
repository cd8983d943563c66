import type { Failure } from "../base/failure";
import type { AuditTrail } from "./audit-trail";
import type { CommandRules } from "./command-rules";
import type { Target } from "./inputs";

/** What an account does to keep commands from doing harm. */
export interface Safety {
  /** Why nothing is sent: a setting of these that cannot be read. */
  problem?: Failure | undefined;
  /** Commands go through everything but the sending. */
  isDryRun: boolean;
  /** Which commands may be sent; without it all. */
  rules?: CommandRules | undefined;
  /** Where commands are recorded; without it nowhere. */
  trail?: AuditTrail | undefined;
}

/**
 * Lets a command pass, or says why it is not sent; at once where the device's name is known.
 * @throws {Failure} `not-allowed`, `not-confirmed`, or `invalid-input` where a setting cannot be read; also as a
 *   rejection
 */
export function judge(
  { problem, rules }: Safety,
  target: Target,
  identifiers: readonly string[],
  isConfirmed: boolean,
): void | Promise<void> {
  if (problem) throw problem;
  return rules?.judge(target, identifiers, isConfirmed);
}
