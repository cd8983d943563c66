import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { CoordinationState } from "../../lib/coordination/coordination";
import { isConnected, RedisRelay, stateOf, TestRedis } from "../support/redis";
import { BusyMember, maxInASecond } from "./busy-member";

const rate = 200;
/** Long enough for calls of all members, however late the machine is. */
const phaseMs = 1200;

const isAway = ({ name }: CoordinationState): boolean => name === "away";

describe("two Node-REDs share an account, and something happens to their Redis", function () {
  this.timeout(60_000);
  // Several processes need their turn every few milliseconds, which a busy machine may not give them.
  this.retries(2);
  let servers: TestRedis[];
  let members: BusyMember[];
  let relay: RedisRelay;
  let redis: TestRedis;
  /** Where connections lead. */
  let target: TestRedis;

  beforeEach(async () => {
    redis = target = await TestRedis.start();
    servers = [redis];
    relay = await RedisRelay.start(() => target.port);
    members = [new BusyMember(relay.port, rate), new BusyMember(relay.port, rate)];
    await all(isConnected);
  });

  afterEach(async () => {
    await Promise.all(members.map((member) => member.stop()));
    await relay.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function all(condition: (state: CoordinationState) => boolean): Promise<void> {
    await Promise.all(members.map(({ coordination }) => stateOf(coordination, condition)));
  }

  async function startedIn(milliseconds: number): Promise<number[]> {
    const before = members.map(({ starts }) => starts.length);
    await pause(milliseconds);
    return members.map(({ starts }, index) => starts.length - before[index]!);
  }

  /** Calls go on at a fixed share while it lasts, and are shared again afterwards. */
  async function goesOn(begin: () => Promise<unknown>, end: () => Promise<unknown>): Promise<void> {
    for (const member of members) member.feed(1.5 * rate);
    await pause(phaseMs);
    await begin();
    await all(isAway);
    const alone = await startedIn(phaseMs);
    for (const started of alone)
      assert.ok(started >= 0.5 * (rate / 2) * (phaseMs / 1000), `${alone.join(" and ")} began`);
    await end();
    await all(isConnected);
    const shared = await startedIn(phaseMs);
    for (const started of shared) assert.ok(started > 0, `${shared.join(" and ")} began`);
    const max = maxInASecond(members.flatMap(({ starts }) => starts));
    assert.ok(max <= 1.1 * rate, `${max} began in a second`);
    for (const { states } of members) assert.deepEqual(states, ["connected", "away", "connected"]);
  }

  it("it is full", () =>
    goesOn(
      () => redis.command("CONFIG", "SET", "maxmemory", 1),
      () => redis.command("CONFIG", "SET", "maxmemory", 0),
    ));

  it("it is read-only", () =>
    goesOn(
      () => redis.command("REPLICAOF", "127.0.0.1", 1),
      () => redis.command("REPLICAOF", "NO", "ONE"),
    ));

  it("its answers take two seconds", () =>
    goesOn(
      async () => (relay.delayMs = 2000),
      async () => (relay.delayMs = 0),
    ));

  it("it is killed and started again, empty", () =>
    goesOn(
      () => redis.kill(),
      () => redis.startAgain(),
    ));

  it("it fails over: a replica is there first, and then takes writes", async () => {
    const replica = await TestRedis.start();
    servers.push(replica);
    await replica.command("REPLICAOF", "127.0.0.1", redis.port);
    await goesOn(
      async () => {
        target = replica;
        await redis.kill();
      },
      () => replica.command("REPLICAOF", "NO", "ONE"),
    );
  });

  it("it is flushed again and again: nobody notices, and the rate holds", async () => {
    for (const member of members) member.feed(1.5 * rate);
    await pause(phaseMs);
    for (let n = 0; n < 3; n++) {
      await redis.command("FLUSHALL");
      await pause(phaseMs / 3);
    }
    const started = await startedIn(phaseMs);
    for (const count of started) assert.ok(count > 0, `${started.join(" and ")} began`);
    const max = maxInASecond(members.flatMap(({ starts }) => starts));
    assert.ok(max <= 1.1 * rate, `${max} began in a second`);
    for (const { states } of members) assert.deepEqual(states, ["connected"]);
  });

  it("its scripts are forgotten: they are sent again", async () => {
    for (const member of members) member.feed(rate);
    await pause(200);
    await redis.command("SCRIPT", "FLUSH");
    const started = await startedIn(500);
    for (const count of started) assert.ok(count > 0);
    for (const { states } of members) assert.deepEqual(states, ["connected"]);
  });

  it("one loses its connection for a moment: it comes back, and the others do not notice", async () => {
    for (const member of members) member.feed(1.5 * rate);
    await pause(500);
    const [one, other] = members as [BusyMember, BusyMember];
    const list = String(await redis.command("CLIENT", "LIST", "TYPE", "normal"));
    const [first] = Array.from(list.matchAll(/^id=(\d+) .*cmd=evalsha/gm), ([, id]) => id!);
    await redis.command("CLIENT", "KILL", "ID", first!);
    await Promise.any(members.map(({ coordination }) => stateOf(coordination, isAway)));
    await all(isConnected);
    const states = [one.states.length, other.states.length];
    assert.deepEqual([Math.min(...states), Math.max(...states)], [1, 3]);
    const started = await startedIn(500);
    for (const count of started) assert.ok(count > 0);
  });

  it("no call is without an end when Node-RED stops in the middle of it", async () => {
    for (const member of members) member.feed(3 * rate);
    await redis.kill();
    await pause(300);
    await Promise.all(members.map((member) => member.stop()));
    for (const { fed, ended, states } of members) {
      assert.equal(ended, fed);
      assert.equal(states.at(-1), "closed");
    }
  });
});
