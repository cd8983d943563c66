import type { Audit } from "../audit/audit";
import { outcomeRecord, type RecordMaker, type SendingRecord } from "../audit/record";
import type { Failure } from "../base/failure";
import type { Invocation } from "./invocation";
import type { Command, Operation } from "./operation";

/** Where a command comes from. */
export interface Origin {
  node: { id: string; type: string; name?: string | undefined };
  /** Id of the tab or subflow instance. */
  flow?: string | undefined;
  /** Name of the user whose HTTP request led to the command, where there is one. */
  user?: string | undefined;
  /** The command comes from a dialog of the editor, and not from a message. */
  from?: "dialog" | undefined;
}

/** Where the commands of an account are recorded. */
export class AuditTrail {
  constructor(
    private readonly audit: Audit,
    private readonly records: RecordMaker,
    private readonly account: { id: string; name?: string | undefined },
  ) {}

  /**
   * Records a command that is about to be sent.
   * @returns the record, and a promise that resolves once the command may go out where it has to wait; it never rejects
   */
  sending<C extends Command>(
    operation: Operation<C>,
    command: C,
    origin: Origin | undefined,
  ): { record: SendingRecord; written: Promise<void> | undefined } {
    const record = this.recordOf(operation, command, origin);
    return { record, written: this.audit.sending(record) };
  }

  /**
   * Records the outcome of a command that was about to be sent, or of one that the account's rules rejected.
   * @param record the one that `sending` made; undefined where the command did not get as far
   */
  settled<C extends Command>(
    operation: Operation<C>,
    command: C,
    origin: Origin | undefined,
    record: SendingRecord | undefined,
    { attempts, durationMs, requestId, code }: Invocation,
    failure: Failure | undefined,
  ): void {
    if (!record && !isForbidden(failure)) return;
    this.audit.ended(
      outcomeRecord(record ?? this.recordOf(operation, command, origin), {
        outcome: failure?.outcome ?? "done",
        code: failure?.code ?? code,
        requestId,
        attempts,
        durationMs,
      }),
    );
  }

  close(): Promise<void> {
    return this.audit.close();
  }

  private recordOf<C extends Command>(
    operation: Operation<C>,
    command: C,
    origin: Origin | undefined,
  ): SendingRecord {
    const { node = { id: "", type: "" }, flow, user, from } = origin ?? {};
    return this.records.sending(
      { account: this.account, node, flow, from },
      {
        operation: operation.name,
        target: command.target,
        identifiers: operation.identifiersOf(command),
        ...operation.mannerOf?.(command),
        args: operation.argsOf(command),
        user,
      },
    );
  }
}

function isForbidden(failure: Failure | undefined): boolean {
  return failure?.code === "not-allowed" || failure?.code === "not-confirmed";
}
