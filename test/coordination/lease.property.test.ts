import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Redis } from "ioredis";
import { TestRedis } from "../support/redis";
import { type Got, LeaseTable, windowMs } from "./lease-table";

/** What a member has bought, as moments. */
const startsOf = ({ start, count, interval }: Got): number[] =>
  Array.from({ length: count }, (_none, n) => start + n * interval);

function maxWithin(times: number[], milliseconds: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let max = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= milliseconds) first++;
    max = Math.max(max, last - first + 1);
  }
  return max;
}

describe("leases of a shared quota", function () {
  this.timeout(60_000);
  let server: TestRedis;
  let redis: Redis;
  let table: LeaseTable;

  before(async () => {
    server = await TestRedis.start();
    redis = await server.client();
  });

  beforeEach(async () => {
    table = new LeaseTable(redis);
    await table.flush();
    await table.another();
  });

  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  /** Members that ask again as soon as what they have is used up, for some seconds. */
  async function run(
    members: { wanted: number; lateMs: number }[],
    rate: number,
    seconds: number,
    concurrency = 0,
  ): Promise<number[][]> {
    const bought = members.map((): number[] => []);
    const due = members.map((_member, index) => table.now + index);
    const buying = [...due];
    const end = table.now + seconds * 1000;
    const beats = new Map<number, number>();
    for (;;) {
      const next = due.indexOf(Math.min(...due));
      if (due[next]! >= end) return bought;
      table.now = due[next]!;
      const { wanted, lateMs } = members[next]!;
      const member = `m${next}`;
      if (table.now >= (beats.get(next) ?? 0)) {
        beats.set(next, table.now + 1000);
        await table.beat(member);
      }
      const hasEnough = table.now < buying[next]!;
      const got = await table.ask({ member, rate, concurrency, wanted, waiting: wanted, hasEnough });
      if (!hasEnough) {
        bought[next]!.push(...startsOf(got));
        const until = got.count > 0 ? got.start + got.count * got.interval - 20 : table.now + 20;
        buying[next] = Math.max(table.now + 2, until + lateMs);
      }
      // It shows that it is still there, as the runtime does.
      due[next] = Math.min(buying[next]!, table.now + 100);
    }
  }

  it("never add up to more than the rate, whoever asks for how much and when", async () => {
    const member = fc.record({ wanted: fc.integer({ min: 1, max: 100 }), lateMs: fc.nat({ max: 60 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0.5, 3, 10, 50, 333, 500, 1000),
        async (members, rate) => {
          await table.another();
          const bought = (await run(members, rate, rate < 10 ? 10 : 2)).flat();
          const max = maxWithin(bought, 1000);
          assert.ok(max <= Math.ceil(rate), `${max} in a second, ${rate} allowed`);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("are equal where all want more than there is, and use it up", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.constantFrom(20, 333, 500), async (count, rate) => {
        await table.another();
        const members = Array.from({ length: count }, () => ({ wanted: 1000, lateMs: 0 }));
        const bought = await run(members, rate, 6);
        const total = bought.flat().length;
        assert.ok(total >= 0.93 * rate * 6, `${total} of ${rate * 6}`);
        for (const { length } of bought)
          assert.ok(
            Math.abs(length / total - 1 / count) <= 0.03,
            `${length} of ${total} for one of ${count}`,
          );
      }),
      { numRuns: 8 },
    );
  });

  it("give what one does not want to the others", async () => {
    const [much = [], little = []] = await run(
      [
        { wanted: 1000, lateMs: 0 },
        { wanted: 2, lateMs: 40 },
      ],
      500,
      4,
    );
    assert.ok(little.length > 0);
    assert.ok(much.length + little.length >= 0.93 * 2000, `${much.length} and ${little.length}`);
    assert.ok(little.length < 300, `${little.length}`);
  });

  it("are those of the others soon after a member has died, and its permits with them", async () => {
    const asks = { rate: 500, concurrency: 8, wanted: 100, waiting: 100 };
    for (const member of ["a", "b"]) await table.beat(member);
    assert.equal((await table.ask({ member: "a", ...asks })).permits, 8);
    await table.ask({ member: "b", ...asks });
    assert.equal((await table.ask({ member: "a", ...asks, occupied: 4 })).permits, 4);
    assert.equal((await table.ask({ member: "b", ...asks })).permits, 4);
    // From now on nothing is heard of b.
    table.now += 2100;
    await table.beat("a");
    const alone = await table.ask({ member: "a", ...asks, occupied: 4 });
    assert.deepEqual([alone.permits, alone.count, alone.members], [8, 24, 1]);
  });

  it("never allow more calls in flight than the account, and each member gets some", async () => {
    const action = fc.record({
      member: fc.integer({ min: 0, max: 3 }),
      wanted: fc.integer({ min: 0, max: 20 }),
      ends: fc.integer({ min: 0, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 16 }),
        fc.array(action, { minLength: 10, maxLength: 80 }),
        async (concurrency, actions) => {
          await table.another();
          const occupied = [0, 0, 0, 0];
          for (const { member, wanted, ends } of actions) {
            table.now += 20;
            occupied[member] = Math.max(0, occupied[member]! - ends);
            const got = await table.ask({
              member: `m${member}`,
              rate: 500,
              concurrency,
              wanted,
              waiting: wanted,
              occupied: occupied[member],
            });
            // It uses all that it may.
            if (wanted > 0) occupied[member] = Math.max(occupied[member], got.permits);
            // All others ask at least that often.
            for (const other of [0, 1, 2, 3].filter((one) => one !== member))
              if (occupied[other]! > 0)
                await table.ask({
                  member: `m${other}`,
                  rate: 500,
                  concurrency,
                  wanted: 0,
                  occupied: occupied[other]!,
                });
            const sum = occupied.reduce((a, b) => a + b);
            assert.ok(sum <= concurrency, `${occupied.join(" + ")} of ${concurrency}`);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("take turns where there are fewer permits than members", async () => {
    const turns = new Map<string, number>();
    const members = ["a", "b", "c"];
    for (let round = 0; round < 60; round++) {
      for (const member of members) {
        table.now += 7;
        const { permits } = await table.ask({ member, rate: 500, concurrency: 1, wanted: 5, waiting: 5 });
        if (permits > 0) turns.set(member, (turns.get(member) ?? 0) + 1);
      }
    }
    assert.deepEqual([...turns.keys()].toSorted(), members);
    for (const [member, count] of turns) assert.ok(count >= 10, `${member} had ${count} turns`);
  });

  it("halve their pace for all when one call was throttled, once for those of the same pace, and recover", async () => {
    const asks = { rate: 500, wanted: 100, waiting: 100 };
    for (const member of ["a", "b"]) await table.beat(member);
    await table.ask({ member: "a", ...asks });
    const begun = table.now;
    table.now += 10;
    assert.equal((await table.ask({ member: "a", ...asks, throttledAt: begun })).share, 0.5);
    assert.equal((await table.ask({ member: "b", ...asks, throttledAt: begun })).share, 0.5);
    table.now += 10;
    assert.equal((await table.ask({ member: "b", ...asks, throttledAt: table.now - 5 })).share, 0.25);
    assert.equal((await table.ask({ member: "a", ...asks, accepted: 10 })).share, 0.45);
    assert.equal((await table.ask({ member: "b", ...asks, accepted: 100 })).share, 1);
  });

  it("are the lowest rate where members know different ones", async () => {
    await table.ask({ member: "low", rate: 100, wanted: 1000 });
    const [bought = []] = await run([{ wanted: 1000, lateMs: 0 }], 500, 1);
    // As long as it counts, the other one has its half.
    assert.ok(bought.length <= 101, `${bought.length}`);
  });

  it("go on where the clock of Redis is put back or forward, as after a failover", async () => {
    for (const jump of [-3_600_000, 3_600_000]) {
      await table.another();
      await run([{ wanted: 1000, lateMs: 0 }], 500, 1);
      table.now += jump;
      const since = table.now;
      const [bought = []] = await run([{ wanted: 1000, lateMs: 0 }], 500, 2);
      assert.ok(maxWithin(bought, 1000) <= 502);
      // Where members may have been away, each has its part only, for a while.
      assert.ok(bought.filter((at) => at < since + 2000).length >= 900, `${bought.length} after ${jump}`);
    }
  });

  it("begin late and with a fixed part in a Redis that has lost its data", async () => {
    await table.flush();
    await table.beat("a", { known: 4 });
    const first = await table.ask({ member: "a", rate: 500, concurrency: 64, wanted: 100, waiting: 100 });
    // Until older leases have lapsed.
    assert.ok(first.start >= table.now + 100, `${first.start - table.now}`);
    assert.equal(first.count, Math.floor((500 / 4) * (windowMs / 1000)));
    assert.equal(first.permits, 16);
    for (const member of ["b", "c", "d"]) await table.beat(member, { known: 4, isBack: true });
    table.now += 3100;
    for (const member of ["a", "b", "c", "d"]) await table.beat(member, { known: 4 });
    const later = await table.ask({ member: "a", rate: 500, concurrency: 64, wanted: 100, waiting: 100 });
    assert.deepEqual([later.count, later.permits, later.members], [24, 64, 4]);
  });

  it("are sold whatever another program has written into the hashes, and are sane", async () => {
    const some = fc.oneof(
      fc.string(),
      fc.constantFrom("", "nan", "inf", "-inf", "1e999", "-1", "0", "null", "{}", "[]", "[1,2]"),
      fc.constantFrom("1800000000000", "9e14", "[1800000000000,5,5,1,1,0,0,0,0]"),
      fc
        .array(fc.oneof(fc.double(), fc.string(), fc.constant(null)), { maxLength: 10 })
        .map((row) => JSON.stringify(row)),
    );
    const fields = fc.dictionary(
      fc.constantFrom("since", "fresh", "known", "count", "counted", "next", "share", "slowed", "m:a", "m:x"),
      some,
    );
    await fc.assert(
      fc.asyncProperty(fields, fields, async (quota, members) => {
        await table.another();
        await table.write(quota, members);
        await table.beat("a");
        // What lies ahead of this Redis's clock is forgotten, and a pace that was lowered is won back.
        table.now += 3500;
        await table.beat("a");
        const ask = { member: "a", rate: 500, concurrency: 64, wanted: 100, waiting: 100, accepted: 100 };
        const got = await table.ask(ask);
        for (const value of Object.values(got)) assert.ok(Number.isFinite(value), JSON.stringify(got));
        assert.ok(got.count > 0 && got.start < table.now + 1000 && got.permits > 0, JSON.stringify(got));
        assert.ok(
          got.share > 0 && got.share <= 1 && got.members >= 1 && got.members <= 3,
          JSON.stringify(got),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("of hundreds of members cost Redis no more requests than those of some", async () => {
    const members = Array.from({ length: 300 }, (_none, n) => ({ wanted: 10, lateMs: 0, n }));
    for (const { n } of members) await table.beat(`m${n}`);
    const asks = ({ n }: { n: number }): Promise<Got> =>
      table.ask({ member: `m${n}`, rate: 500, concurrency: 64, wanted: 10, waiting: 10 });
    for (const member of members) await asks(member);
    // Each asks again as soon as it may, which is not before the others had their turn.
    const { spacing } = await asks(members[0]!);
    assert.ok((members.length * 1000) / spacing <= 400, `each asks every ${spacing} ms`);
    // Nobody counts as dead meanwhile.
    table.now += spacing;
    assert.equal((await table.ask({ member: "m0", rate: 500, wanted: 1 })).members, 300);
    await table.another();
    await table.ask({ member: "a", rate: 500, wanted: 1 });
    assert.ok((await table.ask({ member: "b", rate: 500, wanted: 1 })).spacing < 20);
  });

  it("that are returned can be had by others at once", async () => {
    await table.ask({ member: "a", rate: 0.1, wanted: 1 });
    await table.ask({ member: "a", rate: 0.1, wanted: 1 });
    await table.ask({ member: "a", rate: 0.1, wanted: 0, returned: 1 });
    const { start } = await table.ask({ member: "b", rate: 0.1, wanted: 1 });
    assert.equal(start, table.now + 10_300);
  });
});
