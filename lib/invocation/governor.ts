import type { CancelSignal } from "../base/cancellation";
import { maxTimerMs } from "../base/deadline";
import { closed, type Failure } from "../base/failure";
import { Fifo } from "../base/fifo";
import { BackgroundLane, backgroundLimit, type PermitSource } from "./background-lane";
import { type Permit, QueuedCall, queueFailure } from "./queued-call";

export type { Permit } from "./queued-call";

export interface Quota {
  /** Calls per second. */
  rate: number;
  /** Calls in flight at most. */
  concurrency: number;
  /** Calls waiting at most. */
  queueLimit: number;
  /** Milliseconds that a call may wait; 0 = for ever. */
  queueTtl: number;
}

/** Timers have a resolution of 1 ms and are late under load; at most this much lost time is made up for at once. */
const catchUpMs = 5;
/** Throttling never slows an account below this share of its rate. */
const slowest = 1 / 64;

/**
 * The account's quota: first in, first out, at most so many in flight, at an even pace. Throttling answers
 * halve the pace, each success wins a little of it back.
 *
 * Our own rather than a library: p-queue and bottleneck release a whole interval's calls in one burst,
 * which is what the platform throttles, and neither lets the pace change while calls wait.
 */
export class Governor implements PermitSource {
  /** For those with thousands of calls; see there. */
  readonly background: BackgroundLane;
  /** Only calls that still wait: a cancelled one leaves at once, even if the queue does not move for hours. */
  private readonly queue = new Fifo<QueuedCall>();
  private inFlightCount = 0;
  private nextStart = 0;
  private timer: NodeJS.Timeout | undefined;
  isClosed = false;
  /** Share of the rate that is in force: 1, or less after throttling. */
  private pace = 1;
  private slowedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly quota: Quota,
    /** Permits that are in use elsewhere; call `drain` when their number falls. */
    private readonly taken: () => number = () => 0,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.background = new BackgroundLane(this, backgroundLimit(quota.concurrency));
  }

  get waiting(): number {
    return this.queue.size;
  }

  get inFlight(): number {
    return this.inFlightCount;
  }

  /** A permit, where one is free and nobody waits; undefined where `enter` would wait or throw. */
  enterNow(signal?: CancelSignal): Permit | undefined {
    if (this.queue.size > 0 || this.isClosed || signal?.aborted) return undefined;
    if (this.background.isNext && this.background.first) return undefined;
    const now = this.now();
    return this.mayStart(now) ? this.start(now) : undefined;
  }

  /**
   * Waits for a permit.
   * @throws {Failure} `queue-full`, `queue-expired` or `closed`; all of them `not-sent`
   */
  enter(signal?: CancelSignal): Promise<Permit> {
    if (this.isClosed || signal?.aborted) return Promise.reject(closed(false));
    const permit = this.enterNow();
    if (permit) return Promise.resolve(permit);
    if (this.queue.size >= this.quota.queueLimit) {
      return Promise.reject(queueFailure("queue-full", "hints.queue-full", { limit: this.quota.queueLimit }));
    }
    return new Promise((resolve, reject) => this.enqueue(resolve, reject, signal));
  }

  /**
   * The platform throttled a call that began at `since`. Many calls are throttled at the same time; only those
   * that began at the current pace lower it.
   */
  slowDown(since: number): void {
    if (since < this.slowedAt) return;
    this.slowedAt = this.now();
    this.pace = Math.max(this.pace / 2, slowest);
  }

  /** The platform accepted a call. */
  speedUp(): void {
    if (this.pace < 1) this.pace = Math.min(1, this.pace + 0.02);
  }

  /** Ends everything that waits as `closed`, `not-sent`. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    for (let first = this.queue.first; first; first = this.queue.first) first.drop(closed(false));
    this.background.close();
  }

  /**
   * Takes the next start of the pace for a call that has its permit already and is to be repeated.
   * @param pace share of the pace that is in force
   * @returns milliseconds until then
   */
  reserveStart(now = this.now(), pace = 1): number {
    const start = Math.max(this.nextStart, now - catchUpMs);
    this.nextStart = start + 1000 / (this.quota.rate * this.pace * pace);
    return Math.max(0, start - now);
  }

  private enqueue(
    resolve: (permit: Permit) => void,
    reject: (failure: Failure) => void,
    signal?: CancelSignal,
  ): void {
    this.queue.add(new QueuedCall(this.queue, resolve, reject, signal, this.quota.queueTtl));
    // Not at once: many messages in one turn of the event loop would be let in at the pace of that turn, and
    // then leave together when it ends.
    this.drainLater();
  }

  private get isFull(): boolean {
    return this.inFlightCount + this.taken() >= this.quota.concurrency;
  }

  private mayStart(now: number): boolean {
    return !this.isFull && now >= this.nextStart;
  }

  private start(now: number): Permit {
    this.take(1, now);
    this.background.isNext = true;
    return new TakenPermit(this);
  }

  /** @internal by the background lane */
  get isFree(): boolean {
    return this.mayStart(this.now());
  }

  /** @internal Takes a start and a place in flight, which `giveBack` returns. */
  take(pace: number, now = this.now()): void {
    this.reserveStart(now, pace);
    this.inFlightCount++;
  }

  /** @internal by a permit, once */
  giveBack(): void {
    this.inFlightCount--;
    this.drain();
  }

  /** Gives out free permits. */
  drain(): void {
    const { queue, background } = this;
    for (;;) {
      const { first } = queue;
      const other = background.first;
      const now = this.now();
      if ((!first && !other) || !this.mayStart(now)) break;
      if (first && !(other && background.isNext)) first.take(this.start(now));
      else other!.take(background.start());
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    this.drainLater();
  }

  /** Returning a permit also drains the queue, so no timer is needed while none is free. */
  drainLater(): void {
    if (this.timer || this.isClosed || this.isFull) return;
    if (this.queue.size === 0 && !this.background.first) return;
    const wait = Math.max(1, this.nextStart - this.now());
    this.timer = setTimeout(() => this.drain(), Math.min(maxTimerMs, wait));
  }
}

class TakenPermit implements Permit {
  private isReleased = false;

  constructor(private readonly governor: Governor) {}

  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.governor.giveBack();
  }
}
