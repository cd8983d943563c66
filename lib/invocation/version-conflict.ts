import { abortable } from "../base/abortable";
import type { CancelSignal } from "../base/cancellation";
import type { Failure, Text } from "../base/failure";
import { readable } from "../base/text";
import { timedOut, withTimeout } from "../base/with-timeout";
import type { Target } from "./inputs";
import type { Settled } from "./invoke";
import { isVersionConflict, type PropertyCommand } from "./property-operation";

/** Reads the versions of desired values. */
interface PresentVersions {
  /**
   * @param names as `Name` or `module:Name`
   * @throws {Failure} where they cannot be read
   */
  versions(target: Target, names: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** A message does not wait longer for what only makes its hint better. */
const maxWaitMs = 5000;

/**
 * Adds the present versions to the hint of a command that was refused for its versions, where they can be read. Never
 * rejects.
 */
export async function withPresentVersions(
  settled: Settled,
  command: PropertyCommand,
  present: PresentVersions,
  signal: CancelSignal | undefined,
): Promise<Settled> {
  if (settled.ok || settled.failure.outcome !== "refused") return settled;
  if (!isVersionConflict(settled.failure, command)) return settled;
  try {
    const reading = present.versions(command.target, command.names);
    const versions = await withTimeout(signal ? abortable(reading, signal) : reading, maxWaitMs);
    if (versions === timedOut || versions.size === 0) return settled;
    return { ...settled, failure: advised(settled.failure, versions) };
  } catch {
    return settled;
  }
}

function advised(failure: Failure, versions: ReadonlyMap<string, number>): Failure {
  const known = [...versions].map(([name, version]) => `${name}: ${version}`).join(", ");
  const hintParams: Text["params"] = { versions: readable(known, 500) };
  return failure.advised("hints.versions-present", hintParams);
}
