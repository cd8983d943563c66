import type { AuditCommand } from "../audit/record";
import type { Failure } from "../base/failure";
import type { Answer } from "../cloud/answer";
import type { Parameters } from "../cloud/client";
import type { Parameter } from "../thing-model/model";
import type { Target } from "./inputs";
import type { Invocation, OperationName } from "./invocation";
import type { ModelSource } from "./model-source";

/** A command for one device. Each operation adds what it needs. */
export interface Command {
  target: Target;
}

/** What is read from the platform's answer to a command. */
export interface CommandAnswer {
  /** `sync`: the device has answered; `async`: the platform has taken the command. */
  callType: "sync" | "async";
  messageId: string | undefined;
  requestId: string | undefined;
  /** The device's own code, where it sent one. */
  code: number | string | undefined;
  /** The device's outputs; for an asynchronous command what the platform returns. */
  result: unknown;
}

/**
 * What differs between the kinds of commands; the journey in `invoke.ts` is the same for all. All of these are
 * called for every message, so they are synchronous and quick.
 */
export interface Operation<C extends Command> {
  /** For `msg.invocation` and the audit. */
  readonly name: OperationName;
  /** The `msg.invocation` of a command that has not begun. */
  invocationOf(command: C): Invocation;
  /** As the account's rules name what it does: `FadeTo`, `module:FadeTo`, `property:Brightness`; see `serviceInRules`. */
  identifiersOf(command: C): readonly string[];
  /** How it is sent, for the audit, where there are several ways. */
  mannerOf?(command: C): Pick<AuditCommand, "mode" | "qos">;
  /** The JSON text that is sent, for the audit. */
  argsOf(command: C): string;
  /** The operation of the platform's API. */
  actionOf(command: C): string;
  parametersOf(command: C): Parameters;
  /** What the device gives back by the thing model, as far as it is known now. Never throws. */
  outputsOf(command: C, models: ModelSource | undefined): readonly Parameter[] | undefined;
  /** @throws {Failure} if the device reports an error, or if the answer cannot be read */
  readAnswer(answer: Answer, command: C, outputs: readonly Parameter[] | undefined): CommandAnswer;
  /** What a failed attempt means for such a command, where its code alone does not tell. */
  judged?(failure: Failure, command: C): Failure;
}
