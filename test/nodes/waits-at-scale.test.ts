import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Cancellation } from "../../lib/base/cancellation";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import type { Simulator } from "../../lib/simulator/simulator";
import { HeldWatches, Watches } from "../../lib/subscription/watches";
import { readSubject } from "../../lib/waiting/value-path";
import { Waits } from "../../lib/waiting/waits";
import { longRun } from "../support/long-run";
import {
  eventually,
  type Message,
  simulated,
  statusesOf,
  subscriptionAt,
  TestFlow,
  unload,
} from "../support/nodes";

const waiting = longRun(100_000);
const posted = longRun(5000);
const cuts = longRun(20);
const devices = 20;
const productKey = "a1BwAGV0001";

const homeDefinition: SimulatorDefinition = {
  products: [
    {
      productKey,
      thingModel: {
        profile: { productKey },
        properties: [{ identifier: "n", name: "n", accessMode: "r", dataType: { type: "int", specs: {} } }],
        services: [],
        events: [],
      },
      devices: Array.from({ length: devices }, (_none, n) => ({
        deviceName: `d${n}`,
        status: "ONLINE" as const,
      })),
    },
  ],
};

describe("many messages that wait for devices", function () {
  this.timeout(300_000);
  let simulator: Simulator | undefined;

  afterEach(async () => {
    await unload();
    await simulator?.close();
    simulator = undefined;
  });

  it(`${waiting} take 2 KB each at most, and find theirs at once`, async () => {
    setFlagsFromString("--expose-gc");
    const watches = new Watches();
    const held = new HeldWatches(watches);
    const waits = new Waits({ onUnread: assert.fail, onUnevaluated: assert.fail });
    const signals: Cancellation[] = [];
    const subject = readSubject("property", "n")!;
    const sources = {
      watches: held,
      clock: { at: () => 0 },
      typeOf: () => undefined,
      state: () => "connected" as const,
    };
    const before = inUse();
    let ended = 0;
    const ends = Array.from({ length: waiting }, (_none, n) => {
      const signal = new Cancellation();
      signals.push(signal);
      const query = {
        device: { productKey, deviceName: `d${n}` },
        subject,
        condition: { name: "eq", value: n } as const,
        startedAt: performance.now(),
        milliseconds: 3_600_000 + n,
      };
      return waits.begin({ ...sources, typeOf: () => undefined }, query, signal).finally(() => ended++);
    });
    const each = (inUse() - before) / waiting;
    console.log(`      ${Math.round(each)} bytes for each`);
    assert.ok(each < 2048, `${each} bytes`);
    for (let n = 0; n < waiting; n += 2) {
      const deviceName = `d${n}`;
      const payload = { items: { n: { value: n } } };
      watches.offer({
        kind: "property",
        topic: "",
        productKey,
        deviceName,
        messageId: "",
        payload,
        format: "json",
      });
    }
    await eventually(() => ended === waiting / 2);
    held.end();
    const outcomes = await Promise.allSettled(ends);
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, waiting / 2);
    assert.deepEqual([waits.size, watches.size], [0, 0]);
    waits.close();
  });

  it(`end each once, though messages come twice and in any order, and ${cuts} cuts interrupt them`, async () => {
    const started = await simulated({ definition: homeDefinition });
    ({ simulator } = started);
    const flow = await TestFlow.load({
      ...started.toIt,
      nodeType: "aliyun-iot-wait-until",
      invoke: {
        account: "",
        subscription: "subscription",
        deviceName: "topic",
        deviceNameType: "msg",
        identifier: "n",
        condition: "eq",
        value: "n",
        valueType: "msg",
        checkFirst: false,
        timeout: 200,
      },
      more: [subscriptionAt(await simulator.openAmqp())],
      // Many cuts in a minute, where the usual bounds would spread them over many.
      timings: { first: 1, maxMs: 20, perMinute: 1000 },
    });
    simulator.subscription.disturb({ kind: "duplicate", probability: 0.1 });
    simulator.subscription.disturb({ kind: "reorder", probability: 0.5 });
    const statuses = statusesOf(flow.node);
    for (let n = 0; n < posted; n++) flow.send({ topic: `d${n % devices}`, n });
    await eventually(() => statuses.at(-1)?.text === `⇄ ${posted}`);
    for (let n = 0; n < posted; n++) {
      simulator.uplink.postProperty(productKey, `d${n % devices}`, { n });
      if (n % Math.ceil(posted / cuts) > 0) continue;
      await eventually(() => flow.arrivals.length >= n / 2);
      simulator.subscription.closeConnections(n % 3 === 0 ? {} : { cut: true });
    }
    await flow.until(() => flow.arrivals.length === posted);
    assert.equal(new Set(flow.arrivals.map(({ msg }) => (msg as Message & { n: number }).n)).size, posted);
    for (const { port, msg } of flow.arrivals) {
      assert.equal(port, "result", msg.error?.message);
      const { n, payload } = msg as Message & { n: number };
      assert.equal((payload as { items: { n: { value: number } } }).items.n.value, n);
    }
  });
});

/** Bytes in use once everything is freed that can be. */
function inUse(): number {
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
