import type { Account, InvokeOptions } from "../invocation/invoke";
import type { Command } from "../invocation/operation";
import type { Words } from "./ended";
import type { FleetDevice } from "./fleet-device";

/** What the commands of a fleet have in common. */
export interface FleetOptions<C extends Command> extends Pick<
  InvokeOptions<C>,
  "delivery" | "origin" | "isConfirmed" | "timeout" | "replyTimeout"
> {
  account: Account;
  devices: readonly FleetDevice[];
  words: Words;
}
