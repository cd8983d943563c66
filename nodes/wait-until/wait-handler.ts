import type { Node, NodeAPI } from "node-red";
import { abortable } from "../../lib/base/abortable";
import { asFailure } from "../../lib/base/as-failure";
import type { Text } from "../../lib/base/failure";
import { readable } from "../../lib/base/text";
import type { Invocation } from "../../lib/invocation/invocation";
import type { Settled } from "../../lib/invocation/invoke";
import type { CommandMessages } from "../../lib/subscription/command-messages";
import { moduleIdOf } from "../../lib/thing-model/model";
import { propertySetOf } from "../../lib/thing-model/property-set";
import type { WaitSources } from "../../lib/waiting/wait";
import { waitClosed, waitTimeout } from "../../lib/waiting/wait-failure";
import { Waits } from "../../lib/waiting/waits";
import type { UsableAccount } from "../common/account-node";
import { accountOf } from "../common/account-of";
import { takeConfirmation } from "../common/confirmation";
import { followCoordination } from "../common/coordination-node";
import { sharedMessagesTrouble } from "../common/coordination-status";
import { HeldSubscription } from "../common/held-subscription";
import { MessageHandler, type Run } from "../common/message-handler";
import { openedInTime, type OpeningLimits } from "../common/opening";
import { failureText } from "../common/outcome";
import { ownContent } from "../common/own-content";
import { isTargetFree, readResultTarget, targetTaken } from "../common/result-target";
import type { CallStatus } from "../common/status";
import { troubleStatus } from "../common/subscription-status";
import { translator } from "../common/texts";
import { type WaitUntilConfig, waitUntilSettings } from "../defaults/wait-until";
import { ClockProbe } from "./clock-probe";
import { FirstReads } from "./first-reads";
import { type ReadWait, WaitFields } from "./wait-fields";
import { watchByName } from "./watch-by-name";

const texts = {
  full: "errors.waits-full",
  fullHint: "hints.waits-full",
  refused: "errors.wait-subscription-refused",
};

/** Holds each message until its device reports what it waits for, and ends it in exactly one of port 1, port 2 and Catch. */
export class WaitHandler extends MessageHandler {
  private readonly held: HeldSubscription;
  private readonly unfollow: () => void;
  private readonly fields: WaitFields;
  private readonly waits: Waits;
  private readonly firstReads = new FirstReads();
  private readonly clockProbe = new ClockProbe();
  private readonly isReadFirst: boolean;
  /** Warnings that have been logged; each is logged once. */
  private readonly warned = new Set<string>();

  constructor(RED: NodeAPI, node: Node, config: WaitUntilConfig) {
    const settings = waitUntilSettings(config);
    const { subscription, checkFirst, result, resultType } = settings;
    const translate = translator(RED);
    super(RED, node, translate, result === "" ? undefined : readResultTarget(result, resultType));
    this.isReadFirst = checkFirst !== false && checkFirst !== "false";
    this.held = new HeldSubscription(RED, node, { subscription, texts }, translate, (state) =>
      this.status.setTrouble(troubleStatus(state)),
    );
    this.unfollow = followCoordination(RED, this.held.account, (state) =>
      this.status.setTrouble(sharedMessagesTrouble(state), "quota"),
    );
    this.waits = new Waits({
      onUnread: (error) => this.unread(error),
      onUnevaluated: (reason) =>
        this.warnOnce({ key: "errors.wait-unevaluated", params: { reason: readable(reason, 200) } }),
      onOverrun: () => this.warnOnce({ key: "errors.wait-overrun" }),
    });
    this.fields = new WaitFields(RED, node, settings, this.waits.expressions);
  }

  protected release(): void {
    this.waits.close();
    this.clockProbe.close();
    this.held.close();
    this.unfollow();
  }

  protected show(settled: Settled, status: CallStatus): void {
    const { durationMs } = settled.invocation;
    if (settled.ok) status.succeeded(durationMs);
    else status.failed(settled.failure, durationMs);
  }

  protected override begin(): CallStatus {
    return this.status.begin("held");
  }

  protected async settle(run: Run): Promise<Settled> {
    const receivedAt = performance.now();
    const invocation: Invocation = { operation: "wait-until", attempts: 0, queuedMs: 0, durationMs: 0 };
    try {
      const result = await this.wait(run, invocation, receivedAt);
      invocation.durationMs = durationSince(receivedAt);
      return await this.store(run, { ok: true, result, invocation }, run);
    } catch (error) {
      const failure = asFailure(error, "not-sent");
      invocation.durationMs = durationSince(receivedAt);
      return { ok: false, failure: failure.code === "closed" ? waitClosed() : failure, invocation };
    }
  }

  /** @returns the content of the message that the device has sent */
  private async wait(run: Run, invocation: Invocation, startedAt: number): Promise<unknown> {
    const { RED, target } = this;
    takeConfirmation(run.msg);
    if (run.aborted) throw waitClosed();
    const reading = this.fields.read(run.msg);
    const wait = reading instanceof Promise ? await abortable(reading, run) : reading;
    Object.assign(invocation, wait.target);
    if (target && !isTargetFree(RED, target, run.msg)) throw targetTaken(target);
    // What the message waits for may end its wait before there is anything to listen to.
    const limits = (): OpeningLimits => ({
      signal: run,
      milliseconds: startedAt + wait.milliseconds - performance.now(),
      late: () => waitTimeout(wait.subject, wait.milliseconds, undefined, this.held.state.name),
    });
    const opening = accountOf(RED, this.held.join().account);
    const account = opening instanceof Promise ? await openedInTime(opening, limits()) : opening;
    const messages = await this.held.begin(limits());
    try {
      invocation.attempts = 1;
      const sources = this.sourcesOf(account, messages, wait);
      const message = await this.waits.begin(sources, { ...wait, device: wait.target, startedAt }, run);
      // Several may wait for the same message, and each flow may change its own.
      return ownContent(message.payload);
    } finally {
      this.held.end();
    }
  }

  private sourcesOf(account: UsableAccount, { watches }: CommandMessages, wait: ReadWait): WaitSources {
    const { target, subject } = wait;
    const { name, kind } = subject;
    const isRead = this.isReadFirst && kind !== "event";
    const { iotId } = target;
    const isNamed = kind !== "state" || iotId === undefined;
    const { clock } = account.client;
    return {
      watches: isNamed ? watches : watchByName(watches, () => account.catalog.knownDevices.namesOf(iotId)),
      clock,
      state: () => this.held.state.name,
      typeOf: () => {
        const model = name === "" ? undefined : account.models.kept(target, name);
        const parameter = model && propertySetOf([{ model, moduleId: moduleIdOf(name) }]).all.get(name);
        return parameter?.isUnchecked ? undefined : parameter?.dataType;
      },
      readFirst: isRead ? (isOver) => this.firstReads.read(account, target, subject, isOver) : undefined,
      probeClock: clock.isKnown
        ? undefined
        : (isAgain) => (isAgain ? this.clockProbe.again(account) : this.clockProbe.run(account)),
    };
  }

  /** The wait goes on without the present value. */
  private unread(error: unknown): void {
    if (error === undefined) return this.warnOnce({ key: "errors.wait-unread-empty" }, "unread");
    const reason = failureText(error, this.translate);
    this.warnOnce({ key: "errors.wait-unread", params: { reason: readable(reason, 300) } }, "unread");
  }

  private warnOnce(text: Text, about = text.key): void {
    if (this.warned.has(about)) return;
    this.warned.add(about);
    this.node.warn(this.translate(text));
  }
}

function durationSince(moment: number): number {
  return Math.round(performance.now() - moment);
}
