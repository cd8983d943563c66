import assert from "node:assert/strict";
import { useFakeTimers } from "sinon";
import { ClockProbe } from "../../nodes/wait-until/clock-probe";

describe("the platform's time, which waits want to know", () => {
  it("is asked for once by all of them, and again where there was no answer", async () => {
    let now = 0;
    let asked = 0;
    const clock = { isKnown: false };
    let checkClock = async (): Promise<void> => {
      asked++;
    };
    const account = { client: { clock }, subscriptionAccess: async () => ({ checkClock }) };
    const probe = new ClockProbe(() => now);
    await Promise.all([probe.run(account), probe.run(account)]);
    now = 9_999;
    await probe.run(account);
    assert.equal(asked, 1);
    now = 10_000;
    checkClock = async () => {
      asked++;
      throw new Error("no account");
    };
    await Promise.all([probe.run(account), probe.run(account)]);
    assert.equal(asked, 2);
    now = 20_000;
    checkClock = async () => {
      asked++;
      clock.isKnown = true;
    };
    await probe.run(account);
    now = 100_000;
    await probe.run(account);
    assert.equal(asked, 3);
  });

  it("is asked for again after a pause, once for all, until there is an answer or the node closes", async () => {
    const timers = useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      let asked = 0;
      const clock = { isKnown: false };
      const checkClock = async (): Promise<void> => {
        if (++asked === 3) clock.isKnown = true;
      };
      const account = { client: { clock }, subscriptionAccess: async () => ({ checkClock }) };
      const probe = new ClockProbe();
      await probe.run(account);
      for (const count of [2, 3]) {
        const again = [probe.again(account), probe.again(account)];
        await timers.tickAsync(9_800);
        assert.equal(asked, count - 1);
        await timers.tickAsync(250);
        await Promise.all(again);
        assert.equal(asked, count);
      }
      clock.isKnown = false;
      const last = probe.again(account);
      probe.close();
      await last;
      assert.deepEqual([asked, timers.countTimers()], [3, 0]);
    } finally {
      timers.restore();
    }
  });
});
