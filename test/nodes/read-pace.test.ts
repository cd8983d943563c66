import assert from "node:assert/strict";
import { useFakeTimers } from "sinon";
import { Cancellation } from "../../lib/base/cancellation";
import { callsPerSecond, type ReadOperation } from "../../lib/reading/limits";
import { AccountReadPace } from "../../nodes/common/read-pace";

const quota = { rate: 500, concurrency: 64, queueLimit: 10, queueTtl: 0 };
const signal = new Cancellation();

describe("the pace of an account's reads", () => {
  for (const [operation, perSecond] of Object.entries(callsPerSecond)) {
    it(`${operation}: lets ${perSecond} calls pass in a second, be the account's own rate what it is`, async () => {
      const clock = useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
      const pace = new AccountReadPace({ ...quota, rate: 1 }, 4);
      let passed = 0;
      const pass = async (): Promise<void> => {
        const permit = await pace.gate(operation as ReadOperation).enter(signal);
        passed++;
        permit.release();
      };
      const calls = Array.from({ length: 2 * perSecond }, pass);
      await clock.tickAsync(1000);
      // A timer of 1 ms makes up for at most a few calls.
      assert.ok(Math.abs(passed - perSecond) <= 1 + perSecond / 50, `${passed}`);
      await clock.tickAsync(2000);
      await Promise.all(calls);
      pace.close();
      clock.restore();
    });
  }

  it("shares the connections among all operations", async () => {
    const pace = new AccountReadPace(quota, 2);
    const [first, second] = await Promise.all([
      pace.gate("GetDeviceStatus").enter(signal),
      pace.gate("QueryDeviceServiceData").enter(signal),
    ]);
    let isThird = false;
    const third = pace
      .gate("QueryDevicePropertyStatus")
      .enter(signal)
      .then((permit) => {
        isThird = true;
        permit.release();
      });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(!isThird);
    first.release();
    await third;
    second.release();
    pace.close();
  });

  it("slows down only the operation that is throttled", async () => {
    const clock = useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
    const pace = new AccountReadPace(quota, 4);
    const count = async (operation: ReadOperation): Promise<number> => {
      let passed = 0;
      for (let call = 0; call < 400; call++) {
        void pace
          .gate(operation)
          .enter(signal)
          .then((permit) => {
            passed++;
            permit.release();
          }, assert.ifError);
      }
      await clock.tickAsync(500);
      const atFirst = passed;
      await clock.tickAsync(60_000);
      return atFirst;
    };
    pace.gate("QueryDevicePropertyStatus").slowDown(performance.now());
    assert.ok((await count("QueryDevicePropertyStatus")) < 60);
    assert.ok((await count("GetDeviceStatus")) > 200);
    pace.close();
    clock.restore();
  });

  it("ends what waits as closed, and lets nothing pass from then on", async () => {
    const pace = new AccountReadPace(quota, 1);
    await pace.gate("GetDeviceStatus").enter(signal);
    const waiting = pace.gate("QueryDeviceEventData").enter(signal);
    pace.close();
    await assert.rejects(waiting, { code: "closed" });
    await assert.rejects(pace.gate("BatchGetDeviceState").enter(signal), { code: "closed" });
    await assert.rejects(pace.messages.enter(signal), { code: "closed" });
  });
});
