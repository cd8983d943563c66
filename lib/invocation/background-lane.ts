import type { CancelSignal } from "../base/cancellation";
import { closed } from "../base/failure";
import { Fifo } from "../base/fifo";
import { rateMargins } from "../base/rate-margins";
import { type Permit, QueuedCall } from "./queued-call";

/** Where a call gets its permit, and what is told how its attempts went. */
export interface PermitSource {
  /** A permit at once, where one is free and nobody waits; else undefined. */
  enterNow(signal?: CancelSignal): Permit | undefined;
  /** @throws {Failure} `queue-full`, `queue-expired` or `closed`, as a rejection; all of them `not-sent` */
  enter(signal?: CancelSignal): Promise<Permit>;
  /** The platform throttled a call that began at that moment of `performance.now()`. */
  slowDown(since: number): void;
  /** The platform accepted a call. */
  speedUp(): void;
  /** Takes the next start, and returns the milliseconds until then. */
  reserveStart(): number;
}

/** The quota that a lane is a part of. */
interface Quota extends Omit<PermitSource, "enterNow" | "enter"> {
  readonly isClosed: boolean;
  /** Whether a call may start now. */
  readonly isFree: boolean;
  /** Calls that wait, those of the lane included. */
  readonly waiting: number;
  /**
   * Takes a start and a place in flight.
   * @param share the part of the rate that is used, 1 for all of it
   */
  take(share: number): void;
  giveBack(): void;
  /** The lane has a call that waits. */
  startLater(): void;
}

/**
 * The lane for work of thousands of calls that are not urgent, such as a roll-out. It uses what nobody else asks for. While
 * others wait, it gets every second start. It never holds all permits, so that others find some free, however slow the devices
 * of the lane are.
 */
export class BackgroundLane implements PermitSource {
  /** Whether the next start is the lane's if others wait as well: somebody else had the last one. */
  isNext = false;
  private readonly queue = new Fifo<QueuedCall>();
  private inFlight = 0;

  constructor(
    private readonly quota: Quota,
    private readonly limitNow: () => number,
  ) {}

  /** Calls of the lane in flight at most; it changes where several Node-REDs share the quota. */
  get limit(): number {
    return this.limitNow();
  }

  /** Calls of the lane that wait. */
  get waiting(): number {
    return this.queue.size;
  }

  /** The call whose turn is next; undefined where none waits, or where enough are in flight. */
  get first(): QueuedCall | undefined {
    return this.inFlight < this.limit ? this.queue.first : undefined;
  }

  enterNow(signal?: CancelSignal): Permit | undefined {
    const { quota } = this;
    if (this.queue.size > 0 || this.inFlight >= this.limit || signal?.aborted) return undefined;
    return quota.isClosed || quota.waiting > 0 || !quota.isFree ? undefined : this.start();
  }

  enter(signal?: CancelSignal): Promise<Permit> {
    if (this.quota.isClosed || signal?.aborted) return Promise.reject(closed(false));
    const permit = this.enterNow();
    if (permit) return Promise.resolve(permit);
    return new Promise((resolve, reject) => {
      this.queue.add(new QueuedCall(this.queue, resolve, reject, signal, 0));
      this.quota.startLater();
    });
  }

  slowDown(since: number): void {
    this.quota.slowDown(since);
  }

  speedUp(): void {
    this.quota.speedUp();
  }

  reserveStart(): number {
    return this.quota.reserveStart();
  }

  /** @internal by the quota, whose start it takes */
  start(): Permit {
    this.quota.take(rateMargins.background);
    this.isNext = false;
    this.inFlight++;
    return new LanePermit(this);
  }

  /** @internal by a permit, once */
  giveBack(): void {
    this.inFlight--;
    this.quota.giveBack();
  }

  /** Ends everything that waits as `closed`, `not-sent`. */
  close(): void {
    for (let first = this.queue.first; first; first = this.queue.first) first.drop(closed(false));
  }
}

/** How many of so many calls in flight a lane may hold. */
export function backgroundLimit(concurrency: number): number {
  return Math.max(1, concurrency - Math.max(1, Math.ceil(concurrency / 8)));
}

class LanePermit implements Permit {
  private isReleased = false;

  constructor(private readonly lane: BackgroundLane) {}

  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.lane.giveBack();
  }
}
