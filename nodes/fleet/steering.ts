import { describeValue } from "../../lib/base/describe";
import { invalidInput } from "../../lib/base/failure";
import type { RollOut } from "../../lib/fleet/roll-out";
import { stopped } from "../../lib/fleet/steps";
import type { FlowMessage } from "../common/outcome";

/** A message that commands nothing, but steers roll-outs that are under way. */
interface Steering {
  action: "pause" | "resume" | "stop";
  /** The id of one; undefined: all of the node. */
  id: string | undefined;
}

/**
 * Reads `msg.rollout`; undefined where a message has none.
 * @throws {Failure} `invalid-input`: a misspelt word must not command thousands of devices
 */
export function readSteering(msg: FlowMessage): Steering | undefined {
  let action: unknown;
  let id: unknown;
  try {
    const { rollout, fleet } = msg as unknown as { rollout?: unknown; fleet?: unknown };
    action = rollout;
    id = isNone(action) ? undefined : idIn(fleet);
  } catch {
    action = "?";
  }
  if (isNone(action)) return undefined;
  if (action === "pause" || action === "resume" || action === "stop") return { action, id: readId(id, action) };
  const params = { came: describeValue(action) };
  throw invalidInput({ key: "errors.rollout-action", params });
}

function isNone(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** What is no object has no id, and names no roll-out either. */
function idIn(fleet: unknown): unknown {
  if (fleet === undefined || fleet === null) return undefined;
  return typeof fleet === "object" ? (fleet as { id?: unknown }).id : fleet;
}

/**
 * Where no id is given, all are meant, so one that cannot be read must not count as none.
 * @throws {Failure} `invalid-input`
 */
function readId(id: unknown, action: string): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id === "string" && id !== "") return id;
  throw invalidInput({ key: "errors.rollout-none", params: { action } }, "hints.rollout-none");
}

/**
 * Steers one roll-out or all of them.
 * @param rollOuts those under way, by their ids
 * @throws {Failure} `invalid-input` where there is none
 */
export function steer({ action, id }: Steering, rollOuts: ReadonlyMap<string, RollOut>): void {
  const meant =
    id === undefined ? [...rollOuts.values()] : [rollOuts.get(id)].filter((found) => found !== undefined);
  if (meant.length === 0)
    throw invalidInput({ key: "errors.rollout-none", params: { action } }, "hints.rollout-none");
  for (const rollOut of meant) {
    if (action === "pause") rollOut.pause();
    else if (action === "resume") rollOut.resume();
    else rollOut.stop(stopped({ key: "errors.rollout-by-message" }, "hints.rollout-by-message"));
  }
}
