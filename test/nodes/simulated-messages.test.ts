import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import { listening, type Message, TestFlow, unload } from "../support/nodes";

const homeDefinition: SimulatorDefinition = {
  products: [
    {
      productKey: "a1BwAGV0001",
      thingModel: {
        profile: { productKey: "a1BwAGV0001" },
        properties: [{ identifier: "Level", name: "Level", dataType: { type: "double", specs: {} } }],
        services: [
          {
            identifier: "Learn",
            name: "Learn",
            callType: "async",
            inputData: [{ identifier: "Level", name: "Level", dataType: { type: "double", specs: {} } }],
            outputData: [{ identifier: "Level", name: "Level", dataType: { type: "double", specs: {} } }],
          },
        ],
      },
      devices: [
        {
          deviceName: "light01",
          status: "ONLINE",
          services: { Learn: { data: '{ "Level": args.Level }', post: '{ "Level": args.Level }' } },
          posts: [{ everyMs: 50, property: true, data: { Level: 3 } }],
        },
        { deviceName: "light02", status: "OFFLINE", offlineReply: true },
      ],
    },
  ],
};

describe("messages of an account on the simulator", () => {
  const file = path.join(tmpdir(), `messages-${process.pid}.json`);
  const heard: Message[] = [];

  before(() => writeFileSync(file, JSON.stringify(homeDefinition)));
  after(() => rmSync(file));
  afterEach(unload);

  /** Nothing but names is filled in. */
  async function load(invoke: object = {}, subscription: object = {}): Promise<TestFlow> {
    const flow = await TestFlow.load({
      account: { platform: "simulator", simulation: file },
      invoke: { service: "Learn", check: "error", awaitReply: true, subscription: "subscription", ...invoke },
      more: [
        { id: "subscription", type: "aliyun-iot-subscription", account: "account", ...subscription },
        ...listening("in", "heard", { kind: "property" }),
      ],
    });
    heard.length = 0;
    helper.getNode("heard").on("input", (msg) => heard.push(msg));
    return flow;
  }

  it("reply to a call, and come in by themselves, without any setting of the subscription", async () => {
    const flow = await load();
    const { port, msg } = await flow.run({ payload: { Level: 7.5 } });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, { Level: 7.5 });
    assert.deepEqual([msg.invocation?.callType, msg.invocation?.code], ["async", 200]);
    const levels = (): unknown[] =>
      heard.map(({ payload }) => (payload as { items: { Level: { value: number } } }).items.Level.value);
    while (!levels().includes(7.5) || !levels().includes(3)) {
      await new Promise((resolve) => helper.getNode("heard").once("input", resolve));
    }
  });

  it("come in whatever a subscription in the cloud has left in fields that are not shown", async () => {
    const left = {
      consumerGroupId: "group-of-shanghai",
      clientId: "a|b",
      credits: "0",
      endpoint: "https://x",
    };
    const flow = await load({}, { ...left, uid: "12a", tls: "gone" });
    const { port, msg } = await flow.run({ payload: { Level: 7.5 } });
    assert.equal(port, "result", msg.error?.message);
  });

  it("report that a device is offline after the platform accepted the call", async () => {
    const flow = await load({ deviceName: "light02" });
    const { port, msg } = await flow.run({ payload: { Level: 1 } });
    assert.equal(port, "failure");
    assert.deepEqual(
      [msg.error?.code, msg.error?.outcome, msg.error?.category],
      ["9201", "refused", "offline"],
    );
    assert.match(msg.error?.messageId ?? "", /^\d+$/);
  });

  it("return the message id at once if the reply is not awaited", async () => {
    const flow = await load({ awaitReply: false });
    const { port, msg } = await flow.run({ payload: { Level: 1 } });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, { messageId: msg.invocation?.messageId });
  });
});
