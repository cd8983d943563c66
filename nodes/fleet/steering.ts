import { describeValue } from "../../lib/base/describe";
import { invalidInput } from "../../lib/base/failure";
import { textOf } from "../../lib/base/text";
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
    const { rollout, fleet } = msg as unknown as { rollout?: unknown; fleet?: { id?: unknown } | null };
    action = rollout;
    id = action === undefined ? undefined : fleet?.id;
  } catch {
    action = "?";
  }
  if (action === undefined || action === null || action === "") return undefined;
  if (action === "pause" || action === "resume" || action === "stop") return { action, id: textOf(id) };
  const params = { came: describeValue(action) };
  throw invalidInput({ key: "errors.rollout-action", params });
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
