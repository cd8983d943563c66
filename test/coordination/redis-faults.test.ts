import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { CoordinationState } from "../../lib/coordination/coordination-state";
import { isConnected, stateOf, TestRedis } from "../support/redis";
import { BusyMember, maxInASecond } from "./busy-member";
import { copiesDuring, repliesDuring } from "./faults-of-messages";
import { type Fault, faults, FaultyRedis } from "./faulty-redis";

const rate = 200;
/** Long enough for calls of all members, however late the machine is. */
const phaseMs = 800;

const isAway = ({ name }: CoordinationState): boolean => name === "away";

/** Calls go on at a fixed share while it lasts, and are shared again afterwards. */
async function callsDuring(fault: Fault): Promise<void> {
  const faulty = await FaultyRedis.start();
  const members = [new BusyMember(faulty.port, rate), new BusyMember(faulty.port, rate)];
  const all = (condition: (state: CoordinationState) => boolean): Promise<unknown> =>
    Promise.all(members.map(({ coordination }) => stateOf(coordination, condition)));
  const startedIn = async (milliseconds: number): Promise<number[]> => {
    const before = members.map(({ starts }) => starts.length);
    await pause(milliseconds);
    return members.map(({ starts }, index) => starts.length - before[index]!);
  };
  try {
    await all(isConnected);
    for (const member of members) member.feed(1.5 * rate);
    await pause(phaseMs);
    const end = await fault.begin(faulty);
    if (fault.isNoticed) await all(isAway);
    const alone = await startedIn(phaseMs);
    for (const started of alone)
      assert.ok(started >= 0.5 * (rate / 2) * (phaseMs / 1000), `${alone.join(" and ")} began`);
    await end();
    await all(isConnected);
    const shared = await startedIn(phaseMs);
    for (const started of shared) assert.ok(started > 0, `${shared.join(" and ")} began`);
    const max = maxInASecond(members.flatMap(({ starts }) => starts));
    assert.ok(max <= 1.1 * rate, `${max} began in a second`);
    const expected = fault.isNoticed ? ["connected", "away", "connected"] : ["connected"];
    for (const { states } of members) assert.deepEqual(states, expected);
  } finally {
    await Promise.all(members.map((member) => member.stop()));
    await faulty.stop();
  }
  for (const { fed, ended } of members) assert.equal(ended, fed, "a call without an end");
}

/** What has to be in order, whatever happens. */
const promises = {
  "calls go on, each with its share": callsDuring,
  "each call gets its own reply, once": repliesDuring,
  "each message is processed, and its copies are dropped": copiesDuring,
};

describe("something happens to the Redis of two Node-REDs", function () {
  this.timeout(60_000);
  // Several processes need their turn every few milliseconds, which a busy machine may not give them.
  this.retries(2);

  for (const fault of faults)
    describe(fault.name, () => {
      const running = new Map<string, Promise<void>>();

      // They mostly wait, so all three do so at the same time.
      before(() => {
        for (const [promise, keep] of Object.entries(promises)) {
          const run = keep(fault);
          run.catch(() => undefined);
          running.set(promise, run);
        }
      });

      for (const [promise, keep] of Object.entries(promises))
        it(promise, async () => {
          const run = running.get(promise) ?? keep(fault);
          running.delete(promise);
          await run;
        });
    });
});

describe("two Node-REDs share an account, and something happens to their Redis", function () {
  this.timeout(60_000);
  // Several processes need their turn every few milliseconds, which a busy machine may not give them.
  this.retries(2);
  let members: BusyMember[];
  let redis: TestRedis;

  beforeEach(async () => {
    redis = await TestRedis.start();
    members = [new BusyMember(redis.port, rate), new BusyMember(redis.port, rate)];
    await all(isConnected);
  });

  afterEach(async () => {
    await Promise.all(members.map((member) => member.stop()));
    await redis.stop();
  });

  async function all(condition: (state: CoordinationState) => boolean): Promise<void> {
    await Promise.all(members.map(({ coordination }) => stateOf(coordination, condition)));
  }

  async function startedIn(milliseconds: number): Promise<number[]> {
    const before = members.map(({ starts }) => starts.length);
    await pause(milliseconds);
    return members.map(({ starts }, index) => starts.length - before[index]!);
  }

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
