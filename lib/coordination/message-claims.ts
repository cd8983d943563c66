import { createHash } from "node:crypto";
import type { Coordination } from "./coordination";
import type { CoordinationState } from "./coordination-state";
import { readScript } from "./scripts";

/**
 * Who processes a message: this Node-RED, from now on (`ours`); nobody, since it has been processed (`done`); another one
 * (`theirs`). While Redis is away, that is not known: it may be back in a moment (`later`), or not (`unknown`).
 */
export type Claim = "ours" | "done" | "theirs" | "later" | "unknown";

const claims: readonly Claim[] = ["ours", "done", "theirs"];

/** A claim that is not renewed lapses after this time. */
const claimMs = 5000;
const renewMs = 1500;
/** How long an acknowledged message is remembered. */
const rememberedMs = 600_000;
/** Ids that are written again when Redis has lost its data; about 10 MB. */
const maxRemembered = 100_000;
const maxBatch = 200;
/** The platform makes no longer ids, but a server may send anything; a longer one is replaced by its hash. */
const maxIdLength = 100;
/** Messages wait this long for a Redis that restarts. */
const awayMs = 1000;

/** By message: milliseconds to remember it as done; 0: it goes back; -1: it is still being processed. */
type Outcomes = Map<string, number>;

/** Which messages of a group this member may process, so that each is processed once. */
export class MessageClaims {
  private readonly claim = readScript("claim");
  private readonly settle = readScript("settle");
  private readonly held = new Set<string>();
  /** Messages by their ids, and when they were acknowledged; oldest first. */
  private readonly recent = new Map<string, number>();
  private asking: { id: string; resolve: (claim: Claim) => void }[] = [];
  private outcomes: Outcomes = new Map();
  private flushing: NodeJS.Immediate | undefined;
  private wasAway = false;
  private awaySince: number | undefined;
  /** The data that Redis had last. */
  private data: number | undefined;
  private readonly unwatch: () => void;
  private readonly renewing: NodeJS.Timeout;

  constructor(
    private readonly coordination: Coordination,
    private readonly identity: string,
    private readonly member: string,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.follow(coordination.state);
    this.unwatch = coordination.watch((state) => this.follow(state));
    this.renewing = setInterval(() => this.renew(), renewMs).unref();
  }

  /** Asks for a message that has been received. Never rejects. */
  ask(id: string): Promise<Claim> {
    if (!this.coordination.isUsable) return Promise.resolve(this.away());
    return new Promise((resolve) => {
      this.asking.push({ id, resolve });
      this.flushSoon();
    });
  }

  /** The message has been acknowledged. */
  done(id: string): void {
    this.held.delete(id);
    this.recent.delete(id);
    this.recent.set(id, this.now());
    this.forget();
    this.outcomes.set(id, rememberedMs);
    this.flushSoon();
  }

  /** The message goes back to the platform. */
  free(id: string): void {
    if (!this.held.delete(id)) return;
    this.outcomes.set(id, 0);
    this.flushSoon();
  }

  /** Gives up what is being processed. */
  async close(): Promise<void> {
    this.unwatch();
    clearInterval(this.renewing);
    for (const id of this.held) this.outcomes.set(id, 0);
    this.held.clear();
    await this.flush();
  }

  private follow(state: CoordinationState): void {
    if (state.name === "away") {
      this.wasAway = true;
      this.awaySince ??= this.now();
    } else if (state.name === "connected") {
      this.awaySince = undefined;
      const isLost = this.data !== undefined && this.data !== state.data;
      this.data = state.data;
      if (this.wasAway || isLost) void this.tellAgain();
    }
  }

  private away(): Claim {
    return this.awaySince !== undefined && this.now() - this.awaySince < awayMs ? "later" : "unknown";
  }

  private flushSoon(): void {
    this.flushing ??= setImmediate(() => void this.flush());
  }

  /** Never rejects. */
  private async flush(): Promise<void> {
    clearImmediate(this.flushing);
    this.flushing = undefined;
    const { asking, outcomes } = this;
    this.asking = [];
    this.outcomes = new Map();
    const sending: Promise<void>[] = [];
    for (const part of parts([...outcomes])) sending.push(this.send(part));
    for (const part of parts(asking)) sending.push(this.askFor(part));
    await Promise.all(sending);
  }

  private async send(outcomes: [string, number][]): Promise<void> {
    const keys = outcomes.map(([id]) => this.key(id));
    const args = [this.member, claimMs, ...outcomes.map(([, outcome]) => outcome)];
    // What did not arrive is sent again when Redis is back.
    await this.coordination.run(this.settle, keys, args).catch(() => (this.wasAway = true));
  }

  private async askFor(asking: { id: string; resolve: (claim: Claim) => void }[]): Promise<void> {
    const keys = asking.map(({ id }) => this.key(id));
    const answer = await this.coordination
      .run(this.claim, keys, [this.member, claimMs])
      .catch(() => undefined);
    asking.forEach(({ id, resolve }, index) => {
      const claim = (Array.isArray(answer) ? claims[Number(answer[index])] : undefined) ?? this.away();
      if (claim === "ours") this.held.add(id);
      resolve(claim);
    });
  }

  private renew(): void {
    if (this.held.size === 0 || !this.coordination.isUsable) return;
    for (const id of this.held) if (!this.outcomes.has(id)) this.outcomes.set(id, -1);
    this.flushSoon();
  }

  /** Redis may not have got it, or may have lost it. */
  private async tellAgain(): Promise<void> {
    this.wasAway = false;
    this.forget();
    const now = this.now();
    const left = [...this.recent].map(([id, at]): [string, number] => [
      id,
      Math.max(1, Math.round(rememberedMs - (now - at))),
    ]);
    // One after the other, so that nothing else has to wait for all of them.
    for (const part of parts(left)) {
      await this.send(part);
      if (this.wasAway) return;
    }
  }

  private forget(): void {
    for (const [oldest, at] of this.recent) {
      if (this.recent.size <= maxRemembered && this.now() - at < rememberedMs) break;
      this.recent.delete(oldest);
    }
  }

  private key(id: string): string {
    const short = id.length <= maxIdLength ? id : createHash("sha256").update(id).digest("hex");
    return this.coordination.key(this.identity, "message", short);
  }
}

function parts<T>(whole: T[]): T[][] {
  const some: T[][] = [];
  for (let from = 0; from < whole.length; from += maxBatch) some.push(whole.slice(from, from + maxBatch));
  return some;
}
