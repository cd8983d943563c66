import type { Invocation } from "../../lib/invocation/invocation";
import type { CommandCheck, InvokeOptions, Settled } from "../../lib/invocation/invoke";
import type { Command } from "../../lib/invocation/operation";
import type { ConfirmationSource } from "../../lib/invocation/reply-source";
import type { UsableAccount } from "./account-node";
import type { AwaitedReply } from "./awaited-replies";
import type { FlowMessage } from "./outcome";

/** The properties that all nodes have whose messages are commands; see the tables in nodes/defaults. */
export interface CommandSettings {
  account: string;
  subscription: string;
  replyTimeout: unknown;
  result: unknown;
  resultType: unknown;
  timeout: unknown;
  delivery: unknown;
}

/** What differs between these nodes. */
export interface CommandKind<C extends Command> {
  /** Whether a message is held until it is known what became of its command. */
  isAwaited: boolean;
  check: CommandCheck<C>;
  /**
   * The command that a message asks for.
   * @throws {Failure} also as a rejection
   */
  read(msg: FlowMessage): C | Promise<C>;
  carryOut(account: UsableAccount, command: C, options: InvokeOptions<C>): Promise<Settled>;
  /** Where a command that is awaited is confirmed. */
  confirmedBy(awaited: AwaitedReply, account: UsableAccount): ConfirmationSource<C>;
  /** @param command undefined where not even the fields could be read */
  invocationOf(command: C | undefined): Invocation;
}
