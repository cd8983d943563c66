import type { Value } from "./checks";

/**
 * What becomes of a batch with a device that cannot get the command. `refuse-all`: the call is refused, and no device
 * gets it. `refuse-rest`: the call is refused, but the devices that are named before it have it already. `skip`: the
 * call succeeds, and all others get it.
 */
const badDevice = ["refuse-all", "refuse-rest", "skip"] as const;
type BadDevice = (typeof badDevice)[number];

/** How the simulator behaves where the behaviour of the platform is not known (docs/protocol.md, 7.4). */
export interface ChoicesDefinition {
  /** A batch or a list of states with a name that does not exist; default `refuse-all`. */
  batchWithBadName?: BadDevice;
  /** A batch with a device that is not online; default `skip`. */
  batchWithOfflineDevice?: BadDevice;
  /** Whether a device has to have all tags of a query or any of them; default `all`. */
  tagMatch?: "all" | "any";
}

/**
 * Checks the choices of a simulator file; `root` is the whole file.
 * @throws {SimulatorInputError}
 */
export function readChoices(root: Value): Required<ChoicesDefinition> {
  const choice = <T extends string>(key: keyof ChoicesDefinition, all: readonly T[], usual: T): T =>
    root.child(key).optional((field) => field.oneOf(all)) ?? usual;
  return {
    batchWithBadName: choice("batchWithBadName", badDevice, "refuse-all"),
    batchWithOfflineDevice: choice("batchWithOfflineDevice", badDevice, "skip"),
    tagMatch: choice("tagMatch", ["all", "any"] as const, "all"),
  };
}
