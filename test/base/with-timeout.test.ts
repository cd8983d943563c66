import assert from "node:assert/strict";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { timedOut, withTimeout } from "../../lib/base/with-timeout";

describe("waiting with a limit", () => {
  let clock: SinonFakeTimers;

  beforeEach(() => {
    clock = useFakeTimers();
  });

  afterEach(() => clock.restore());

  it("gives what comes in time, and leaves no timer behind", async () => {
    assert.equal(await withTimeout(Promise.resolve("value"), 1000), "value");
    await assert.rejects(withTimeout(Promise.reject(new Error("refused")), 1000), /refused/);
    await Promise.resolve();
    assert.equal(clock.countTimers(), 0);
  });

  it("distinguishes a timeout from every value, and drops late values", async () => {
    let fail: (reason: Error) => void = () => undefined;
    const late = new Promise<undefined>((_resolve, reject) => {
      fail = reject;
    });
    const waiting = withTimeout(late, 1000);
    await clock.tickAsync(1000);
    assert.equal(await waiting, timedOut);
    fail(new Error("too late"));
    await clock.runAllAsync();
  });
});
