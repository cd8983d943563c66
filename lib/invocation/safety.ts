import type { Failure } from "../base/failure";
import type { AuditTrail } from "./audit-trail";
import type { CommandRules } from "./command-rules";
import type { Target } from "./inputs";

/** What an account does to prevent and record commands. */
export interface Safety {
  /** Why nothing is sent: one of these settings cannot be read. */
  problem?: Failure | undefined;
  /** Commands are checked but not sent. */
  isDryRun: boolean;
  /** Which commands may be sent; without it all. */
  rules?: CommandRules | undefined;
  /** Where commands are recorded; without it nowhere. */
  trail?: AuditTrail | undefined;
}

/**
 * Checks whether a command may be sent; synchronous if the device's name is known.
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
