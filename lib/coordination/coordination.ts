import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { Failure } from "../base/failure";
import { timedOut, withTimeout } from "../base/with-timeout";
import { AccountMembers } from "./account-members";
import type { CoordinationSettings, CoordinationState } from "./coordination-state";
import { ReconnectDelay } from "./reconnect-delay";
import { connectRedis, hostOf, type RedisClient } from "./redis-client";
import { asksForReconnection, isAnswer, RedisFailures } from "./redis-failure";
import { RefusedCall } from "./refused-call";
import { answerInTime, runScript, slowAfterMs } from "./run-script";
import { readScript, type Script } from "./scripts";

/** A connection without an answer for this long is given up. */
const deadAfterMs = 5000;
const heartbeatMs = 1000;

/**
 * A supervised connection to a Redis, and this Node-RED as one of its members. Redis counts as usable while it takes
 * writes within 300 ms, which a heartbeat checks every second. Whoever shares something over it asks `isUsable`, and
 * goes on alone where that is false.
 */
export class Coordination {
  /** This Node-RED, until it stops: after a restart it is another one. */
  readonly id = randomUUID();
  private current: CoordinationState = { name: "connecting" };
  private client: RedisClient | undefined;
  private readonly listeners = new Set<(state: CoordinationState) => void>();
  private readonly accounts = new Map<string, AccountMembers>();
  private readonly presence = readScript("presence");
  private timer: NodeJS.Timeout | undefined;
  private readonly delay = new ReconnectDelay();
  private wasAway = false;
  private beating: Promise<void> | undefined;
  private readonly refused = new RefusedCall();

  private readonly settings: CoordinationSettings | undefined;
  readonly failures: RedisFailures;

  /** @param settings a failure where they are wrong: then it is never usable */
  constructor(settings: CoordinationSettings | Failure) {
    this.settings = settings instanceof Failure ? undefined : settings;
    this.failures = new RedisFailures(this.host, [this.settings?.password ?? ""]);
    if (settings instanceof Failure) this.current = { name: "away", failure: settings };
    else void this.connect(settings);
  }

  get state(): CoordinationState {
    return this.current;
  }

  get isUsable(): boolean {
    return this.current.name === "connected";
  }

  /** The host as it is shown. */
  get host(): string {
    return this.settings ? hostOf(this.settings.address) : "";
  }

  /**
   * Calls back whenever the state changes.
   * @returns a function that ends this
   */
  watch(listener: (state: CoordinationState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * The name of a key.
   * @param identity of what it belongs to, such as an account or a consumer group
   */
  key(identity: string, ...parts: string[]): string {
    return [this.settings?.prefix ?? "", `{${identity}}`, ...parts].join(":");
  }

  /** The same text for all Node-REDs that share what belongs to an identity, whichever coordination node they use. */
  scopeOf(identity: string): string {
    return [this.host, this.settings?.address.db, this.key(identity)].join(" ");
  }

  /** The Node-REDs that use an account, this one from now on; `leave` is to be called when it no longer does. */
  account(identity: string): AccountMembers {
    let account = this.accounts.get(identity);
    if (!account) {
      account = new AccountMembers(identity, this.key(identity, "members"), () => {
        this.accounts.delete(identity);
        void this.sayGoodbye([account!.key]);
      });
      this.accounts.set(identity, account);
      // A heartbeat that is under way does not count this account yet, so another one follows.
      if (this.isUsable) void Promise.resolve(this.beating).then(() => this.beat());
    }
    account.uses++;
    return account;
  }

  /**
   * Runs a script. A late or failed answer makes Redis count as away, until it takes the same again.
   * @param mayBeForbidden whether Redis stays usable where its user may not do this
   * @throws {Failure} as a rejection, where Redis is not usable
   */
  async run(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
    mayBeForbidden = false,
  ): Promise<unknown> {
    const { client } = this;
    if (this.current.name === "away") throw this.current.failure;
    if (!client || !this.isUsable) throw this.failures.unreachable();
    try {
      const answer = await answerInTime(runScript(client.redis, script, keys, args));
      if (answer === timedOut) throw this.failures.slow(slowAfterMs);
      return answer;
    } catch (error) {
      const failure = this.failures.of(error);
      if (mayBeForbidden && failure.code === "redis-permission") throw failure;
      if (isAnswer(error)) this.refused.note(script, keys, args);
      this.isInTrouble(client, failure);
      throw failure;
    }
  }

  /** Says goodbye, so that others need not wait until this Node-RED counts as dead. */
  async close(): Promise<void> {
    if (this.current.name === "closed") return;
    const { client } = this;
    clearTimeout(this.timer);
    if (this.isUsable) await withTimeout(this.sayGoodbye(this.keys), slowAfterMs);
    this.change({ name: "closed" });
    this.client = undefined;
    client?.redis.disconnect();
  }

  /** A further connection with the same settings, such as one that only listens; undefined while Redis is away. */
  async another(onClose: () => void): Promise<RedisClient | undefined> {
    return this.settings && this.isUsable ? connectRedis(this.settings, onClose) : undefined;
  }

  private async connect(settings: CoordinationSettings): Promise<void> {
    try {
      const client: RedisClient = await connectRedis(settings, () => this.isGone(client, settings));
      if (this.current.name === "closed") return client.redis.disconnect();
      this.client = client;
      await this.beat();
    } catch (error) {
      this.isAway(this.failures.of(error));
      this.reconnectLater(settings);
    }
  }

  /** Sends a heartbeat. Never rejects. One at a time: behind a slow one, others would queue. */
  private beat(): Promise<void> {
    return (this.beating ??= this.beatNow().finally(() => (this.beating = undefined)));
  }

  private async beatNow(): Promise<void> {
    clearTimeout(this.timer);
    const { client } = this;
    if (!client) return;
    const accounts = [...this.accounts.values()];
    const args = [this.id, this.wasAway ? 1 : 0, ...accounts.map(({ known }) => known), "stay"];
    const begun = performance.now();
    try {
      const answering = runScript(client.redis, this.presence, this.keys, args);
      let answer = await answerInTime(answering);
      if (answer === timedOut) {
        this.isAway(this.failures.slow(slowAfterMs));
        answer = await withTimeout(answering, deadAfterMs);
        if (answer === timedOut) throw this.failures.slow(slowAfterMs);
      } else if (Array.isArray(answer)) {
        if ((await this.refused.again(client.redis)) === timedOut) throw this.failures.slow(slowAfterMs);
        if (this.client === client) this.isThere(client, accounts, answer);
      }
    } catch (error) {
      if (this.client !== client) return;
      this.isInTrouble(client, this.failures.of(error));
      if (performance.now() - begun >= deadAfterMs) client.redis.disconnect();
    }
    if (this.client !== client) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.beat(), heartbeatMs).unref();
  }

  private isThere({ server }: RedisClient, accounts: AccountMembers[], answer: unknown[]): void {
    const [members = 1, ...counts] = answer.map(Number);
    accounts.forEach((account, index) => account.count(counts[index] ?? 1));
    this.wasAway = false;
    this.delay.reset();
    const data = counts[accounts.length];
    const state = { name: "connected" as const, server, members, ...(data !== undefined && { data }) };
    if (!isDeepStrictEqual(this.current, state)) this.change(state);
  }

  private async sayGoodbye(keys: readonly string[]): Promise<void> {
    if (!this.client || !this.isUsable) return;
    const args = [this.id, 0, "leave"];
    await runScript(this.client.redis, this.presence, keys, args).catch(() => undefined);
  }

  /** Of all Node-REDs, and of the accounts that this one uses. */
  private get keys(): string[] {
    return [this.key("all", "members"), ...Array.from(this.accounts.values(), ({ key }) => key)];
  }

  private isInTrouble(client: RedisClient, failure: Failure): void {
    if (this.client !== client) return;
    this.isAway(failure);
    if (asksForReconnection(failure)) client.redis.disconnect();
  }

  private isAway(failure: Failure): void {
    this.wasAway = true;
    const { current } = this;
    if (current.name === "closed" || (current.name === "away" && current.failure.code === failure.code))
      return;
    this.change({ name: "away", failure });
  }

  /** The connection has ended. */
  private isGone(client: RedisClient, settings: CoordinationSettings): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.beating = undefined;
    // What ended it may be known already.
    if (this.current.name !== "away") this.isAway(this.failures.unreachable());
    this.reconnectLater(settings);
  }

  private reconnectLater(settings: CoordinationSettings): void {
    const { current } = this;
    if (current.name === "closed") return;
    clearTimeout(this.timer);
    const wait = this.delay.next(current.name === "away" ? current.failure : undefined);
    this.timer = setTimeout(() => void this.connect(settings), wait).unref();
  }

  private change(state: CoordinationState): void {
    this.current = state;
    for (const listener of this.listeners) listener(state);
  }
}
