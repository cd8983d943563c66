import type { Node, NodeAPI } from "node-red";
import { abortable } from "../../lib/base/abortable";
import { asFailure } from "../../lib/base/as-failure";
import { closed, type Failure } from "../../lib/base/failure";
import { readPlan } from "../../lib/fleet/plan";
import { RollOut, type RollOutEnd } from "../../lib/fleet/roll-out";
import { RollOutState } from "../../lib/fleet/roll-out-state";
import { findTargets } from "../../lib/fleet/targets/find-targets";
import { onlineOf } from "../../lib/fleet/targets/online";
import type { Invocation } from "../../lib/invocation/invocation";
import type { Settled } from "../../lib/invocation/invoke";
import { accountOf, lacksCredentials } from "../common/account-of";
import { AwaitedReplies } from "../common/awaited-replies";
import { takeConfirmation } from "../common/confirmation";
import { MessageHandler, type Run } from "../common/message-handler";
import { originOf } from "../common/origin";
import type { CallStatus } from "../common/status";
import { troubleStatus } from "../common/subscription-status";
import type { Translate } from "../common/texts";
import type { FleetSettings } from "../defaults/fleet";
import { FleetCommands } from "./fleet-commands";
import { FleetFields, unsupported } from "./fleet-fields";
import { FleetProgress } from "./fleet-progress";
import { EntryStream, reportOf, withReport } from "./report";
import { readSteering, steer } from "./steering";

/** Ends each message of a fleet node in exactly one of port 1, port 2 and Catch, with a report on each of its devices. */
export class FleetHandler extends MessageHandler {
  private readonly fields: FleetFields;
  private readonly commands: FleetCommands;
  private readonly awaited: AwaitedReplies;
  /** Those under way, by their ids. */
  private readonly rollOuts = new Map<string, RollOut>();
  private readonly progress: FleetProgress;
  /** Those that have ended with a report, by what their messages say of them. */
  private readonly ended = new WeakMap<Invocation, RollOutState>();

  constructor(
    RED: NodeAPI,
    node: Node,
    private readonly config: FleetSettings,
    translate: Translate,
  ) {
    super(RED, node, translate, undefined);
    this.fields = new FleetFields(RED, node, config);
    this.commands = new FleetCommands(node, config, translate);
    this.progress = new FleetProgress(this.status, translate);
    if (lacksCredentials(RED, config.account)) this.status.foresee("missing-credentials");
    const isAwaited = config.awaitReply === true || config.awaitReply === "true";
    this.awaited = new AwaitedReplies(RED, node, config, isAwaited, translate, (state) =>
      this.status.setTrouble(troubleStatus(state)),
    );
  }

  /** @param removed the node is gone for good, and not only for a deploy */
  async closeFleet(_removed: boolean): Promise<void> {
    await this.close();
  }

  protected release(): void {
    this.awaited.close();
  }

  protected show(settled: Settled, status: CallStatus): void {
    const state = this.ended.get(settled.invocation);
    if (!settled.ok) status.failed(settled.failure);
    else if (state) status.rolledOut(state.counts.done + state.counts.accepted, state.devices.length);
    else status.left();
  }

  protected async settle(run: Run): Promise<Settled | undefined> {
    const startedAt = performance.now();
    const invocation: Invocation = { operation: "fleet", attempts: 0, queuedMs: 0, durationMs: 0 };
    try {
      const isConfirmed = takeConfirmation(run.msg);
      const steering = readSteering(run.msg);
      if (steering) steer(steering, this.rollOuts);
      const stopped = steering ? undefined : await this.command(run, invocation, isConfirmed);
      if (stopped === "kept") return undefined;
      return stopped
        ? { ok: false, failure: stopped, invocation }
        : { ok: true, result: undefined, invocation };
    } catch (error) {
      return { ok: false, failure: asFailure(error, "not-sent"), invocation };
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
    invocation: Invocation,
    isConfirmed: boolean,
  ): Promise<Failure | "kept" | undefined> {
    if (run.aborted) throw closed(false);
    const { RED, node, config, translate } = this;
    const startedAt = Date.now();
    const plan = readPlan(config);
    const order = await abortable(this.fields.order(run.msg), run);
    if (order.service !== undefined) invocation.service = order.service;
    const selection = await abortable(this.fields.selection(run.msg), run);
    const account = await abortable(Promise.resolve(accountOf(RED, config.account)), run);
    const isDryRun = account.safety?.isDryRun === true;
    const devices = await findTargets(selection, account.targets, run);
    const isAwaited = this.awaited.isOn && !isDryRun;
    const awaited = isAwaited ? await abortable(this.awaited.begin(), run) : undefined;
    const id = RED.util.generateId();
    try {
      const origin = account.safety?.trail && originOf(node, run.msg);
      const strategy = await this.commands.strategy({ order, devices, account, awaited, origin, isConfirmed });
      const state = new RollOutState(devices, plan, translate);
      const stream = new EntryStream(node, run.send, run.msg, devices, id);
      const rollOut = new RollOut({
        state,
        strategy,
        words: translate,
        closing: run,
        online: this.isOfflineSkipped ? (some, signal) => onlineOf(some, account.targets, signal) : undefined,
        onEnded: (index, ended) => {
          stream.ended(index, ended);
          this.progress.changed();
        },
      });
      invocation.attempts = 1;
      if (isDryRun) invocation.dryRun = true;
      const end = await this.run(id, rollOut, state);
      if (end.kind === "failed") throw end.failure;
      if (end.kind === "kept") return "kept";
      run.msg = withReport(run.msg, reportOf(state, { id, startedAt }));
      this.ended.set(invocation, state);
      return end.stopped;
    } finally {
      if (awaited) this.awaited.end();
    }
  }

  /** Carries a roll-out out, while messages can steer it. */
  private async run(id: string, rollOut: RollOut, state: RollOutState): Promise<RollOutEnd> {
    const end = this.progress.begin(state);
    this.rollOuts.set(id, rollOut);
    try {
      return await rollOut.run();
    } finally {
      this.rollOuts.delete(id);
      end();
    }
  }

  /** @throws {Failure} `invalid-input` */
  private get isOfflineSkipped(): boolean {
    const { offline } = this.config;
    if (offline === "try" || offline === "skip") return offline === "skip";
    throw unsupported("errors.field-offline", offline, "try, skip");
  }
}
