import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import type { Simulator } from "../../lib/simulator/simulator";
import { longRun } from "../support/long-run";
import { listening, type Message, simulated, subscriptionAt, TestFlow, unload } from "../support/nodes";

const sets = longRun(5000);
const cuts = longRun(20);
const devices = 20;

/** Twenty devices that post what is set later, each after a time of its own: long enough that most sets wait at once. */
const homeDefinition: SimulatorDefinition = {
  products: [
    {
      productKey: "a1BwAGV0001",
      thingModel: {
        profile: { productKey: "a1BwAGV0001" },
        properties: [
          {
            identifier: "n",
            name: "n",
            accessMode: "rw",
            dataType: { type: "int", specs: { min: "0", max: "100000" } },
          },
        ],
        services: [],
        events: [],
      },
      devices: Array.from({ length: devices }, (_none, n) => ({
        deviceName: `light${n}`,
        status: "ONLINE" as const,
        // The last one says no, and the first posts before the platform has answered the call.
        propertySet: {
          ...(n === 0
            ? { reply: "before" as const }
            : { delayMs: longRun(2000) + ((n * 37) % 150) * longRun(10), postDelayMs: n * longRun(20) }),
          ...(n === devices - 1 && { code: 100001, message: "no" }),
        },
      })),
    },
  ],
};

describe(`${sets} property sets that wait for the devices' reports`, function () {
  this.timeout(300_000);
  let simulator: Simulator;

  afterEach(async () => {
    await unload();
    await simulator.close();
  });

  it(`end each with its own, once, in whatever order they come, though some come twice and ${cuts} cuts interrupt them`, async () => {
    const started = await simulated({ definition: homeDefinition });
    ({ simulator } = started);
    const endpoint = await simulator.openAmqp();
    const flow = await TestFlow.load({
      ...started.toIt,
      // The first device's calls are answered once its posts have come through, cuts or not.
      account: { ...started.toIt.account, rate: 1_000_000, timeout: 90 },
      nodeType: "aliyun-iot-set-properties",
      invoke: {
        deviceName: "topic",
        deviceNameType: "msg",
        items: "payload",
        itemsType: "msg",
        check: "error",
        confirm: "reported",
        subscription: "subscription",
        replyTimeout: 240,
      },
      more: [subscriptionAt(endpoint), ...listening("in", "heard", { kind: "property" })],
      // Many cuts in a minute, where the usual bounds would spread them over many.
      timings: { first: 1, maxMs: 20, perMinute: 1000 },
    });
    const heard: string[] = [];
    helper.getNode("heard").on("input", (msg) => {
      heard.push((msg as unknown as { message: { messageId: string } }).message.messageId);
    });
    simulator.subscription.disturb({ kind: "duplicate", probability: 0.1 });
    simulator.subscription.disturb({ kind: "reorder", probability: 0.5 });
    for (let n = 0; n < sets; n++) flow.send({ payload: { n }, topic: `light${n % devices}`, n });
    for (let cut = 1; cut <= cuts; cut++) {
      await flow.until(() => flow.arrivals.length >= (cut * sets) / (cuts * 1.2));
      simulator.subscription.closeConnections(cut % 3 === 0 ? {} : { cut: true });
    }
    await flow.until(() => flow.arrivals.length === sets);
    assert.equal(new Set(flow.arrivals.map(({ msg }) => (msg as Message & { n: number }).n)).size, sets);
    for (const { port, msg } of flow.arrivals) {
      const { n } = msg as Message & { n: number };
      if (n % devices === devices - 1) {
        assert.deepEqual([port, msg.error?.code, msg.error?.outcome], ["failure", "100001", "failed"]);
      } else {
        assert.equal(port, "result", msg.error?.message);
        assert.equal((msg.payload as { items: { n: { value: number } } }).items.n.value, n);
      }
    }
    assert.equal(simulator.executions.length, sets);
    const messageIds = flow.arrivals.map(({ msg }) => msg.invocation?.messageId);
    assert.deepEqual(new Set(messageIds), new Set(simulator.executions.map(({ messageId }) => messageId)));
    // A node that listens to the same subscription gets each post once as well.
    assert.equal(heard.length, new Set(heard).size);
  });
});
