import { asFailure } from "../base/as-failure";
import { Cancellation, type CancelSignal } from "../base/cancellation";
import type { Failure } from "../base/failure";
import { type Ended, endedBy, type Words } from "./ended";
import { Feed, type FeedSettings } from "./feed";
import { RateLimiter } from "./rate-limiter";
import type { RollOutState } from "./roll-out-state";
import { stopped } from "./steps";
import type { Strategy } from "./strategy";
import { Unit } from "./unit";

export interface RollOutSettings extends Omit<FeedSettings, "state" | "maxTogether" | "chunk"> {
  state: RollOutState;
  strategy: Strategy;
  words: Words;
  /** Ends it: what is under way at once, and the rest as far as it is not kept. */
  closing: CancelSignal;
  /** Called with each device that ends, once. */
  onEnded(index: number, ended: Ended): void;
}

/** How a roll-out ended. */
export type RollOutEnd =
  /** Each device has ended; with the reason where it was stopped before all were commanded. */
  | { kind: "ended"; stopped: Failure | undefined }
  /** Nothing was sent, and it cannot begin. */
  | { kind: "failed"; failure: Failure }
  /** It goes on after the restart. */
  | { kind: "kept" };

/** Devices that end together when a roll-out is stopped; then others get their turn. */
const endedAtATime = 1000;

/**
 * One roll-out: feeds devices to a strategy step by step, and keeps what becomes of each. Whatever happens, each device ends
 * once: the strategy says how, or nothing was sent to it.
 */
export class RollOut {
  private readonly feed: Feed;
  private readonly rateLimiter: RateLimiter;
  private readonly state: RollOutState;
  /** Calls that wait for their turn. */
  private waiting = 0;
  private turn = new Cancellation();
  private isRunning = false;
  private isPumping = false;
  private isOver = false;
  private finish: (end: RollOutEnd) => void = () => undefined;

  constructor(private readonly settings: RollOutSettings) {
    const { state, strategy } = settings;
    this.state = state;
    this.rateLimiter = new RateLimiter(state.plan.pace, () => this.pump());
    const { maxTogether } = this.rateLimiter;
    const chunk = Math.min(chunkOf(settings), maxTogether);
    this.feed = new Feed({ ...settings, maxTogether, chunk }, strategy, {
      ended: (index, ended) => this.end(index, ended),
      ready: () => this.pump(),
      failed: (failure, isFirst) => (isFirst ? this.fail(failure) : this.stop(failure)),
    });
    if (state.isPaused) this.turn.abort();
  }

  /** Carries it out. Never rejects. */
  run(): Promise<RollOutEnd> {
    return new Promise((resolve) => {
      this.finish = resolve;
      this.isRunning = true;
      this.settings.closing.addEventListener("abort", this, { once: true });
      this.tellUnreported();
      if (this.settings.closing.aborted) this.handleEvent();
      this.pump();
    });
  }

  /** The node closes. */
  handleEvent(): void {
    if (this.isOver) return;
    this.turn.abort();
    if (!this.isKept) this.state.stop(stopped({ key: "errors.rollout-closed" }, "hints.rollout-closed"));
    this.pump();
  }

  /** Nothing more is sent until it is resumed; what has been sent ends. */
  pause(): void {
    if (this.state.isPaused || this.state.reason) return;
    this.state.isPaused = true;
    this.turn.abort();
    this.feed.saveNow();
  }

  resume(): void {
    if (!this.state.isPaused || this.state.reason || this.settings.closing.aborted) return;
    this.state.isPaused = false;
    this.turn = new Cancellation();
    this.feed.saveNow();
    this.pump();
  }

  /** What has been sent ends, and the rest is not sent. */
  stop(reason: Failure): void {
    if (this.state.reason || this.isOver) return;
    this.state.stop(reason);
    this.turn.abort();
    this.feed.saveNow();
    this.pump();
  }

  /** It goes on after the restart, unless it is ending already. */
  private get isKept(): boolean {
    return this.settings.keep !== undefined && this.settings.closing.aborted && !this.state.reason;
  }

  private fail(failure: Failure): void {
    if (this.settings.closing.aborted) this.pump();
    else if (this.state.units.size === 0 && this.state.ended === 0 && !this.state.reason)
      this.over({ kind: "failed", failure });
    else this.stop(failure);
  }

  /** Starts what may start; ends the step, or all of it. Called whenever something has changed. */
  private pump(): void {
    // It may be steered before it runs; and what is started may end at once.
    if (!this.isRunning || this.isPumping || this.isOver) return;
    this.isPumping = true;
    while (this.advance());
    this.isPumping = false;
  }

  /** @returns whether there may be more to do at once */
  private advance(): boolean {
    const { feed, state } = this;
    if (this.isOver) return false;
    if (this.state.reason || this.settings.closing.aborted) {
      if (state.units.size === 0 && !feed.isFilling) void this.conclude();
      return false;
    }
    // Where each device has ended, there is nothing left to hold back.
    if (state.isPaused && !state.isComplete) return false;
    feed.fill();
    if (feed.next) return this.start(feed.next);
    if (state.units.size > 0 || feed.isFilling) return false;
    // All devices of the step have ended.
    const failure = state.steps.next();
    if (failure) this.stop(failure);
    else if (feed.isEmpty) void this.conclude();
    return !this.isOver;
  }

  /** @returns whether the unit has been started */
  private start(indexes: number[]): boolean {
    const { strategy } = this.settings;
    if (this.waiting >= strategy.maxWaiting || !this.rateLimiter.take(indexes.length)) return false;
    this.feed.shift();
    this.waiting++;
    const unit: Unit = new Unit(indexes, this.turn, this.settings.closing, {
      begun: () => {
        this.waiting--;
        this.pump();
      },
      ended: (index, ended) => this.end(index, ended),
    });
    this.state.units.add(unit);
    strategy.carryOut(indexes, unit).then(
      () => this.finishUnit(unit),
      (error: unknown) => this.finishUnit(unit, error),
    );
    return true;
  }

  private finishUnit(unit: Unit, error?: unknown): void {
    unit.begun();
    // The strategy owes each of them an end.
    const missing = unit.indexes.filter((index) => this.state.isOpen(unit, index));
    for (const index of missing) this.end(index, endedBy(asFailure(error ?? noEnd()), this.settings.words));
    this.state.units.delete(unit);
    if (unit.withdrawn.length > 0) this.feed.putBack(unit.withdrawn);
    this.pump();
  }

  private end(index: number, ended: Ended): void {
    if (this.state.entryOf(index)) return;
    const failure = this.state.end(index, ended);
    // What leaves a node that is closing gets nowhere; it is told after the restart.
    if (this.isKept) this.state.unreported.push(index);
    else this.settings.onEnded(index, ended);
    if (failure) this.stop(failure);
    this.feed.saveSoon();
    this.pump();
  }

  /** Nothing is under way any more. */
  private async conclude(): Promise<void> {
    this.isOver = true;
    const { reason } = this.state;
    // Also where nothing is left to do: the report gets nowhere from a node that is closing.
    if (this.isKept) {
      const failure = await this.feed.keep();
      if (!failure) return this.over({ kind: "kept" });
      this.state.reason = failure;
    }
    this.tellUnreported();
    await this.endRest();
    this.over({ kind: "ended", stopped: this.state.reason ?? reason });
  }

  private tellUnreported(): void {
    const { state, settings } = this;
    for (const index of state.unreported.splice(0)) settings.onEnded(index, state.entryOf(index)!);
  }

  /** What was not reached. */
  private async endRest(): Promise<void> {
    const { state, settings } = this;
    const { reason } = state;
    if (!reason) return;
    const rest: Ended = { ...endedBy(reason, settings.words), outcome: "not-sent" };
    let count = 0;
    for (let index = 0; index < state.devices.length; index++) {
      if (state.entryOf(index)) continue;
      const { problem } = state.devices[index]!;
      const ended = problem ? endedBy(problem, settings.words) : rest;
      state.end(index, ended);
      settings.onEnded(index, ended);
      if (++count % endedAtATime === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private over(end: RollOutEnd): void {
    this.isOver = true;
    this.rateLimiter.end();
    this.feed.end();
    this.settings.closing.removeEventListener("abort", this);
    this.finish(end);
  }
}

/**
 * Devices that are made ready at a time. Where each chunk is written down first, a small one leaves little unknown after a
 * crash, and a large one spares the disk of a large roll-out.
 */
function chunkOf({ state, strategy, keep }: RollOutSettings): number {
  if (!keep) return strategy.chunk;
  return Math.min(strategy.maxUnderWay / 2, Math.max(100, Math.ceil(state.devices.length / 100)));
}

function noEnd(): Error {
  return new Error("A device of a fleet was commanded, and its outcome was not reported.");
}
