import type { Node, NodeAPI } from "node-red";
import { abortable } from "../../lib/base/abortable";
import { asFailure } from "../../lib/base/as-failure";
import type { CancelSignal } from "../../lib/base/cancellation";
import { closed } from "../../lib/base/failure";
import type { InvokeOptions, Settled } from "../../lib/invocation/invoke";
import type { Command } from "../../lib/invocation/operation";
import type { UsableAccount } from "./account-node";
import { accountOf, lacksCredentials } from "./account-of";
import { AwaitedReplies, type AwaitedReply } from "./awaited-replies";
import type { CommandKind, CommandSettings } from "./command-kind";
import { takeConfirmation } from "./confirmation";
import { followCoordination } from "./coordination-node";
import { coordinationTrouble } from "./coordination-status";
import { MessageHandler, type Run } from "./message-handler";
import { openedInTime, openingOfCommand } from "./opening";
import { originOf } from "./origin";
import { readTimeout } from "./quota";
import { isTargetFree, readResultTarget, type ResultTarget, targetTaken } from "./result-target";
import type { CallStatus } from "./status";
import { troubleStatus } from "./subscription-status";
import type { Translate } from "./texts";

/** Ends each message of a node that commands or reads devices in exactly one of port 1, port 2 and Catch. */
export class CommandHandler<C extends Command> extends MessageHandler {
  private readonly awaited: AwaitedReplies;
  private readonly unfollow: () => void;
  declare protected readonly target: ResultTarget;

  constructor(
    RED: NodeAPI,
    node: Node,
    private readonly config: CommandSettings,
    private readonly kind: CommandKind<C>,
    translate: Translate,
  ) {
    super(RED, node, translate, readResultTarget(config.result, config.resultType));
    if (lacksCredentials(RED, config.account)) this.status.foresee("missing-credentials");
    this.awaited = new AwaitedReplies(RED, node, config, kind.isAwaited, translate, (state) =>
      this.status.setTrouble(troubleStatus(state)),
    );
    this.unfollow = followCoordination(RED, config.account, (state) =>
      this.status.setTrouble(coordinationTrouble(state), "quota"),
    );
  }

  protected release(): void {
    this.awaited.close();
    this.unfollow();
  }

  protected show(settled: Settled, status: CallStatus): void {
    if (!settled.ok) return status.failed(settled.failure, settled.invocation.durationMs);
    const { callType, durationMs, dryRun } = settled.invocation;
    if (dryRun) return status.unsent();
    const isAnswered = callType === "sync" || this.awaited.isOn || this.kind.isAnswered === true;
    status.succeeded(isAnswered ? durationMs : undefined);
  }

  /** Awaits only promises: a microtask for every field and setting would add up. */
  protected async settle(run: Run, status: CallStatus): Promise<Settled> {
    const { msg } = run;
    const signal: CancelSignal = run;
    const isConfirmed = takeConfirmation(msg);
    let call: C | undefined;
    try {
      if (signal.aborted) throw closed(false);
      const reading = this.kind.read(msg);
      call = reading instanceof Promise ? await abortable(reading, signal) : reading;
      const { RED, target } = this;
      if (!isTargetFree(RED, target, msg)) throw targetTaken(target);
      const opening = accountOf(RED, this.config.account);
      const account = opening instanceof Promise ? await this.openedAccount(opening, signal) : opening;
      const isAwaited = this.awaited.isOn && !account.safety?.isDryRun;
      const awaited = isAwaited ? await this.awaited.begin(signal, this.timeoutOf(account)) : undefined;
      let settled: Settled;
      try {
        const options = this.optionsOf(account, run, isConfirmed, status, awaited);
        settled = await this.kind.carryOut(account, call, options);
      } finally {
        if (awaited) this.awaited.end();
      }
      if (!settled.ok) return settled;
      const storing = this.store(run, settled, signal);
      return storing instanceof Promise ? await storing : storing;
    } catch (error) {
      const invocation = this.kind.invocationOf(call);
      return { ok: false, failure: asFailure(error, "not-sent"), invocation };
    }
  }

  private openedAccount(opening: Promise<UsableAccount>, signal: CancelSignal): Promise<UsableAccount> {
    // What the account allows is not known yet.
    return openedInTime(opening, openingOfCommand(signal, readTimeout(this.config.timeout), "account"));
  }

  /** Milliseconds for the whole call. */
  private timeoutOf(account: UsableAccount): number {
    return readTimeout(this.config.timeout, account.timeout / 1000);
  }

  private optionsOf(
    account: UsableAccount,
    run: Run,
    isConfirmed: boolean,
    progress: CallStatus,
    awaited: AwaitedReply | undefined,
  ): InvokeOptions<C> {
    return {
      check: this.kind.check,
      delivery: this.config.delivery === "at-least-once" ? "at-least-once" : "at-most-once",
      isConfirmed,
      origin: account.safety?.trail && originOf(this.node, run.msg),
      timeout: this.timeoutOf(account),
      replies: awaited && this.kind.confirmedBy?.(awaited, account),
      replyTimeout: awaited?.replyTimeout,
      progress,
      signal: run,
    };
  }
}
