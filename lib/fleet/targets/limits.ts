import { invalidInput, type Text } from "../../base/failure";

/** Devices that one message can command. */
export const maxTargets = 100_000;

/** Entries that are read in one turn of the event loop. */
export const entriesPerTurn = 2000;

/** A list that a message brings has too many entries. */
export function tooManyNamed(source: Text | string): Error {
  return invalidInput(
    { key: "errors.fleet-many-named", params: { source, limit: maxTargets } },
    "hints.fleet-many-named",
  );
}

/** A product, a group or tags have too many devices. */
export function tooManyFound(): Error {
  return invalidInput(
    { key: "errors.fleet-many-found", params: { limit: maxTargets } },
    "hints.fleet-many-found",
  );
}
