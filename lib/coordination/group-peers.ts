/** A member sends a heartbeat every second. */
const missingAfterMs = 3000;
/** A member that only has lost its connection to Redis may still wait for replies. */
const forgottenAfterMs = 30_000;
/** For this long, devices may still answer calls of a member that is gone. */
const rememberedMs = 600_000;

/** The other members of a group, as far as this one has heard of them. */
export class GroupPeers {
  /** By member, when it was last heard. */
  private readonly heard = new Map<string, number>();
  private leftAt = Number.NEGATIVE_INFINITY;

  /** @param now a monotonic clock in milliseconds */
  constructor(private readonly now: () => number) {}

  get count(): number {
    return this.heard.size;
  }

  hear(member: string): void {
    this.heard.set(member, this.now());
  }

  /** A member has said goodbye. */
  leave(member: string): void {
    if (this.heard.delete(member)) this.leftAt = this.now();
  }

  /** Whether a member has left of late: a reply that nobody waits for may be to a call of its own. */
  hasFormer(): boolean {
    return this.now() - this.leftAt < rememberedMs;
  }

  /** This member could hear nobody until now, so the others are given time to come back. */
  again(): void {
    for (const member of this.heard.keys()) this.hear(member);
  }

  /** Those that can be expected to answer. */
  present(): string[] {
    const { now } = this;
    return [...this.heard].filter(([, at]) => now() - at < missingAfterMs).map(([member]) => member);
  }

  /** Whether there may be a member that cannot answer. */
  hasMissing(): boolean {
    let isMissing = false;
    for (const [member, at] of this.heard) {
      const silence = this.now() - at;
      if (silence >= forgottenAfterMs) this.leave(member);
      else if (silence >= missingAfterMs) isMissing = true;
    }
    return isMissing;
  }
}
