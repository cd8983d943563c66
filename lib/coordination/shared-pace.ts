import { type Demand, EvenPace, type Pace } from "../base/pace";
import type { AccountMembers } from "./account-members";
import type { Coordination } from "./coordination";
import { type Lease, LeaseRequests, windowMs } from "./lease-requests";

export interface SharedLimit {
  /** Which of the account's limits; part of a key. */
  name: string;
  /** Calls per second. */
  rate: number;
  /** Calls in flight at most. */
  concurrency: number;
  /** Whether that is the account's as well, or only this Node-RED's. */
  isConcurrencyShared: boolean;
}

/**
 * A start that is late by more than this has lapsed: it would come on top of those of others. In any second, that can be
 * no more than 2 % of the rate.
 */
const catchUpMs = 20;
/** When no more starts than these are left, further ones are fetched. */
const fewStarts = 2;
/** A lease is extended that long before it ends. */
const leadMs = 20;
/** The members to assume before Redis has told their number: a Node-RED that names a Redis is presumably not alone. */
const membersUnlessKnown = 2;

/**
 * The pace of a limit that several Node-REDs share. A lease of some tens of milliseconds says when its calls may start,
 * so that calls ask nobody; the next lease is fetched before it ends, as long as there are calls. While Redis is away,
 * the pace is a fixed share of the limit. Moments are those of `performance.now()`.
 */
export class SharedPace implements Pace {
  private readonly requests: LeaseRequests;
  /** In force while Redis is away. */
  private fixed: EvenPace | undefined;
  private permits = 0;
  /** What is left of the present lease: starts, the first one, and when they lapse. Infinity: there is none. */
  private left = 0;
  private begin = Infinity;
  private end = Infinity;
  private interval: number;
  private following: Lease | undefined;
  /** Starts that were taken before they were leased, for calls that are repeated. */
  private borrowed = 0;
  /** No leased start is before this moment. */
  private notBefore = 0;
  private slowedAt = Number.NEGATIVE_INFINITY;
  private share = 1;
  private readonly unwatch: () => void;

  constructor(
    private readonly coordination: Coordination,
    private readonly members: AccountMembers,
    private readonly limit: SharedLimit,
    private readonly demand: Demand,
  ) {
    this.interval = 1000 / limit.rate;
    this.requests = new LeaseRequests(coordination, members, limit, {
      waiting: () => demand.waiting + this.borrowed,
      occupied: () => demand.occupied,
      isFull: () => demand.occupied >= this.concurrency,
      interval: () => this.interval,
      boughtUntil: (now) => this.boughtUntil(now),
      onLease: (lease) => this.leased(lease),
    });
    this.unwatch = coordination.watch(() => this.follow());
    // Asks for nothing yet: the queue is still being made.
    if (!coordination.isUsable) this.fixed = this.fixedShare();
  }

  get nextStart(): number {
    return this.fixed ? this.fixed.nextStart : this.begin;
  }

  get concurrency(): number {
    if (!this.limit.isConcurrencyShared) return this.limit.concurrency;
    return this.fixed ? this.fixed.concurrency : this.permits;
  }

  mayStart(now: number): boolean {
    if (this.fixed) return this.fixed.mayStart(now);
    if (now > this.end) this.proceed(now);
    return now >= this.begin;
  }

  /** Leases are sold with a margin, so a share of the pace matters only where it is a fixed one. */
  take(now: number, share = 1): number {
    if (this.fixed) return this.fixed.take(now, share);
    if (now > this.end) this.proceed(now);
    this.requests.used(now);
    if (this.begin === Infinity) {
      this.ask();
      return now + ++this.borrowed * this.interval;
    }
    const start = Math.max(this.begin, now - catchUpMs);
    this.begin = start + this.interval;
    this.notBefore = this.begin;
    if (--this.left <= 0 || this.begin > this.end) this.proceed(now);
    if (this.left <= fewStarts && !this.following) this.requests.soon();
    return start;
  }

  ask(): void {
    if (this.fixed) return;
    // Redis knows of those that waited at the last request, and this pace asks again by itself.
    if (this.begin === Infinity || (this.demand.occupied >= this.concurrency && !this.requests.hasWaiting))
      this.requests.soon();
  }

  slowDown(since: number, now: number): void {
    if (since < this.slowedAt) return;
    this.slowedAt = now;
    if (this.fixed) return this.fixed.slowDown(since, now);
    this.requests.throttled(since, this.ahead(now));
    this.clear();
    this.ask();
  }

  speedUp(): void {
    if (this.fixed) this.fixed.speedUp();
    else if (this.share < 1) this.requests.accepted++;
  }

  close(): void {
    this.unwatch();
    this.requests.close(this.ahead(performance.now()));
    this.clear();
    this.members.leave();
  }

  /** From a lease to a fixed share, and back. */
  private follow(): void {
    const { fixed } = this;
    if (this.coordination.isUsable) {
      if (fixed) this.notBefore = fixed.nextStart;
      this.fixed = undefined;
      this.requests.soon();
    } else if (!fixed) {
      this.fixed = this.fixedShare();
      this.clear();
      this.borrowed = 0;
      this.demand.drain();
    }
  }

  private fixedShare(): EvenPace {
    const { rate, concurrency } = this.limit;
    const parts = this.members.known || membersUnlessKnown;
    const fixed = new EvenPace(rate / parts, Math.max(1, Math.floor(concurrency / parts)), this.share);
    fixed.nextStart = this.notBefore;
    return fixed;
  }

  private leased(lease: Lease): void {
    if (this.fixed) return;
    this.permits = lease.permits;
    this.share = lease.share;
    this.members.known = lease.members;
    if (lease.count > 0) {
      this.interval = lease.interval;
      const owed = Math.min(this.borrowed, lease.count);
      this.borrowed -= owed;
      lease.start = Math.max(lease.start, this.notBefore) + owed * lease.interval;
      lease.count -= owed;
      if (lease.count > 0) this.following = lease;
    }
    this.proceed(performance.now());
    this.demand.drain();
  }

  /** Goes on to the next lease where the present one is used up or has lapsed. */
  private proceed(now: number): void {
    if (this.left > 0 && now <= this.end && this.begin <= this.end) return;
    const { following } = this;
    this.clear();
    if (!following) return;
    const { start, count, interval } = following;
    // A few starts are good for as long as many are.
    const end = start + Math.max(windowMs, count * interval) + catchUpMs;
    if (now > end) return;
    this.left = count;
    this.begin = Math.max(start, this.notBefore);
    this.end = end;
    this.requests.by(this.boughtUntil(now));
  }

  private clear(): void {
    this.left = 0;
    this.begin = Infinity;
    this.end = Infinity;
    this.following = undefined;
  }

  /** When further starts are to be bought: in the past where there are none, Infinity where there are enough. */
  private boughtUntil(now: number): number {
    this.proceed(now);
    if (this.following) return Infinity;
    return this.left > fewStarts || (this.left > 0 && this.begin > now + leadMs)
      ? this.end - catchUpMs - leadMs
      : Number.NEGATIVE_INFINITY;
  }

  /** Starts that have been bought and lie ahead. */
  private ahead(now: number): number {
    const present = this.left > 0 ? (this.end - catchUpMs - Math.max(this.begin, now)) / this.interval : 0;
    return Math.max(0, Math.min(this.left, Math.floor(present))) + (this.following?.count ?? 0);
  }
}
