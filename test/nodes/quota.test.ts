import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { Failure } from "../../lib/base/failure";
import type { Simulator } from "../../lib/simulator/simulator";
import { readQuota } from "../../nodes/common/quota";
import { fade, simulated, TestFlow, unload } from "../support/nodes";

const none = undefined;

describe("limits of an account", () => {
  it("have their defaults if they are blank", () => {
    const usual = { rate: 500, concurrency: 64, queueLimit: 10_000, queueTtl: 0 };
    assert.deepEqual(readQuota({}, none), usual);
    assert.deepEqual(readQuota({ rate: "", concurrency: null, queueLimit: "", queueTtl: none }, none), usual);
  });

  it("accept the ends of their ranges, as numbers and as text", () => {
    const minimum = { rate: 0.001, concurrency: 1, queueLimit: 0, queueTtl: 0 };
    assert.deepEqual(readQuota(minimum, none), minimum);
    assert.deepEqual(
      readQuota({ rate: "1e6", concurrency: "10000", queueLimit: " 1000000 ", queueTtl: "86400" }, none),
      {
        rate: 1_000_000,
        concurrency: 10_000,
        queueLimit: 1_000_000,
        queueTtl: 86_400_000,
      },
    );
  });

  const wrong = [
    { rate: 0 },
    { rate: -1 },
    { rate: 1_000_001 },
    { rate: "fast" },
    { rate: Infinity },
    { rate: NaN },
    { rate: true },
    { rate: [5] },
    { rate: " " },
    { concurrency: 0 },
    { concurrency: 1.5 },
    { concurrency: 10_001 },
    { queueLimit: -1 },
    { queueLimit: 0.5 },
    { queueLimit: 1_000_001 },
    { queueTtl: -0.001 },
    { queueTtl: 86_401 },
    { queueTtl: "${NOT_SET}" },
  ];
  for (const config of wrong) {
    it(`refuse ${Object.entries(config).flat().join(" ")}`, () => {
      assert.throws(() => readQuota(config, none), Failure);
    });
  }

  it("hold no more messages than Node-RED lets a node hold", () => {
    const limit = (timeout: unknown, queueLimit: unknown = ""): number =>
      readQuota({ queueLimit }, timeout).queueLimit;
    assert.equal(limit(50), 50);
    assert.equal(limit(50, 20), 20);
    assert.equal(limit(20_000), 10_000);
    // What is no limit to Node-RED's own nodes is none here.
    for (const odd of [0, -1, NaN, "50", null, {}, none]) assert.equal(limit(odd), 10_000, typeof odd);
  });

  describe("of a flow", () => {
    let simulator: Simulator;

    afterEach(async () => {
      helper.settings({});
      await unload();
      await simulator.close();
    });

    async function load(account: object): Promise<TestFlow> {
      const started = await simulated();
      simulator = started.simulator;
      return TestFlow.load({ ...started.toIt, account: { ...started.toIt.account, ...account } });
    }

    it("count Node-RED's limit when the queue is full", async () => {
      helper.settings({ nodeMessageBufferMaxLength: 2 });
      const flow = await load({ concurrency: 1 });
      for (let n = 0; n < 5; n++) flow.send({ payload: fade });
      await flow.until(() => flow.arrivals.length === 5);
      const errors = flow.arrivals.flatMap(({ msg }) => msg.error?.code ?? []);
      assert.deepEqual(errors, ["queue-full", "queue-full"]);
      assert.equal(simulator.executions.length, 3);
    });

    it("accept only calls that can start at once if there is no queue", async () => {
      const flow = await load({ queueLimit: 0, concurrency: 1 });
      for (let n = 0; n < 3; n++) flow.send({ payload: fade });
      await flow.until(() => flow.arrivals.length === 3);
      assert.deepEqual(
        flow.arrivals.map(({ msg }) => msg.error?.code),
        ["queue-full", "queue-full", undefined],
      );
      assert.equal((await flow.run({ payload: fade })).port, "result");
    });

    it("end with the shortest possible wait as expired, never as lost", async () => {
      const flow = await load({ queueTtl: 0.000001, concurrency: 1, rate: 20 });
      for (let n = 0; n < 20; n++) flow.send({ payload: fade });
      await flow.until(() => flow.arrivals.length === 20);
      const expired = flow.arrivals.filter(({ msg }) => msg.error?.code === "queue-expired").length;
      assert.equal(expired + simulator.executions.length, 20);
      assert.ok(expired >= 18, `${expired} expired`);
    });
  });
});
