import assert from "node:assert/strict";
import * as fc from "fast-check";
import helper from "node-red-node-test-helper";
import { property } from "../subscription/amqp-server";
import { AsyncPlatform } from "../support/async-platform";
import { type Message, TestFlow, unload } from "../support/nodes";

const runs = 300;

/** What a device, or something that speaks in its name, may put into a reply. */
const anyReply = fc.record(
  {
    code: fc.oneof(fc.integer(), fc.constantFrom(200, 460, 9201, 100001), fc.string(), fc.jsonValue()),
    message: fc.jsonValue(),
    data: fc.jsonValue(),
    checkFailedData: fc.jsonValue(),
    requestId: fc.oneof(fc.integer(), fc.jsonValue()),
    topic: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const anyConfig = fc.record(
  {
    kind: fc.oneof(fc.constantFrom("any", "property", "event"), fc.string()),
    productKey: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
    deviceName: fc.oneof(fc.string(), fc.constant("${X}")),
    identifier: fc.oneof(fc.string(), fc.array(fc.integer())),
    acknowledge: fc.oneof(fc.constantFrom("auto", "flow"), fc.boolean()),
    subscription: fc.oneof(fc.constantFrom("subscription", "account", ""), fc.integer()),
  },
  { requiredKeys: [] },
);

describe("messages, whatever they are", function () {
  this.timeout(60_000);
  let platform: AsyncPlatform;

  afterEach(async () => {
    await unload();
    await platform.close();
  });

  const messageIn = (more: object): Record<string, unknown>[] => [
    { id: "in", z: "tab", x: 1, y: 1, type: "aliyun-iot-message-in", ...more, wires: [["heard"]] },
    { id: "heard", z: "tab", x: 1, y: 1, type: "helper", wires: [] },
  ];

  it("any reply gives each call exactly one outcome", async () => {
    const replies = fc.sample(anyReply, runs);
    platform = await AsyncPlatform.start((call) => {
      call.accept();
      platform.amqp.send(platform.reply(call, replies[call.args.n!]));
    });
    // A reply without a usable code is none, and the call goes on waiting.
    const flow = await TestFlow.load(platform.flow({ invoke: { replyTimeout: 1 } }));
    for (let n = 0; n < runs; n++) flow.send({ payload: { n }, n });
    await flow.until(() => flow.arrivals.length >= runs);
    assert.equal(flow.arrivals.length, runs);
    assert.equal(new Set(flow.arrivals.map(({ msg }) => (msg as Message & { n: number }).n)).size, runs);
    for (const { port, msg } of flow.arrivals) {
      if (port === "result") assert.equal(msg.invocation?.code, 200);
      else assert.ok(msg.error!.message.length > 10 || msg.error!.code === msg.invocation?.code?.toString());
    }
  });

  it("accepts anything that the flow sends back, and still delivers the next message", async () => {
    platform = await AsyncPlatform.start();
    const flow = platform.flow({ invoke: { awaitReply: false } });
    const nodes = messageIn({ subscription: "subscription", acknowledge: "flow" });
    await TestFlow.load({ ...flow, more: [...flow.more!, ...nodes] });
    const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true });
    const heard: Message[] = [];
    helper.getNode("heard").on("input", (msg) => heard.push(msg));
    for (const message of [...fc.sample(anything, runs), { messageId: Symbol("id") }]) {
      helper.getNode("in").receive({ message });
    }
    const isHeard = new Promise<void>((resolve) => helper.getNode("heard").once("input", () => resolve()));
    platform.amqp.send(property("m1"));
    await isHeard;
    helper.getNode("in").receive({ message: { messageId: "m1" } });
    await platform.amqp.until(() => platform.amqp.accepted.length === 1);
    assert.equal(heard.length, 1);
  });

  it("any configuration starts and stops", async () => {
    platform = await AsyncPlatform.start();
    const flow = platform.flow({ invoke: { awaitReply: false } });
    const check = fc.asyncProperty(anyConfig, async (config) => {
      const plain = JSON.parse(JSON.stringify(config)) as object;
      await TestFlow.load({ ...flow, more: [...flow.more!, ...messageIn(plain)] });
      helper.getNode("in").receive({ payload: 1 });
      await unload();
    });
    await fc.assert(check, { numRuns: 100, endOnFailure: true });
  });
});
