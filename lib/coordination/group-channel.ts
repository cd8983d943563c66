import { randomUUID } from "node:crypto";
import type { Failure } from "../base/failure";
import { isObject, type JsonObject, parseJson } from "../base/json";
import type { Coordination } from "./coordination";
import type { RedisClient } from "./redis-client";
import { readScript } from "./scripts";

const heartbeatMs = 1000;
/** A connection on which not even this member's own heartbeat is heard for this long is given up. */
const deafAfterMs = 4000;
const retryMs = { first: 50, max: 1000, refused: 10_000 };

interface ChannelEvents {
  /** Another member has said something, to all or to this one. */
  heard(from: string, message: JsonObject): void;
  /**
   * This member can hear the others again, or for the first time.
   * @param others how many will answer its greeting
   */
  joined(others: number): void;
  /** Redis is there, but this member may not hear the others. */
  refused(failure: Failure): void;
}

/**
 * Where the members of a group talk to each other: a channel for all, and one for each member. Messages are not stored, so a
 * member that needs an answer and gets none asks again.
 */
export class GroupChannel {
  /** The id of this member, a new one with each start. */
  readonly id = randomUUID();
  private readonly tell = readScript("tell");
  private readonly unwatch: () => void;
  private client: RedisClient | undefined;
  private isJoining = false;
  private wasAway = false;
  private isOpen = false;
  private isClosed = false;
  private heardAt = 0;
  private wait = retryMs.first;
  private retry: NodeJS.Timeout | undefined;
  private readonly beating: NodeJS.Timeout;

  constructor(
    private readonly coordination: Coordination,
    private readonly identity: string,
    private readonly events: ChannelEvents,
  ) {
    this.unwatch = coordination.watch(({ name }) => {
      if (name === "away") this.wasAway = true;
      else if (name === "connected") this.join();
    });
    this.beating = setInterval(() => this.beat(), heartbeatMs).unref();
    this.join();
  }

  /** Whether this member can hear the others and talk to them. */
  get isJoined(): boolean {
    return this.isOpen && this.coordination.isUsable;
  }

  /**
   * @param to a member; undefined: all
   * @returns how many listen, this one included where all are told
   * @throws {Failure} as a rejection, where Redis is not usable
   */
  async say(message: JsonObject, to?: string): Promise<number> {
    const text = JSON.stringify({ ...message, from: this.id });
    // A user who may not publish can share the quota all the same.
    return Number(await this.coordination.run(this.tell, [], [this.channel(to), text], true));
  }

  /** Says goodbye, so that others need not wait for this one. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.unwatch();
    clearInterval(this.beating);
    clearTimeout(this.retry);
    if (this.isJoined) await this.say({ bye: true }).catch(() => undefined);
    this.isOpen = false;
    this.client?.redis.disconnect();
    this.client = undefined;
  }

  private channel(to = "all"): string {
    return this.coordination.key(this.identity, "channel", to);
  }

  /** Never rejects. */
  private join(): void {
    if (this.isClosed || this.isJoining || !this.coordination.isUsable) return;
    if (this.client) {
      // Redis was slow, or took no writes.
      if (this.wasAway) this.greet(this.client);
      return;
    }
    this.isJoining = true;
    clearTimeout(this.retry);
    void this.connect()
      .catch((error: unknown) => this.failed(error))
      .finally(() => (this.isJoining = false));
  }

  private failed(error: unknown): void {
    const failure = this.coordination.failures.of(error);
    const isRefused = failure.code === "redis-permission";
    if (isRefused) this.events.refused(failure);
    this.joinLater(isRefused ? retryMs.refused : undefined);
  }

  private async connect(): Promise<void> {
    const client: RedisClient | undefined = await this.coordination.another(() => {
      if (client === undefined || this.client !== client) return;
      this.client = undefined;
      this.isOpen = false;
      this.joinLater();
    });
    if (!client) return;
    const { redis } = client;
    redis.on("message", (_channel: string, text: string) => this.hear(text));
    try {
      await redis.subscribe(this.channel(), this.channel(this.id));
      if (this.isClosed || redis.status !== "ready") throw new Error("Connection is closed.");
    } catch (error) {
      redis.disconnect();
      throw error;
    }
    this.client = client;
    this.isOpen = true;
    this.heardAt = performance.now();
    this.wait = retryMs.first;
    this.greet(client);
  }

  private greet(client: RedisClient): void {
    this.wasAway = false;
    this.say({ hello: true }).then(
      (listeners) => this.client === client && this.events.joined(listeners - 1),
      (error: unknown) => {
        // Where Redis is away, it is greeted when it is back.
        if (this.client !== client || this.coordination.failures.of(error).code !== "redis-permission")
          return;
        this.client = undefined;
        this.isOpen = false;
        client.redis.disconnect();
        this.failed(error);
      },
    );
  }

  private joinLater(wait?: number): void {
    if (this.isClosed) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.join(), wait ?? this.wait).unref();
    this.wait = Math.min(this.wait * 2, retryMs.max);
  }

  private beat(): void {
    if (!this.isJoined) return;
    if (performance.now() - this.heardAt > deafAfterMs) this.client?.redis.disconnect();
    else this.sayQuietly({});
  }

  private sayQuietly(message: JsonObject): void {
    this.say(message).catch(() => undefined);
  }

  private hear(text: string): void {
    this.heardAt = performance.now();
    let message: unknown;
    try {
      message = parseJson(text);
    } catch {
      // It comes from another program.
      return;
    }
    if (!isObject(message) || typeof message["from"] !== "string" || message["from"] === this.id) return;
    if (message["hello"] === true) this.sayQuietly({});
    this.events.heard(message["from"], message);
  }
}
