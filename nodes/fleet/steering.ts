import { describeValue } from "../../lib/base/describe";
import { type Failure, invalidInput } from "../../lib/base/failure";
import type { RollOut } from "../../lib/fleet/roll-out";
import { stopped } from "../../lib/fleet/steps";
import type { FlowMessage } from "../common/outcome";

/** What a message asks for that commands no devices, but steers roll-outs that are under way. */
interface Steering {
  action: "pause" | "resume" | "stop";
  /** The id of one; undefined: all of the node. */
  id: string | undefined;
}

/** A roll-out that may still be looking for its devices when it is steered. */
class Steered {
  private rollOut: RollOut | undefined;
  /** What a message has asked for so far, if one has: one that was kept over a restart may be paused already. */
  private isPaused: boolean | undefined;
  private reason: Failure | undefined;

  pause(): void {
    this.isPaused = true;
    this.rollOut?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.rollOut?.resume();
  }

  stop(reason: Failure): void {
    this.reason ??= reason;
    this.rollOut?.stop(reason);
  }

  /** It is about to begin. */
  begin(rollOut: RollOut): void {
    this.rollOut = rollOut;
    if (this.isPaused === true) rollOut.pause();
    if (this.isPaused === false) rollOut.resume();
    if (this.reason) rollOut.stop(this.reason);
  }
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
  if (action === "pause" || action === "resume" || action === "stop")
    return { action, id: readId(id, action) };
  const params = { came: describeValue(action) };
  throw invalidInput({ key: "errors.rollout-action", params });
}

/** The roll-outs of a node that messages can steer, by their ids. */
export class SteeredRollOuts {
  private readonly rollOuts = new Map<string, Steered>();

  /** Messages can steer a roll-out from the moment on when its own message has come. */
  async during<T>(id: string, run: () => Promise<T>): Promise<T> {
    this.rollOuts.set(id, new Steered());
    try {
      return await run();
    } finally {
      this.rollOuts.delete(id);
    }
  }

  /** Its devices are known, and it is about to begin. */
  begin(id: string, rollOut: RollOut): void {
    this.rollOuts.get(id)?.begin(rollOut);
  }

  stopAll(reason: Failure): void {
    for (const rollOut of this.rollOuts.values()) rollOut.stop(reason);
  }

  /**
   * Steers one roll-out, or all of them.
   * @throws {Failure} `invalid-input` where there is none
   */
  steer({ action, id }: Steering): void {
    const all = [...this.rollOuts];
    const meant = id === undefined ? all : all.filter(([other]) => other === id);
    if (meant.length === 0)
      throw invalidInput({ key: "errors.rollout-none", params: { action } }, "hints.rollout-none");
    for (const [, rollOut] of meant) {
      if (action === "pause") rollOut.pause();
      else if (action === "resume") rollOut.resume();
      else rollOut.stop(stopped({ key: "errors.rollout-by-message" }, "hints.rollout-by-message"));
    }
  }
}

function isNone(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** The id that `msg.fleet` holds; where it is no object, it is what should have been one, and names no roll-out. */
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
