import assert from "node:assert/strict";
import type { MqttClient } from "mqtt";
import helper from "node-red-node-test-helper";
import { Simulator } from "../../lib/simulator/simulator";
import { homeDefinition } from "../simulator/fixture";
import { connectDevice } from "../simulator/mqtt/device-client";
import { key, listening, type Message, subscriptionAt, TestFlow, unload } from "../support/nodes";

const gate = { productKey: "a1House00001", deviceName: "gate", secret: "gatesecret" };
const base = "/sys/a1House00001/gate";

/** A program for a device that knows nothing of us but the platform's topics (docs/protocol.md, 9). */
async function runDevice(endpoint: string): Promise<{ client: MqttClient; did: [string, unknown][] }> {
  const client = await connectDevice(endpoint, gate);
  client.on("error", () => undefined);
  const did: [string, unknown][] = [];
  client.on("message", (topic, bytes) => {
    const { id, method, params } = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    did.push([String(method), params]);
    const answer = topic.includes("/rrpc/request/")
      ? topic.replace("/rrpc/request/", "/rrpc/response/")
      : `${topic}_reply`;
    const data = method === "thing.service.Open" ? { Percent: 19 } : {};
    client.publish(answer, JSON.stringify({ id, code: 200, data }));
  });
  // The first one covers its own replies as well; those it must not hear.
  await client.subscribeAsync([`${base}/thing/service/+`, `${base}/rrpc/request/+`]);
  return { client, did };
}

describe("a flow and a device of its own, over MQTT", () => {
  let simulator: Simulator;
  let device: Awaited<ReturnType<typeof runDevice>>;
  const heard: Message[] = [];

  async function load(invoke: object): Promise<TestFlow> {
    const flow = await TestFlow.load({
      account: { endpoint: simulator.endpoint },
      credentials: key,
      invoke: {
        productKey: gate.productKey,
        deviceName: gate.deviceName,
        awaitReply: true,
        subscription: "subscription",
        ...invoke,
      },
      more: [
        subscriptionAt(new URL(await simulator.openAmqp()).href),
        ...listening("in", "heard", { kind: "custom" }),
      ],
    });
    heard.length = 0;
    helper.getNode("heard").on("input", (msg) => heard.push(msg));
    return flow;
  }

  beforeEach(async () => {
    const definition = homeDefinition();
    definition.accessKeys = [key];
    for (const one of definition.products[0]!.devices!) one.deviceSecret = gate.secret;
    simulator = await Simulator.start({ definition });
    device = await runDevice(await simulator.openMqtt());
  });

  afterEach(async () => {
    await unload();
    device.client.end(true);
    await simulator.close();
  });

  it("get the answer of a synchronous service", async () => {
    const flow = await load({ service: "Open", check: "error" });
    const { port, msg } = await flow.run({ payload: { Percent: 20 } });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, { Percent: 19 });
    assert.equal(msg.invocation?.callType, "sync");
    assert.deepEqual(device.did, [["thing.service.Open", { Percent: 20 }]]);
  });

  it("get the reply of an asynchronous service", async () => {
    const flow = await load({ service: "Ring" });
    const { port, msg } = await flow.run({ payload: {} });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, {});
    assert.deepEqual([msg.invocation?.callType, msg.invocation?.code], ["async", 200]);
    assert.deepEqual(device.did, [["thing.service.Ring", {}]]);
  });

  it("start with what the device says by itself", async () => {
    await load({ service: "Ring" });
    const heardOne = new Promise((resolve) => helper.getNode("heard").once("input", resolve));
    device.client.publish("/a1House00001/gate/user/note", "it is me");
    await heardOne;
    assert.equal(heard[0]?.payload, "it is me");
    assert.equal((heard[0] as { topic?: string }).topic, "/a1House00001/gate/user/note");
  });
});
