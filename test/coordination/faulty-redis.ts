import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import { RedisRelay, TestRedis } from "../support/redis";

/** A Redis behind a relay, to which something can happen. */
export class FaultyRedis {
  private constructor(
    readonly redis: TestRedis,
    readonly relay: RedisRelay,
    private readonly target: { current: TestRedis },
    private readonly servers: TestRedis[],
  ) {}

  static async start(): Promise<FaultyRedis> {
    const redis = await TestRedis.start();
    const target = { current: redis };
    const relay = await RedisRelay.start(() => target.current.port);
    return new FaultyRedis(redis, relay, target, [redis]);
  }

  /** Where members connect to. */
  get port(): number {
    return this.relay.port;
  }

  /** A client of the test, of the Redis that members use now. */
  reader(): Promise<Redis> {
    return this.target.current.client();
  }

  /** A replica, which takes no writes. */
  async addReplica(): Promise<TestRedis> {
    const replica = await TestRedis.start();
    this.servers.push(replica);
    await replica.command("REPLICAOF", "127.0.0.1", this.redis.port);
    return replica;
  }

  /** New connections lead there. */
  leadTo(server: TestRedis): void {
    this.target.current = server;
  }

  async stop(): Promise<void> {
    await this.relay.stop();
    await Promise.all(this.servers.map((server) => server.stop()));
  }
}

export interface Fault {
  /** What happens to it: "it is full". */
  name: string;
  /** @returns what ends the fault */
  begin(faulty: FaultyRedis): Promise<() => Promise<unknown>>;
  /** Whether members notice: Redis counts as away until the fault is over. */
  isNoticed: boolean;
}

/** What can happen to a Redis; each of it must leave quota, replies and copies in order. */
export const faults: readonly Fault[] = [
  {
    name: "it is full",
    isNoticed: true,
    begin: async ({ redis }) => {
      await redis.command("CONFIG", "SET", "maxmemory", 1);
      return () => redis.command("CONFIG", "SET", "maxmemory", 0);
    },
  },
  {
    name: "it is read-only",
    isNoticed: true,
    begin: async ({ redis }) => {
      await redis.command("REPLICAOF", "127.0.0.1", 1);
      return () => redis.command("REPLICAOF", "NO", "ONE");
    },
  },
  {
    name: "its answers take two seconds",
    isNoticed: true,
    begin: async ({ relay }) => {
      relay.delayMs = 2000;
      return async () => (relay.delayMs = 0);
    },
  },
  {
    name: "it is killed and started again, empty",
    isNoticed: true,
    begin: async ({ redis }) => {
      await redis.kill();
      return () => redis.startAgain();
    },
  },
  {
    name: "it fails over: a replica is there first, and then takes writes",
    isNoticed: true,
    begin: async (faulty) => {
      const replica = await faulty.addReplica();
      faulty.leadTo(replica);
      await faulty.redis.kill();
      return () => replica.command("REPLICAOF", "NO", "ONE");
    },
  },
  {
    name: "it is flushed again and again",
    isNoticed: false,
    begin: async ({ redis }) => {
      await redis.command("FLUSHALL");
      await pause(300);
      await redis.command("FLUSHALL");
      return () => redis.command("FLUSHALL");
    },
  },
];
