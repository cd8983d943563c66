import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { rateMargins } from "../../lib/base/rate-margins";
import type { Coordination } from "../../lib/coordination/coordination";
import { SharedQuota } from "../../lib/coordination/shared-quota";
import { Governor, type Permit } from "../../lib/invocation/governor";

/** Of the arguments of the script. */
interface Request {
  wanted: number;
  occupied: number;
  answer(count?: number): Promise<void>;
  fail(): Promise<void>;
}

/** A Redis whose answers the test gives, and a queue that has its pace from it. */
class SlowRedis {
  readonly requests: Request[] = [];
  isUsable = true;
  readonly governor: Governor;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly clock: SinonFakeTimers,
    concurrency = 8,
  ) {
    const quota = { rate: 100, concurrency, queueLimit: 1000, queueTtl: 0 };
    const shared = new SharedQuota(this as unknown as Coordination, "account");
    this.governor = new Governor(quota, undefined, undefined, (demand) =>
      shared.pace({ ...quota, name: "calls", isConcurrencyShared: true }, demand),
    );
  }

  key(...parts: string[]): string {
    return parts.join(":");
  }

  account(): object {
    return { identity: "account", key: "members", known: 2, leave: () => undefined };
  }

  watch(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  run(_script: unknown, _keys: unknown, args: (string | number)[]): Promise<unknown> {
    const [, , , wanted, , occupied] = args.map(Number);
    return new Promise((resolve, reject) => {
      const settled = async (): Promise<void> => {
        await this.clock.tickAsync(0);
      };
      this.requests.push({
        wanted: wanted!,
        occupied: occupied!,
        answer: (count = Math.min(5, wanted!)) => {
          const now = performance.now();
          resolve([now, now, count, 10, 8, 1, 2].map(String));
          return settled();
        },
        fail: () => {
          this.become(false);
          reject(new Error("gone"));
          return settled();
        },
      });
    });
  }

  become(isUsable: boolean): void {
    this.isUsable = isUsable;
    for (const listener of this.listeners) listener();
  }

  /** The request that is not answered yet. */
  async next(): Promise<Request> {
    for (let n = 0; this.requests.length === 0; n++) {
      assert.ok(n < 1000, "nothing is asked");
      await this.clock.tickAsync(1);
    }
    return this.requests.shift()!;
  }
}

describe("the pace of a shared limit", () => {
  let clock: SinonFakeTimers;
  let redis: SlowRedis;
  let permits: Permit[];

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ["setImmediate", "setTimeout", "clearTimeout", "performance"] });
    redis = new SlowRedis(clock);
    permits = [];
  });

  afterEach(() => {
    redis.governor.close();
    clock.restore();
  });

  const call = (): void =>
    void redis.governor.enter().then(
      (permit) => permits.push(permit),
      () => undefined,
    );

  it("asks once for calls that come together, and lets them start at the pace that it got", async () => {
    for (let n = 0; n < 5; n++) call();
    const request = await redis.next();
    assert.ok(request.wanted >= 5);
    assert.equal(permits.length, 0);
    await request.answer();
    await clock.tickAsync(1);
    assert.ok(permits.length >= 1 && permits.length <= 2, `${permits.length} at once`);
    await clock.tickAsync(50);
    assert.equal(permits.length, 5);
  });

  it("a call needs no answer where its start is leased already", async () => {
    call();
    await (await redis.next()).answer(5);
    await clock.tickAsync(11);
    assert.ok(redis.governor.enterNow());
  });

  it("returns the lease after the last call, and asks again for one that comes in between", async () => {
    call();
    await (await redis.next()).answer();
    await clock.tickAsync(5);
    for (const permit of permits) permit.release();
    let request = await redis.next();
    while (request.wanted > 0 || request.occupied > 0) {
      await request.answer();
      request = await redis.next();
    }
    // It is being returned.
    call();
    await clock.tickAsync(50);
    await request.answer(0);
    request = await redis.next();
    assert.ok(request.wanted > 0);
    await request.answer();
    await clock.tickAsync(5);
    assert.equal(permits.length, 2);
    permits[1]!.release();
  });

  it("leaves no call without a start, whatever is answered when", async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("call" as const), count: fc.integer({ min: 1, max: 6 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("wait" as const), count: fc.integer({ min: 1, max: 120 }) }),
      },
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant("answer" as const), count: fc.integer({ min: 0, max: 5 }) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant("release" as const),
          count: fc.integer({ min: 1, max: 6 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constantFrom("fail" as const, "back" as const, "throttled" as const),
          count: fc.constant(0),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        redis.governor.close();
        redis = new SlowRedis(clock);
        permits = [];
        let calls = 0;
        let released = 0;
        const release = (): void => {
          for (; released < permits.length; released++) permits[released]!.release();
        };
        for (const { kind, count } of steps) {
          if (kind === "call") for (let n = 0; n < count; n++, calls++) call();
          else if (kind === "wait") await clock.tickAsync(count);
          else if (kind === "release") release();
          else if (kind === "back") redis.become(true);
          else if (kind === "throttled") redis.governor.slowDown(performance.now());
          else if (kind === "fail") await redis.requests.shift()?.fail();
          else await redis.requests.shift()?.answer(count);
        }
        redis.become(true);
        // From now on all goes well.
        for (let n = 0; n < 3000 && permits.length < calls; n++) {
          await clock.tickAsync(1);
          release();
          await redis.requests.shift()?.answer();
        }
        assert.equal(permits.length, calls);
      }),
      { numRuns: 200 },
    );
  });

  it("goes on with its share where Redis does not answer, and asks again when it is back", async () => {
    for (let n = 0; n < 20; n++) call();
    const request = await redis.next();
    await request.fail();
    await clock.tickAsync(101);
    // Half of 100 calls a second, and half of 8 calls in flight.
    assert.equal(permits.length, 4);
    for (const permit of permits) permit.release();
    await clock.tickAsync(101);
    assert.ok(permits.length >= 6 && permits.length <= 8, `${permits.length}`);
    redis.become(true);
    const again = await redis.next();
    assert.ok(again.wanted > 0 && again.occupied > 0);
    for (const permit of permits.slice(4)) permit.release();
  });

  it("lets a roll-out stay below the fixed share as it stays below the whole rate", async () => {
    redis.become(false);
    let started = 0;
    for (let n = 0; n < 700; n++) {
      void redis.governor.background.enter().then(
        (permit) => {
          started++;
          permit.release();
        },
        () => undefined,
      );
    }
    await clock.tickAsync(10_000);
    const expected = 500 * rateMargins.background;
    assert.ok(started >= expected - 10 && started <= expected + 2, `${started}`);
  });

  it("takes starts for calls that are repeated from what it gets next", async () => {
    call();
    await (await redis.next()).answer(1);
    await clock.tickAsync(1);
    assert.equal(permits.length, 1);
    const wait = redis.governor.reserveStart();
    assert.ok(wait > 0 && wait <= 20, `${wait}`);
    const request = await redis.next();
    assert.ok(request.wanted > 0);
    permits[0]!.release();
  });
});
