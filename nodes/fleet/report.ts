import type { Node } from "node-red";
import type { Failure } from "../../lib/base/failure";
import { type Ended, endedBy, type Words } from "../../lib/fleet/ended";
import type { FleetDevice } from "../../lib/fleet/fleet-device";
import { type Progress, RollOutState } from "../../lib/fleet/roll-out-state";
import { logQuietly, type Send } from "../common/message-end";
import { copyOf, type FlowMessage } from "../common/outcome";

/** One device in a report. */
type Entry = Omit<FleetDevice, "own" | "problem"> & Ended;

/** What is known of a roll-out as a whole. */
interface FleetFacts {
  id: string;
  startedAt: number;
}

/** The report of a roll-out in which every device has ended: `msg.payload` and `msg.fleet`. */
export function reportOf(
  state: RollOutState,
  { id, startedAt }: FleetFacts,
): { payload: { devices: Entry[] }; fleet: Record<string, unknown> } {
  const { devices, counts, all } = state;
  const durationMs = Math.max(0, Date.now() - startedAt);
  return {
    payload: { devices: devices.map((device, index) => entryOf(device, all[index]!)) },
    fleet: { id, targets: devices.length, ...counts, startedAt, durationMs },
  };
}

/** The state of a roll-out from before a restart that cannot go on: devices that had not ended are `not-sent`. */
export function endedState(
  { devices, before }: { devices: readonly FleetDevice[]; before?: Progress | undefined },
  failure: Failure,
  words: Words,
): RollOutState {
  const state = new RollOutState(devices, { growth: 1, stopAfter: 1 }, words, before);
  const rest: Ended = { ...endedBy(failure, words), outcome: "not-sent" };
  for (let index = 0; index < devices.length; index++) if (!state.entryOf(index)) state.end(index, rest);
  return state;
}

/** Puts a report on a message, or on a copy of one that cannot be written to. */
export function withReport(msg: FlowMessage, report: ReturnType<typeof reportOf>): FlowMessage {
  const set = (to: FlowMessage): boolean => {
    try {
      Object.assign(to, report);
      const { payload, fleet } = to as unknown as typeof report;
      return payload === report.payload && fleet === report.fleet;
    } catch {
      return false;
    }
  };
  if (set(msg)) return msg;
  const copy = copyOf(msg);
  if (copy && set(copy)) return copy;
  return { ...report } as unknown as FlowMessage;
}

/** Sends each device out of the third output as it ends, as a sequence that core's join node puts together. */
export class EntryStream {
  private readonly rest: Record<string, unknown>;

  constructor(
    private readonly node: Node,
    private readonly send: Send,
    msg: FlowMessage,
    private readonly devices: readonly FleetDevice[],
    private readonly id: string,
  ) {
    this.rest = keptOf(msg);
  }

  ended(index: number, ended: Ended): void {
    if (!isWired(this.node)) return;
    const { id, devices, rest } = this;
    // The other properties of the message stay out: copies of them for ten thousand devices would fill the memory.
    const msg = {
      ...rest,
      // Of its own: what a flow does to it must show in no other message, nor in the report.
      payload: entryOf(devices[index]!, { ...ended, result: structuredClone(ended.result) }),
      fleet: { id },
      parts: {
        id,
        type: "array",
        index,
        count: devices.length,
        len: 1,
        ...structuredClone(rest["parts"] as object | undefined),
      },
    };
    try {
      (this.send as (msgs: unknown[]) => void)([null, null, msg]);
    } catch (error) {
      // A node behind this one threw. The roll-out goes on.
      logQuietly(this.node, error);
    }
  }
}

function isWired(node: Node): boolean {
  const { wires } = node as Node & { wires?: unknown[][] };
  return (wires?.[2]?.length ?? 0) > 0;
}

/** What each message of the sequence keeps of the received one: its id, its topic, and the sequence that it belongs to. */
function keptOf(msg: FlowMessage): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  try {
    const { _msgid, topic, parts } = msg as unknown as Record<string, unknown>;
    if (typeof _msgid === "string") kept["_msgid"] = _msgid;
    if (typeof topic === "string") kept["topic"] = topic;
    if (typeof parts === "object" && parts !== null) kept["parts"] = { parts: structuredClone(parts) };
  } catch {
    // A getter or a proxy threw; the sequence does without.
  }
  return kept;
}

function entryOf({ productKey, deviceName, iotId }: FleetDevice, ended: Ended): Entry {
  const { outcome, code, message, requestId, messageId, result, durationMs } = ended;
  return {
    productKey,
    deviceName,
    ...(iotId !== undefined && { iotId }),
    outcome,
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(requestId !== undefined && { requestId }),
    ...(messageId !== undefined && { messageId }),
    ...(result !== undefined && { result }),
    durationMs,
  };
}
