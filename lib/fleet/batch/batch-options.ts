import type { Command } from "../../invocation/operation";
import type { DeviceReplySource } from "../device-reply-source";
import type { FleetOptions } from "../fleet-options";
import type { BatchLimits } from "./batch-limits";

export interface BatchOptions<C extends Command> extends FleetOptions<C> {
  limits: BatchLimits;
  /** Without it, no reply is awaited. */
  replies?: DeviceReplySource | undefined;
}

/** One device of a batch. */
export interface BatchMember<C extends Command> {
  index: number;
  /** As it would be sent to this device alone. */
  command: C;
}
