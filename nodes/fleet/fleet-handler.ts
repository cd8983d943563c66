import type { Node, NodeAPI } from "node-red";
import { abortable } from "../../lib/base/abortable";
import { asFailure } from "../../lib/base/as-failure";
import { closed, type Failure } from "../../lib/base/failure";
import { readPlan } from "../../lib/fleet/plan";
import { RollOut, type RollOutEnd } from "../../lib/fleet/roll-out";
import { RollOutState } from "../../lib/fleet/roll-out-state";
import { stopped } from "../../lib/fleet/steps";
import { findTargets } from "../../lib/fleet/targets/find-targets";
import type { Invocation } from "../../lib/invocation/invocation";
import type { Settled } from "../../lib/invocation/invoke";
import type { UsableAccount } from "../common/account-node";
import { accountOf, lacksCredentials } from "../common/account-of";
import { AwaitedReplies } from "../common/awaited-replies";
import { takeConfirmation } from "../common/confirmation";
import { followCoordination } from "../common/coordination-node";
import { coordinationTrouble } from "../common/coordination-status";
import type { Done, Send } from "../common/message-end";
import { MessageHandler, type Run } from "../common/message-handler";
import { originOf } from "../common/origin";
import type { FlowMessage } from "../common/outcome";
import { readTimeout } from "../common/quota";
import type { CallStatus } from "../common/status";
import { troubleStatus } from "../common/subscription-status";
import { translator } from "../common/texts";
import { type FleetConfig, type FleetSettings, fleetSettings } from "../defaults/fleet";
import { FleetCommands } from "./fleet-commands";
import { FleetFields } from "./fleet-fields";
import { FleetProgress } from "./fleet-progress";
import { type Asked, Keeping } from "./keeping";
import { endedState, EntryStream, reportOf, withReport } from "./report";
import { readSteering, SteeredRollOuts } from "./steering";

/** Ends each message of a fleet node in exactly one of port 1, port 2 and Catch, with a report on each of its devices. */
export class FleetHandler extends MessageHandler {
  private readonly settings: FleetSettings;
  private readonly fields: FleetFields;
  private readonly commands: FleetCommands;
  private readonly awaited: AwaitedReplies;
  private readonly unfollow: () => void;
  private readonly progress: FleetProgress;
  private readonly keeping: Keeping | undefined;
  /** Roll-outs that are under way. */
  private readonly rollOuts = new SteeredRollOuts();
  /** Roll-outs that have ended with a report, by the `msg.invocation` of their messages. */
  private readonly ended = new WeakMap<Invocation, RollOutState>();

  constructor(RED: NodeAPI, node: Node, config: FleetConfig) {
    const settings = fleetSettings(config);
    const translate = translator(RED);
    super(RED, node, translate, undefined);
    this.settings = settings;
    this.fields = new FleetFields(RED, node, settings);
    this.commands = new FleetCommands(node, settings, translate);
    this.progress = new FleetProgress(this.status, translate);
    if (lacksCredentials(RED, settings.account)) this.status.foresee("missing-credentials");
    const isAwaited = settings.awaitReply === true || settings.awaitReply === "true";
    this.awaited = new AwaitedReplies(RED, node, settings, isAwaited, translate, (state) =>
      this.status.setTrouble(troubleStatus(state)),
    );
    this.unfollow = followCoordination(RED, settings.account, (state) =>
      this.status.setTrouble(coordinationTrouble(state), "quota"),
    );
    const goOn = (msg: FlowMessage, send: Send, done: Done): void => void this.receive(msg, send, done);
    this.keeping = Keeping.of(RED, node, settings.keep, translate, goOn);
  }

  override async receive(msg: FlowMessage, send: Send, done: Done): Promise<void> {
    await super.receive(msg, send, done);
    this.keeping?.left(msg);
  }

  /** @param isRemoved the node is gone for good, and not only for a deploy: nothing of it is kept */
  async closeFleet(isRemoved: boolean): Promise<void> {
    this.keeping?.close();
    if (isRemoved) {
      const reason = stopped({ key: "errors.rollout-removed" }, "hints.rollout-by-message");
      this.rollOuts.stopAll(reason);
    }
    await this.close();
    await this.keeping?.settled();
  }

  protected release(): void {
    this.awaited.close();
    this.unfollow();
  }

  protected show(settled: Settled, status: CallStatus): void {
    const state = this.ended.get(settled.invocation);
    if (!settled.ok) status.failed(settled.failure);
    else if (settled.invocation.dryRun) status.unsent();
    else if (state) status.rolledOut(state.counts.done + state.counts.accepted, state.devices.length);
    else status.left();
  }

  protected async settle(run: Run, status: CallStatus): Promise<Settled | undefined> {
    const startedAt = performance.now();
    const invocation: Invocation = { operation: "fleet", attempts: 0, queuedMs: 0, durationMs: 0 };
    try {
      const isConfirmed = takeConfirmation(run.msg);
      const steering = readSteering(run.msg);
      if (steering) this.rollOuts.steer(steering);
      const id = this.keeping?.beforeRestart(run.msg)?.id ?? this.RED.util.generateId();
      const end = steering
        ? undefined
        : await this.rollOuts.during(id, () => this.command(run, id, invocation, isConfirmed));
      if (end !== "kept") return settledBy(end, invocation);
      status.left();
      return undefined;
    } catch (error) {
      const failure = asFailure(error, "not-sent");
      const kept = this.keeping?.beforeRestart(run.msg);
      if (kept && !this.endKept(run, kept, failure, invocation)) return undefined;
      return settledBy(failure, invocation);
    } finally {
      invocation.durationMs = Math.round(performance.now() - startedAt);
    }
  }

  /**
   * The journey of a message: fields → devices → steps → each device → report.
   * @returns why it was stopped before all devices were commanded, if it was
   * @throws {Failure} why nothing was commanded; there is no report then
   */
  private async command(
    run: Run,
    id: string,
    invocation: Invocation,
    isConfirmed: boolean,
  ): Promise<Failure | "kept" | undefined> {
    const { RED, settings } = this;
    if (run.aborted) throw closed(false);
    this.keeping?.check();
    const plan = readPlan(settings);
    const kept = this.keeping?.beforeRestart(run.msg);
    const order = kept?.order ?? (await abortable(this.fields.order(run.msg), run));
    if (order.service !== undefined) invocation.service = order.service;
    const selection = kept ? undefined : await abortable(this.fields.selection(run.msg), run);
    const account = await abortable(Promise.resolve(accountOf(RED, settings.account)), run);
    const found = selection ? await findTargets(selection, account.targets, run) : [];
    const asked: Asked = kept ?? {
      id,
      order,
      devices: await this.commands.usable(found, order, account, selection?.by === "list", run),
      isConfirmed,
      startedAt: Date.now(),
    };
    const state = new RollOutState(asked.devices, plan, this.translate, asked.before);
    invocation.attempts = 1;
    if (account.safety?.isDryRun) invocation.dryRun = true;
    const end = await this.rollOut(run, asked, state, account);
    if (end.kind === "kept") return "kept";
    this.keeping?.ended(run.msg, asked.id);
    if (end.kind === "failed") throw end.failure;
    run.msg = withReport(run.msg, reportOf(state, asked));
    this.ended.set(invocation, state);
    return end.stopped;
  }

  /** Rolls the command out. */
  private async rollOut(
    run: Run,
    asked: Asked,
    state: RollOutState,
    account: UsableAccount,
  ): Promise<RollOutEnd> {
    const { node, translate } = this;
    const { id, order, devices, isConfirmed, before } = asked;
    const isAwaited = this.awaited.isOn && !account.safety?.isDryRun;
    const awaited = isAwaited
      ? await this.awaited.begin(run, readTimeout(this.settings.timeout, account.timeout / 1000))
      : undefined;
    const end = this.progress.begin(state);
    try {
      const origin = account.safety?.trail && originOf(node, run.msg);
      const strategy = await this.commands.strategy({
        order,
        devices,
        account,
        awaited,
        origin,
        isConfirmed,
      });
      const stream = new EntryStream(node, run.send, run.msg, devices, id);
      const rollOut = new RollOut({
        state,
        strategy,
        words: translate,
        closing: run,
        online: this.commands.online(account),
        keep: await this.keeping?.begin(run.msg, asked),
        from: before?.marked,
        open: before?.open,
        onEnded: (index, ended) => {
          stream.ended(index, ended);
          this.progress.changed();
        },
      });
      this.rollOuts.begin(id, rollOut);
      return await rollOut.run();
    } finally {
      end();
      if (awaited) this.awaited.end();
    }
  }

  /**
   * A roll-out from before a restart cannot go on: it ends with a report all the same.
   * @returns false where it waits for the next restart
   */
  private endKept(run: Run, kept: Asked, failure: Failure, invocation: Invocation): boolean {
    if (run.aborted) return false;
    const state = endedState(kept, failure, this.translate);
    this.keeping?.ended(run.msg, kept.id);
    run.msg = withReport(run.msg, reportOf(state, kept));
    this.ended.set(invocation, state);
    return true;
  }
}

function settledBy(failure: Failure | undefined, invocation: Invocation): Settled {
  return failure ? { ok: false, failure, invocation } : { ok: true, result: undefined, invocation };
}
