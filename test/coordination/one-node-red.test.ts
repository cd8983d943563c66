import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { isConnected, stateOf, TestRedis } from "../support/redis";
import { BusyMember, maxInASecond } from "./busy-member";

const rate = 200;

describe("two account nodes of one Node-RED that are the same account", function () {
  this.timeout(30_000);
  // A busy machine may not give every process its turn in time.
  this.retries(2);

  it("share it as two Node-REDs do", async () => {
    const redis = await TestRedis.start();
    const first = new BusyMember(redis.port, rate, { concurrency: 4 });
    const second = new BusyMember(redis.port, rate, { concurrency: 4, other: first });
    try {
      await stateOf(first.coordination, isConnected);
      for (const member of [first, second]) member.feed(1.5 * rate);
      await pause(2000);
      const [one, other] = [first.starts.length, second.starts.length];
      assert.ok(Math.abs(one / (one + other) - 0.5) < 0.1, `${one} and ${other}`);
      const max = maxInASecond([...first.starts, ...second.starts]);
      assert.ok(max <= 1.05 * rate, `${max} in a second`);
      assert.ok(first.maxInFlight <= 4 && second.maxInFlight <= 4);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
      await redis.stop();
    }
  });
});
