import { asFailure } from "../base/as-failure";
import type { CancelSignal } from "../base/cancellation";
import type { Account, InvokeOptions, Settled } from "../invocation/invoke";
import type { Command } from "../invocation/operation";
import type { FleetCommand } from "./command";
import { type Ended, endedBy, type Words } from "./ended";
import type { FleetOptions } from "./fleet-options";
import { type DeviceRun, isTakenBack, type Strategy } from "./strategy";
import { TurnLane } from "./turn-lane";

/** Commands each device by itself, with args, reply and outcome of its own. */
export class Single<C extends Command> implements Strategy {
  readonly maxUnderWay = 1000;
  readonly chunk = 250;
  readonly maxWaiting = 32;
  private inTurn: { turn: CancelSignal; account: Account } | undefined;

  constructor(
    private readonly command: FleetCommand<C>,
    private readonly options: FleetOptions<C> & Pick<InvokeOptions<C>, "replies">,
  ) {}

  divide(indexes: readonly number[]): number[][] {
    return indexes.map((index) => [index]);
  }

  async carryOut([index]: readonly number[], run: DeviceRun): Promise<void> {
    const { command } = this;
    const { devices, words, delivery, origin, isConfirmed, timeout, replies, replyTimeout } = this.options;
    const startedAt = performance.now();
    try {
      const call = command.commandOf(devices[index!]!);
      const settled = await command.carryOut(this.accountOf(run.turn), call, {
        check: command.check,
        delivery,
        origin,
        isConfirmed,
        timeout,
        replies,
        replyTimeout,
        progress: { begun: () => run.begun(), accepted: () => undefined },
        signal: run.closing,
      });
      if (!settled.ok && isTakenBack(settled.failure, run)) run.withdraw(index!);
      else run.ended(index!, endedAs(settled, replies !== undefined, words, performance.now() - startedAt));
    } catch (error) {
      run.ended(index!, endedBy(asFailure(error, "not-sent"), words));
    }
  }

  /** The account, with a lane that gives no permit once the turn is taken back. */
  private accountOf(turn: CancelSignal): Account {
    if (this.inTurn?.turn === turn) return this.inTurn.account;
    const { account } = this.options;
    const own = { ...account, governor: new TurnLane(account.governor, turn) };
    this.inTurn = { turn, account: own };
    return own;
  }
}

/** What became of a device, from how its call went. */
function endedAs(settled: Settled, isAwaited: boolean, words: Words, ms: number): Ended {
  const durationMs = Math.round(ms);
  if (!settled.ok) return endedBy(settled.failure, words, durationMs);
  const { callType, requestId, messageId, code, dryRun } = settled.invocation;
  const { result } = settled;
  if (dryRun)
    return { outcome: "not-sent", message: words({ key: "errors.fleet-dry-run" }), result, durationMs };
  const isAnswered = callType === "sync" || isAwaited;
  if (!isAnswered) return { outcome: "accepted", requestId, messageId, durationMs };
  return {
    outcome: "done",
    code: code === undefined ? undefined : String(code),
    requestId,
    messageId,
    result,
    durationMs,
  };
}
