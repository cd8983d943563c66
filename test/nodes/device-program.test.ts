import assert from "node:assert/strict";
import type { MqttClient } from "mqtt";
import helper from "node-red-node-test-helper";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import type { Simulator } from "../../lib/simulator/simulator";
import { connectDevice } from "../simulator/mqtt/device-client";
import { listening, type Message, simulated, subscriptionAt, TestFlow, unload } from "../support/nodes";

const secret = "a-device-secret";
const productKey = "a1BwAGV0001";
const deviceName = "light02";
const base = `/sys/${productKey}/${deviceName}`;

/** What a device got from the cloud (docs/protocol.md, 9.2). */
interface Command {
  id: string;
  method: string;
  params: Record<string, unknown>;
}

describe("a device program that is a plain MQTT client", () => {
  let simulator: Simulator;
  let device: MqttClient;
  /** As the bytes came: a float must keep its point. */
  const received: string[] = [];

  afterEach(async () => {
    await unload();
    device.end(true);
    await simulator.close();
    received.length = 0;
  });

  async function load(service: string, ext?: number): Promise<TestFlow> {
    const definition = sampleDefinition();
    const lamps = definition.products?.find((product) => product.productKey === productKey)?.devices ?? [];
    Object.assign(lamps.find((lamp) => lamp.deviceName === deviceName) ?? {}, { deviceSecret: secret });
    const started = await simulated({ definition });
    simulator = started.simulator;
    const endpoint = await simulator.openAmqp();
    const flow = await TestFlow.load({
      ...started.toIt,
      invoke: { deviceName, service, check: "error", awaitReply: true, subscription: "subscription" },
      more: [
        subscriptionAt(endpoint),
        ...listening("in", "heard", { kind: "property", productKey, deviceName }),
      ],
      account: { ...started.toIt.account },
    });
    device = await connectDevice(await simulator.openMqtt(), { productKey, deviceName, secret, ext });
    await device.subscribeAsync([
      `${base}/thing/service/+`,
      `${base}/rrpc/request/+`,
      `/ext/rrpc/+${base}/thing/service/+`,
    ]);
    device.on("message", (topic, payload) => {
      if (!topic.endsWith("_reply")) answer(topic, payload.toString("utf8"));
    });
    return flow;
  }

  /** The device does what it is told, and says so where the platform expects it. */
  function answer(topic: string, text: string): void {
    received.push(text);
    const { id, method } = JSON.parse(text) as Command;
    const data = method.endsWith("FadeTo") ? { OldLevel: 12.5, DoneAt: "1704164645000" } : { Stored: 2 };
    const reply = JSON.stringify({ id, code: 200, data });
    if (topic.startsWith("/ext/")) device.publish(topic, reply);
    else if (topic.includes("/rrpc/")) device.publish(topic.replace("/request/", "/response/"), reply);
    else device.publish(`${topic}_reply`, reply);
  }

  for (const [name, ext] of [
    ["on the topics of old", undefined],
    ["on the extended topics", 1],
  ] as const) {
    it(`answers a synchronous call, ${name}`, async () => {
      const flow = await load("FadeTo", ext);
      const { port, msg } = await flow.run({ payload: { Level: 80, DurationMs: 5, Curve: "ease-in" } });
      assert.equal(port, "result", msg.error?.message);
      assert.deepEqual(msg.payload, { OldLevel: 12.5, DoneAt: "1704164645000" });
      assert.deepEqual([msg.invocation?.callType, msg.invocation?.code], ["sync", 200]);
      assert.match(received[0] ?? "", /"Level":80\.0,"DurationMs":5,"Curve":1\b/);
      assert.deepEqual(
        simulator.executions.map(({ service }) => service),
        ["FadeTo"],
      );
    });
  }

  it("answers an asynchronous call, and the message waits for it", async () => {
    const flow = await load("LoadScenes");
    const scenes = {
      Title: "Evening 晚上",
      Enabled: true,
      ValidFrom: new Date(1704164645000),
      Color: { Red: 255, Green: 10, Gamma: 2 },
      Levels: [20, 55.5],
      Steps: [{ At: 0, Level: 20 }],
    };
    const { port, msg } = await flow.run({ payload: scenes });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, { Stored: 2 });
    assert.deepEqual([msg.invocation?.callType, msg.invocation?.code], ["async", 200]);
    assert.match(received[0] ?? "", /"Gamma":2\.0\}.*"Levels":\[20\.0,55\.5\]/);
  });

  it("starts a flow with what it posts", async () => {
    await load("FadeTo");
    const heard = new Promise<Message>((resolve) => helper.getNode("heard").once("input", resolve));
    const post = {
      id: "7",
      version: "1.0",
      params: { Brightness: 20.5 },
      method: "thing.event.property.post",
    };
    device.publish(`${base}/thing/event/property/post`, JSON.stringify(post));
    const { payload, message } = (await heard) as unknown as {
      payload: { items: { Brightness: { value: number } } };
      message: { deviceName: string };
    };
    assert.equal(payload.items.Brightness.value, 20.5);
    assert.equal(message.deviceName, deviceName);
  });
});
