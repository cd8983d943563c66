import assert from "node:assert/strict";
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
});
