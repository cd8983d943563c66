import { randomUUID } from "node:crypto";
import type { AccountMembers } from "./account-members";
import type { Coordination } from "./coordination";
import { RedisClock } from "./redis-clock";
import { readScript } from "./scripts";

/** What a member may do until it asks again; moments are those of this process. */
export interface Lease {
  /** When the first start is due. */
  start: number;
  count: number;
  /** Milliseconds between two starts. */
  interval: number;
  permits: number;
  /** Of the rate, after throttling. */
  share: number;
  /** Node-REDs that use the account. */
  members: number;
}

/** What the requests need to know of the pace that they are made for. */
interface Leaser {
  waiting(): number;
  occupied(): number;
  isFull(): boolean;
  /** Milliseconds between two starts, by the latest lease. */
  interval(): number;
  /** When further starts are to be bought; Infinity: there are enough. */
  boughtUntil(now: number): number;
  onLease(lease: Lease): void;
}

interface Limit {
  name: string;
  rate: number;
  concurrency: number;
  isConcurrencyShared: boolean;
}

/** The time that a lease is to cover. */
export const windowMs = 50;
/** A member that has got no starts, or whose own calls hold all of its permits, asks again after this long. */
const retryMs = 20;
/** A member that holds a lease asks at least this often. */
const aliveMs = 100;
/** A lease is kept for this long after the last call, so that the next call finds it. */
const lingerMs = 200;
/** At least this much time lies between two requests. */
const gapMs = 2;
/** Where starts are this far apart, none is bought before a call waits for it. */
const sparseMs = 20;
const maxWanted = 100_000;

/** Asks for leases, one request at a time, while there are calls; gives the lease back when there are no more. */
export class LeaseRequests {
  /** Calls that the platform has accepted since the last request. */
  accepted = 0;
  /** Whether calls waited at the last request. */
  hasWaiting = false;
  /** Two account nodes of one Node-RED may stand for the same account; each has a lease of its own. */
  private readonly member = randomUUID();
  private readonly script = readScript("lease");
  private readonly clock = new RedisClock();
  private readonly key: string;
  private usedCount = 0;
  private usedAt = Number.NEGATIVE_INFINITY;
  private throttledAt = 0;
  private returned = 0;
  private askedAt = Number.NEGATIVE_INFINITY;
  private notBefore = 0;
  /** The same as `gapMs`, as the script says: requests of many members are a lot of work for Redis. */
  private spacing = 0;
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Infinity;
  private isAsking = false;
  /** Whether this member has a lease. */
  private isHeld = false;
  private isClosed = false;

  constructor(
    private readonly coordination: Coordination,
    private readonly members: AccountMembers,
    private readonly limit: Limit,
    private readonly leaser: Leaser,
  ) {
    this.key = coordination.key(members.identity, "quota", limit.name);
  }

  /** A start was taken. */
  used(now: number): void {
    this.usedCount++;
    this.usedAt = now;
    if (!this.isHeld) this.soon();
  }

  /**
   * The platform has throttled a call.
   * @param since when it began, by `performance.now()`
   * @param ahead starts that are given up because of it
   */
  throttled(since: number, ahead: number): void {
    this.throttledAt = this.clock.toRedis(since);
    this.returned += ahead;
    this.notBefore = 0;
  }

  /** Asks as soon as it may. */
  soon(): void {
    this.at(Math.max(performance.now(), this.notBefore));
  }

  /** Asks at that moment, or as soon as it may after it. */
  by(moment: number): void {
    if (this.isHeld && moment !== Infinity) this.at(Math.max(moment, this.notBefore));
  }

  /** @param ahead starts that will not be used any more */
  close(ahead: number): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    if (this.isHeld && this.coordination.isUsable)
      void this.send(0, 0, 0, this.returned + ahead, false).catch(() => undefined);
  }

  private at(moment: number): void {
    if (this.isAsking || this.isClosed || moment >= this.dueAt) return;
    clearTimeout(this.timer);
    const wait = moment - performance.now();
    this.dueAt = moment;
    // Messages that come in one turn of the event loop are asked for together.
    if (wait <= 0) return void setImmediate(() => void this.ask());
    this.timer = setTimeout(() => void this.ask(), wait).unref();
  }

  /** Never rejects. */
  private async ask(): Promise<void> {
    this.dueAt = Infinity;
    if (this.isAsking || this.isClosed || !this.coordination.isUsable) return;
    const { leaser } = this;
    const now = performance.now();
    const waiting = leaser.waiting();
    const occupied = leaser.occupied();
    const wanted = this.wanted(waiting, now);
    // Where long calls hold all permits, starts would lapse.
    const isStuck = occupied > 0 && leaser.isFull() && this.usedCount === 0;
    const isBuying = wanted > 0 && !isStuck && leaser.boughtUntil(now) <= now;
    if (wanted === 0 && occupied === 0 && !this.isHeld) return;
    this.isHeld = wanted > 0 || occupied > 0;
    this.hasWaiting = waiting > 0;
    this.isAsking = true;
    if (isBuying) {
      this.usedCount = 0;
      this.askedAt = now;
    }
    const { returned } = this;
    this.returned = 0;
    try {
      const lease = await this.send(wanted, waiting, occupied, returned, isBuying);
      this.isAsking = false;
      if (this.isClosed) return;
      leaser.onLease(lease);
      this.plan(isStuck || (isBuying && lease.count === 0));
    } catch {
      // The state of the coordination says what is wrong, and the pace goes on with a fixed share.
      this.isAsking = false;
      this.isHeld = false;
      this.plan(true);
    }
  }

  /** Starts that are wanted for one window: what waits, and as many as were used of late. */
  private wanted(waiting: number, now: number): number {
    const { leaser } = this;
    const recent =
      Math.ceil(
        this.usedCount * Math.max(1, Math.min(4, windowMs / Math.max(1, now - this.askedAt))) * 1.25,
      ) + 2;
    if (waiting > 0)
      return Math.min(maxWanted, leaser.isFull() && leaser.occupied() > 0 ? recent : waiting + recent);
    if (leaser.interval() > sparseMs) return 0;
    return this.usedCount > 0 || now - this.usedAt < lingerMs ? Math.min(maxWanted, recent) : 0;
  }

  /**
   * Plans the next request.
   * @param isWithout whether it got no starts and has to wait for others, or for its own calls
   */
  private plan(isWithout: boolean): void {
    const now = performance.now();
    const { spacing } = this;
    this.notBefore = now + (isWithout ? Math.max(retryMs, spacing) : gapMs);
    const isWaiting = this.leaser.waiting() > 0;
    // Also for calls that have come in the meantime, while the lease was returned.
    if (!this.isHeld && !isWaiting) return;
    this.at(isWaiting && (isWithout || !this.isHeld) ? this.notBefore : now + Math.max(aliveMs, spacing));
    if (!isWithout && this.leaser.waiting() + this.usedCount > 0) this.by(this.leaser.boughtUntil(now));
  }

  private async send(
    wanted: number,
    waiting: number,
    occupied: number,
    returned: number,
    isBuying: boolean,
  ): Promise<Lease> {
    const { rate, concurrency, isConcurrencyShared } = this.limit;
    const shared = isConcurrencyShared ? concurrency : 0;
    const { accepted, throttledAt } = this;
    this.accepted = 0;
    this.throttledAt = 0;
    const sent = performance.now();
    const answer = await this.coordination.run(
      this.script,
      [this.key, this.members.key],
      [
        this.member,
        rate,
        shared,
        wanted,
        waiting,
        occupied,
        throttledAt,
        accepted,
        returned,
        windowMs,
        isBuying ? 1 : 0,
      ],
    );
    const [now = 0, start = 0, count = 0, interval = 0, permits = 0, share = 1, members = 1, spacing = 0] = (
      answer as unknown[]
    ).map(Number);
    this.spacing = spacing;
    this.clock.heard(sent, performance.now(), now);
    return { start: this.clock.toLocal(start), count, interval, permits, share, members };
  }
}
