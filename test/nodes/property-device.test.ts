import assert from "node:assert/strict";
import type { MqttClient } from "mqtt";
import { Simulator } from "../../lib/simulator/simulator";
import { connectDevice } from "../simulator/mqtt/device-client";
import { eventually, key, statusesOf, subscriptionAt, TestFlow, unload } from "../support/nodes";
import { productKey, thermostats } from "../support/thermostat-definition";

type Items = Record<string, unknown>;

/** A program for a device: what it does when properties are set. */
interface Program {
  post: (items: Items) => Promise<unknown>;
  reply: (code?: number) => void;
  items: Items;
}

const base = `/sys/${productKey}/away`;

/** A flow that sets properties of a device of its own, over MQTT, which knows nothing of us but the platform's topics. */
describe("set-properties node and a device over MQTT", () => {
  let simulator: Simulator;
  let client: MqttClient;
  let program: (set: Program) => void;

  beforeEach(async () => {
    const definition = thermostats();
    definition.accessKeys = [key];
    for (const device of definition.products![0]!.devices!) device.deviceSecret = "secret";
    simulator = await Simulator.start({ definition });
    client = await connectDevice(await simulator.openMqtt(), {
      productKey,
      deviceName: "away",
      secret: "secret",
    });
    client.on("error", () => undefined);
    client.on("message", (topic, bytes) => {
      const { id, params } = JSON.parse(bytes.toString("utf8")) as { id: string; params: Items };
      program({
        items: params,
        post: (items) =>
          client.publishAsync(
            `${base}/thing/event/property/post`,
            JSON.stringify({ id: `p${id}`, version: "1.0", params: items, sys: { ack: 0 } }),
          ),
        reply: (code = 200) => client.publish(`${topic}_reply`, JSON.stringify({ id, code, data: {} })),
      });
    });
    await client.subscribeAsync(`${base}/thing/service/property/set`);
  });

  afterEach(async () => {
    await unload();
    client.end(true);
    await simulator.close();
  });

  async function load(settings: Items = {}): Promise<TestFlow> {
    return TestFlow.load({
      account: { endpoint: simulator.endpoint },
      credentials: key,
      nodeType: "aliyun-iot-set-properties",
      invoke: {
        productKey,
        deviceName: "away",
        check: "error",
        items: "payload",
        confirm: "reported",
        subscription: "subscription",
        replyTimeout: 5,
        ...settings,
      },
      more: [subscriptionAt(new URL(await simulator.openAmqp()).href)],
    });
  }

  it("that answers and reports late", async () => {
    let isAwaited = (): boolean => false;
    program = ({ reply, post, items }) => {
      // The node shows at most ten states a second.
      void eventually(() => isAwaited()).then(() => {
        reply();
        return post(items);
      });
    };
    const flow = await load();
    const statuses = statusesOf(flow.node);
    isAwaited = () => statuses.some(({ text }) => text === "waiting for reply");
    const { port, msg } = await flow.run({ payload: { Target: 21, Power: 1 } });
    assert.equal(port, "result", msg.error?.message);
    const { items } = msg.payload as { items: Record<string, { value: unknown }> };
    assert.deepEqual([items["Target"]?.value, items["Power"]?.value], [21, 1]);
    assert.ok(isAwaited());
  });

  it("that reports in steps, one property at a time, as single-precision numbers", async () => {
    program = ({ post, reply }) => {
      reply();
      void post({ Target: 18 })
        .then(() => post({ Target: Math.fround(21.3) }))
        .then(() => post({ "fan:Speed": Math.fround(1.1) }));
    };
    const flow = await load();
    const { port, msg } = await flow.run({ payload: { Target: 21.3, "fan:Speed": 1.1 } });
    assert.equal(port, "result", msg.error?.message);
  });

  it("that reports something else", async () => {
    program = ({ post, reply }) => {
      reply();
      void post({ Target: 18.5 });
    };
    const flow = await load({ replyTimeout: 0.5 });
    const { code, outcome, message } = await flow.failureOf({ payload: { Target: 21 } });
    assert.deepEqual([code, outcome], ["not-reported", "failed"], message);
    assert.match(message, /Target is 18\.5/);
  });

  it("that never says anything", async () => {
    program = () => undefined;
    const flow = await load({ replyTimeout: 0.3 });
    const { code, outcome } = await flow.failureOf({ payload: { Target: 21 } });
    assert.deepEqual([code, outcome], ["reply-timeout", "unknown"]);
  });

  it("that had posted the same value before, which was still under way", async () => {
    let report: () => void = () => undefined;
    const received = new Promise<void>((resolve) => {
      program = ({ reply, post, items }) => {
        reply();
        report = () => void post(items);
        resolve();
      };
    });
    // Subscribers get the old value only after the set.
    simulator.subscription.disturb({ kind: "delay", topic: "property/post", times: 1, delayMs: 300 });
    const flow = await load();
    simulator.uplink.postProperty(productKey, "away", { Target: 21 });
    flow.send({ payload: { Target: 21 } });
    await received;
    let isHeard = false;
    setTimeout(() => {
      isHeard = true;
      report();
    }, 600);
    await flow.until(() => flow.arrivals.length === 1);
    assert.ok(isHeard, "the old post did not end the wait");
    assert.equal(flow.arrivals[0]?.port, "result");
  });

  it("that refuses the set", async () => {
    program = ({ reply }) => reply(460);
    const flow = await load();
    const { code, outcome } = await flow.failureOf({ payload: { Target: 21 } });
    assert.deepEqual([code, outcome], ["460", "failed"]);
  });
});
