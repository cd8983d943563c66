import type { CancelSignal } from "../base/cancellation";
import { maxTimerMs } from "../base/deadline";
import { closed, type Failure } from "../base/failure";
import { Fifo } from "../base/fifo";
import { type Demand, EvenPace, type Pace } from "../base/pace";
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

/**
 * The account's quota: first in, first out, at most so many in flight, at an even pace. Throttling answers
 * halve the pace, each success wins a little of it back. The pace is its own, or one that several Node-REDs share.
 *
 * Our own rather than a library: p-queue and bottleneck release a whole interval's calls in one burst,
 * which is what the platform throttles, and neither lets the pace change while calls wait.
 */
export class Governor implements Demand, PermitSource {
  /** For those with thousands of calls; see there. */
  readonly background: BackgroundLane;
  /** Only calls that still wait: a cancelled one leaves at once, even if the queue does not move for hours. */
  private readonly queue = new Fifo<QueuedCall>();
  private inFlightCount = 0;
  private timer: NodeJS.Timeout | undefined;
  isClosed = false;
  private readonly pace: Pace;

  constructor(
    private readonly quota: Quota,
    /** Permits that are in use elsewhere; call `drain` when their number falls. */
    private readonly taken: () => number = () => 0,
    private readonly now: () => number = () => performance.now(),
    paceOf?: (demand: Demand) => Pace,
  ) {
    this.background = new BackgroundLane(this, () => backgroundLimit(this.pace.concurrency));
    this.pace = paceOf?.(this) ?? new EvenPace(quota.rate, quota.concurrency);
  }

  get waiting(): number {
    return this.queue.size + this.background.waiting;
  }

  get inFlight(): number {
    return this.inFlightCount;
  }

  get occupied(): number {
    return this.inFlightCount + this.taken();
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

  /** The platform throttled a call that began at `since`. */
  slowDown(since: number): void {
    this.pace.slowDown(since, this.now());
  }

  /** The platform accepted a call. */
  speedUp(): void {
    this.pace.speedUp();
  }

  /** Ends everything that waits as `closed`, `not-sent`. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.pace.close();
    for (let first = this.queue.first; first; first = this.queue.first) first.drop(closed(false));
    this.background.close();
  }

  /**
   * Takes the next start of the pace for a call that has its permit already and is to be repeated.
   * @param share of the pace that is kept to
   * @returns milliseconds until then
   */
  reserveStart(now = this.now(), share = 1): number {
    return Math.max(0, this.pace.take(now, share) - now);
  }

  private enqueue(
    resolve: (permit: Permit) => void,
    reject: (failure: Failure) => void,
    signal?: CancelSignal,
  ): void {
    this.queue.add(new QueuedCall(this.queue, resolve, reject, signal, this.quota.queueTtl));
    this.startLater();
  }

  /**
   * @internal A call waits. It does not start at once: many messages in one turn of the event loop would be let in at the
   * pace of that turn, and then leave together when it ends.
   */
  startLater(): void {
    this.pace.ask();
    this.drainLater();
  }

  private get isFull(): boolean {
    return this.occupied >= this.pace.concurrency;
  }

  private mayStart(now: number): boolean {
    return !this.isFull && this.pace.mayStart(now);
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
  take(share: number, now = this.now()): void {
    this.pace.take(now, share);
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
  private drainLater(): void {
    if (this.timer || this.isClosed || this.isFull) return;
    if (this.queue.size === 0 && !this.background.first) return;
    const { nextStart } = this.pace;
    if (nextStart === Infinity) return;
    const wait = Math.max(1, nextStart - this.now());
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
