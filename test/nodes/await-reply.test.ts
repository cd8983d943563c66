import assert from "node:assert/strict";
import { AsyncPlatform, type IncomingCall } from "../support/async-platform";
import { type FlowOptions, TestFlow, unload } from "../support/nodes";

describe("invoke node: waiting for the device's reply", () => {
  let platform: AsyncPlatform;

  afterEach(async () => {
    await unload();
    await platform.close();
  });

  async function load(
    onCall: (call: IncomingCall, platform: AsyncPlatform) => void,
    options: FlowOptions = {},
  ): Promise<TestFlow> {
    platform = await AsyncPlatform.start(onCall);
    return TestFlow.load(platform.flow(options));
  }

  it("gives the reply's outputs as the result, with its code and the time that it took", async () => {
    const flow = await load((call) => {
      call.accept();
      platform.amqp.send(platform.reply(call));
    });
    const { port, msg } = await flow.run({ payload: { n: 7 }, topic: "kept" });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, { n: 7 });
    assert.equal(msg.topic, "kept");
    const { durationMs, queuedMs, ...invocation } = msg.invocation!;
    assert.deepEqual(invocation, {
      service: "FadeTo",
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      callType: "async",
      messageId: "1000",
      requestId: "REQUEST-1",
      code: 200,
      attempts: 1,
    });
    assert.ok(durationMs >= 0 && queuedMs >= 0);
  });

  it("takes a reply that comes before the platform's own answer", async () => {
    const flow = await load((call) => {
      platform.amqp.send(platform.reply(call));
      void platform.amqp.until(() => platform.amqp.accepted.length === 1).then(() => call.accept());
    });
    const { port, msg } = await flow.run({ payload: { n: 1 } });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, { n: 1 });
  });
});
