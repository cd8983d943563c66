import type { Invocation } from "../../lib/invocation/invocation";
import type { CommandCheck, InvokeOptions, Settled } from "../../lib/invocation/invoke";
import type { Command } from "../../lib/invocation/operation";
import type { ConfirmationSource } from "../../lib/invocation/reply-source";
import type { UsableAccount } from "./account-node";
import type { AwaitedReply } from "./awaited-replies";
import type { FlowMessage } from "./outcome";

/** The properties of nodes whose messages are commands or reads; see the tables in nodes/defaults. */
export interface CommandSettings {
  account: string;
  /** Of nodes that wait for what became of a command. */
  subscription?: string;
  replyTimeout?: unknown;
  result: unknown;
  resultType: unknown;
  timeout: unknown;
  /** Of commands; reads may always be repeated. */
  delivery?: unknown;
}

/** What differs between these nodes. */
export interface CommandKind<C extends Command> {
  /** Whether a message is held until it is known what became of its command. */
  isAwaited: boolean;
  /** Whether the platform's answer is all that there is to wait for, and not only that it took a command. */
  isAnswered?: boolean;
  check?: CommandCheck<C>;
  /**
   * The command that a message asks for.
   * @throws {Failure} also as a rejection
   */
  read(msg: FlowMessage): C | Promise<C>;
  carryOut(account: UsableAccount, command: C, options: InvokeOptions<C>): Promise<Settled>;
  /** Where a command that is awaited is confirmed. */
  confirmedBy?(awaited: AwaitedReply, account: UsableAccount): ConfirmationSource<C>;
  /** @param command undefined where not even the fields could be read */
  invocationOf(command: C | undefined): Invocation;
}
