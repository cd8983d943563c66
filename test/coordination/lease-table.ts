import type { Redis } from "ioredis";
import { readScript } from "../../lib/coordination/scripts";

/** What a member asks for; see lib/coordination/lua/lease.lua. */
interface Asked {
  member: string;
  rate: number;
  concurrency?: number;
  wanted: number;
  waiting?: number;
  occupied?: number;
  throttledAt?: number;
  accepted?: number;
  returned?: number;
  /** Only says that it is still there, and what it wants. */
  hasEnough?: boolean;
}

export interface Got {
  start: number;
  count: number;
  interval: number;
  permits: number;
  share: number;
  members: number;
  spacing: number;
}

export const windowMs = 50;

/** The scripts of the shared quota in a real Redis, whose clock the test sets. */
export class LeaseTable {
  /** Milliseconds by the clock of this Redis. */
  now = 1_800_000_000_000;
  private readonly lease = withClock(readScript("lease").text);
  private readonly presence = withClock(readScript("presence").text);
  private account = 0;

  constructor(private readonly redis: Redis) {}

  /** Another account, of which nothing is known, in a Redis that has been there for long. */
  async another(): Promise<void> {
    this.account++;
    await this.redis.call("HSET", "all", "fresh", this.now - 60_000);
    await this.redis.call("HSET", this.members, "since", this.now - 60_000, "fresh", this.now - 60_000);
  }

  async ask(asked: Asked): Promise<Got> {
    const { member, rate, concurrency = 0, wanted, waiting = 0, occupied = 0 } = asked;
    const { throttledAt = 0, accepted = 0, returned = 0 } = asked;
    const args = [member, rate, concurrency, wanted, waiting, occupied, throttledAt, accepted, returned];
    const answer = await this.redis.call(
      "EVAL",
      this.lease,
      2,
      this.quota,
      this.members,
      ...args,
      windowMs,
      wanted > 0 && !asked.hasEnough ? 1 : 0,
      this.now,
    );
    const [, start = 0, count = 0, interval = 0, permits = 0, share = 0, members = 0, spacing = 0] = (
      answer as string[]
    ).map(Number);
    return { start, count, interval, permits, share, members, spacing };
  }

  /** A heartbeat. */
  async beat(member: string, { isBack = false, known = 0 } = {}): Promise<void> {
    const args = [member, isBack ? 1 : 0, known, "stay", this.now];
    await this.redis.call("EVAL", this.presence, 2, "all", this.members, ...args);
  }

  /** Another program writes into the hashes. */
  async write(quota: Record<string, string>, members: Record<string, string>): Promise<void> {
    for (const [key, fields] of [
      [this.quota, quota],
      [this.members, members],
    ] as const)
      for (const [field, text] of Object.entries(fields)) await this.redis.call("HSET", key, field, text);
  }

  /** All is lost. */
  async flush(): Promise<void> {
    await this.redis.call("FLUSHALL");
  }

  private get quota(): string {
    return `quota:${this.account}`;
  }

  private get members(): string {
    return `members:${this.account}`;
  }
}

/** The same script with the time as its last argument, and `leave` as the one before it. */
function withClock(text: string): string {
  const time = 'redis.call("TIME")';
  if (!text.includes(`local time = ${time}`)) throw new Error("The script asks for the time in another way.");
  return text.replace(time, "{ 0, tonumber(table.remove(ARGV)) * 1000 }");
}
