import assert from "node:assert/strict";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import type { Simulator } from "../../lib/simulator/simulator";
import { fade, simulated, TestFlow, unload } from "../support/nodes";

/** The true time, whatever this machine's clock is made to say. */
const trueTime = (): number => performance.timeOrigin + performance.now();

describe("a machine whose clock jumps while messages are under way", function () {
  this.timeout(60_000);
  let clock: SinonFakeTimers;
  let simulator: Simulator;

  beforeEach(() => {
    clock = useFakeTimers({ now: Date.now(), toFake: ["Date"] });
  });

  afterEach(async () => {
    clock.restore();
    await unload();
    await simulator.close();
  });

  it("gives each of 2,000 messages its result once, with one more attempt at most", async () => {
    const started = await simulated({ now: trueTime });
    simulator = started.simulator;
    const flow = await TestFlow.load({
      ...started.toIt,
      account: { ...started.toIt.account, rate: 1_000_000 },
    });
    const total = 2000;
    const jumps = [3_600_000, -86_400_000, 10 * 365 * 86_400_000, 0];
    for (let n = 0; n < total; n++) flow.send({ payload: fade, n });
    for (const [step, jump] of jumps.entries()) {
      await flow.until(() => flow.arrivals.length >= (step + 1) * 350);
      // The last one is a clock that was never set.
      clock.setSystemTime(jump === 0 ? 0 : trueTime() + jump);
    }
    await flow.until(() => flow.arrivals.length === total);
    const failures = flow.arrivals.filter(({ port }) => port !== "result");
    assert.deepEqual(
      failures.map(({ msg }) => msg.error?.message),
      [],
    );
    const repeated = flow.arrivals.filter(({ msg }) => msg.invocation?.attempts !== 1);
    console.log(`      ${total} results, ${jumps.length} jumps, ${repeated.length} calls repeated`);
    assert.equal(simulator.executions.length, total);
    assert.ok(repeated.length >= jumps.length && repeated.length <= jumps.length * 64);
    for (const { msg } of flow.arrivals) {
      const { attempts = 0, queuedMs = -1, durationMs = -1 } = msg.invocation ?? {};
      assert.ok(attempts <= 2);
      // Times are not taken from that clock.
      assert.ok(queuedMs >= 0 && queuedMs < 60_000 && durationMs >= 0 && durationMs < 60_000);
    }
  });
});
