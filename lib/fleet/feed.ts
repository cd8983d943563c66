import { asFailure } from "../base/as-failure";
import type { CancelSignal } from "../base/cancellation";
import type { Failure } from "../base/failure";
import { type Ended, endedBy, type Words } from "./ended";
import type { FleetDevice } from "./fleet-device";
import type { Progress, RollOutState } from "./roll-out-state";
import { stopped } from "./steps";
import type { Strategy } from "./strategy";

/** Whether devices are online, in their order. */
type OnlineSource = (
  devices: readonly FleetDevice[],
  signal: CancelSignal,
) => Promise<readonly (boolean | undefined)[]>;

export interface FeedSettings {
  state: RollOutState;
  words: Words;
  closing: CancelSignal;
  /** Devices that may be commanded in one call. */
  maxTogether: number;
  /** Devices that are made ready at a time. */
  chunk: number;
  /** Tells which devices are online; one of which nothing is known is commanded all the same. Without it, no states are read. */
  online?: OnlineSource | undefined;
  /** Writes down what a restart needs, at once; without it, nothing is kept. */
  keep?: ((progress: Progress) => Promise<void>) | undefined;
  /** Devices before `from` to which surely nothing was sent, as a kept roll-out says. */
  open?: readonly number[] | undefined;
  /** The first device that a kept roll-out had not marked. */
  from?: number | undefined;
}

interface FeedEvents {
  ended(index: number, ended: Ended): void;
  /** There may be more to start. */
  ready(): void;
  /** @param isFirst nothing has been made ready so far */
  failed(failure: Failure, isFirst: boolean): void;
}

const saveEveryMs = 1000;

/**
 * Makes the devices of a roll-out ready, a chunk at a time and no more than may be under way: leaves out those that are
 * offline, and writes down that they may be commanded before they are.
 */
export class Feed {
  isFilling = false;
  private readonly ready: number[][] = [];
  private readyCount = 0;
  /** The first device that has not been made ready. */
  private cursor: number;
  /** Devices before it that are to be made ready again. */
  private reopened: number[];
  /** Devices below this index are written down as possibly commanded. */
  private marked: number;
  private isFirst = true;
  /** Devices of the chunk that is being made ready. */
  private filling: number[] = [];
  private saving: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private isEnded = false;

  constructor(
    private readonly settings: FeedSettings,
    private readonly strategy: Strategy,
    private readonly events: FeedEvents,
  ) {
    this.cursor = this.marked = settings.from ?? 0;
    this.reopened = [...(settings.open ?? [])];
  }

  /** The devices to command next. */
  get next(): number[] | undefined {
    return this.ready[0];
  }

  /** They are commanded. */
  shift(): void {
    this.readyCount -= this.ready.shift()?.length ?? 0;
  }

  /** Their turn was taken back. */
  putBack(indexes: number[]): void {
    this.ready.unshift(indexes);
    this.readyCount += indexes.length;
  }

  /** Whether no device is left to be made ready. */
  get isEmpty(): boolean {
    return this.cursor >= this.settings.state.devices.length && this.reopened.length === 0;
  }

  /** Makes more devices ready, if there is room; `ready` is called when they are. Never rejects. */
  fill(): void {
    if (this.isFilling || this.isEmpty || this.isEnded) return;
    const { steps, devices } = this.settings.state;
    const left = devices.length - this.cursor + this.reopened.length;
    const { chunk } = this.settings;
    const wanted = Math.min(chunk, steps.room, left);
    // A chunk at a time, for which states are read and progress is written down; not long before it is commanded.
    if (wanted <= 0 || this.readyCount > chunk / 2) return;
    if (this.strategy.maxUnderWay - this.outstanding < wanted) return;
    this.isFilling = true;
    void this.fillWith(wanted);
  }

  /** Writes down what has changed, within a second. */
  saveSoon(): void {
    if (!this.settings.keep || this.isEnded) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      // While more devices are made ready, their progress is written down with them.
      if (!this.isFilling) this.save().catch((error: unknown) => this.fail(error));
    }, saveEveryMs);
  }

  /** Writes down at once what a message has asked for, or why it is to stop: it holds after a crash as well. */
  saveNow(): void {
    if (!this.settings.keep || this.isEnded) return;
    this.save().catch((error: unknown) => this.fail(error));
  }

  /**
   * Writes down what is to go on after a restart; nothing is under way.
   * @returns why that failed, if it did
   */
  async keep(): Promise<Failure | undefined> {
    const { state } = this.settings;
    const open = [];
    for (let index = 0; index < this.cursor; index++) if (!state.entryOf(index)) open.push(index);
    this.reopened = open;
    this.marked = this.cursor;
    this.filling = [];
    try {
      await this.save();
      return undefined;
    } catch (error) {
      return notKept(error, this.settings.words);
    }
  }

  end(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
  }

  private get outstanding(): number {
    return this.cursor - this.reopened.length - this.settings.state.ended;
  }

  private async fillWith(wanted: number): Promise<void> {
    const { state, maxTogether } = this.settings;
    const indexes = this.take(wanted);
    state.steps.take(indexes.length);
    this.filling = indexes;
    try {
      const online = await this.withoutOffline(indexes);
      this.marked = this.cursor;
      this.filling = [];
      if (this.settings.keep && online.length > 0) await this.save();
      this.isFirst = false;
      for (const unit of this.strategy.divide(online, maxTogether)) this.putInLine(unit);
    } catch (error) {
      this.fail(error);
    }
    // Thousands may end without a wait, and others are to have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    this.isFilling = false;
    this.events.ready();
  }

  /** The next devices; those that nothing can be sent to end at once. */
  private take(wanted: number): number[] {
    const { devices } = this.settings.state;
    const indexes = this.reopened.splice(0, wanted);
    // Those that end at once count as well: a hundred thousand of them must not keep others waiting.
    const last = Math.min(devices.length, this.cursor + wanted - indexes.length);
    while (this.cursor < last) {
      const index = this.cursor++;
      const { problem } = devices[index]!;
      if (problem) this.events.ended(index, endedBy(problem, this.settings.words));
      else indexes.push(index);
    }
    return indexes;
  }

  private async withoutOffline(indexes: number[]): Promise<number[]> {
    const { online, state, closing, words } = this.settings;
    if (!online || indexes.length === 0) return indexes;
    let areOnline: readonly (boolean | undefined)[];
    try {
      areOnline = await online(
        indexes.map((index) => state.devices[index]!),
        closing,
      );
    } catch (error) {
      const failure = asFailure(error, "not-sent");
      if (this.isFirst || failure.category === "closed") throw failure;
      const ended: Ended = { ...endedBy(failure, words), outcome: "not-sent" };
      for (const index of indexes) this.events.ended(index, ended);
      return [];
    }
    const message = words({ key: "errors.fleet-offline" });
    return indexes.filter((index, at) => {
      if (areOnline[at] !== false) return true;
      this.events.ended(index, { outcome: "skipped", message, durationMs: 0 });
      return false;
    });
  }

  private putInLine(unit: number[]): void {
    this.ready.push(unit);
    this.readyCount += unit.length;
  }

  private save(): Promise<void> {
    const { keep, state, words } = this.settings;
    if (!keep) return Promise.resolve();
    clearTimeout(this.timer);
    this.timer = undefined;
    const saving = this.saving.then(() => {
      // Its report may have left meanwhile, and then nothing is to be kept.
      if (this.isEnded) return undefined;
      const open = [...this.reopened, ...this.filling].filter((index) => index < this.marked);
      return keep(state.progress(this.marked, open, words));
    });
    this.saving = saving.catch(() => undefined);
    return saving;
  }

  private fail(error: unknown): void {
    const failure = asFailure(error, "not-sent");
    this.events.failed(
      failure.code === "internal-error" ? notKept(error, this.settings.words) : failure,
      this.isFirst,
    );
  }
}

function notKept(error: unknown, words: Words): Failure {
  const { text } = asFailure(error);
  return stopped(
    { key: "errors.rollout-not-kept", params: { reason: words(text) } },
    "hints.rollout-not-kept",
  );
}
