import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { useFakeTimers } from "sinon";
import { AsyncPlatform, type IncomingCall } from "../support/async-platform";
import {
  collectSends,
  eventually,
  type FlowOptions,
  key,
  lamp,
  statusesOf,
  TestFlow,
  unload,
  warningsOf,
} from "../support/nodes";
import { httpAnswer, success } from "../support/raw-server";

describe("invoke node: waiting for the device's reply", () => {
  let platform: AsyncPlatform;

  afterEach(async () => {
    await unload();
    await platform.close();
  });

  async function load(
    onCall: (call: IncomingCall) => void = (call) => call.accept(),
    options: FlowOptions = {},
  ): Promise<TestFlow> {
    platform = await AsyncPlatform.start(onCall);
    return TestFlow.load(platform.flow(options));
  }

  /** Accepts a call, then lets the device reply. */
  const acceptAndReply =
    (fields: object = {}) =>
    (call: IncomingCall): void => {
      call.accept();
      platform.amqp.send(platform.reply(call, fields));
    };

  it("gives the reply's outputs as the result, with its code and the time that it took", async () => {
    const flow = await load(acceptAndReply());
    const { port, msg } = await flow.run({ payload: { n: 7 }, topic: "kept" });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, { n: 7 });
    assert.equal(msg.topic, "kept");
    const { durationMs, queuedMs, ...invocation } = msg.invocation!;
    assert.deepEqual(invocation, {
      operation: "invoke-service",
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

  it("accepts a reply that arrives before the platform's answer", async () => {
    const flow = await load((call) => {
      platform.amqp.send(platform.reply(call));
      void platform.amqp.until(() => platform.amqp.accepted.length === 1).then(() => call.accept());
    });
    const { port, msg } = await flow.run({ payload: { n: 1 } });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, { n: 1 });
  });

  it("finds the reply for a device that is named by its IotId", async () => {
    const byIotId = { target: "iotId", iotId: "iot-light01", iotIdType: "str" };
    const flow = await load(
      (call) => {
        call.accept();
        platform.amqp.send(platform.reply({ ...call, deviceName: "light01" }));
      },
      { invoke: byIotId },
    );
    const { port, msg } = await flow.run({ payload: { n: 2 } });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual([msg.payload, msg.invocation?.iotId], [{ n: 2 }, "iot-light01"]);
  });

  it("gives the place in the quota back, so that more calls wait than may be in flight", async () => {
    const flow = await load(undefined, { account: { concurrency: 2 } });
    for (let n = 0; n < 100; n++) flow.send({ payload: { n }, n });
    await platform.until(() => platform.calls.length === 100);
    assert.equal(flow.arrivals.length, 0);
    platform.amqp.send(...platform.calls.map((call) => platform.reply(call)));
    await flow.until(() => flow.arrivals.length === 100);
    for (const { port, msg } of flow.arrivals) {
      assert.equal(port, "result");
      assert.deepEqual(msg.payload, { n: (msg as unknown as { n: number }).n });
    }
  });

  it("refuses more messages than Node-RED lets a node hold, and sends none of them", async () => {
    helper.settings({ nodeMessageBufferMaxLength: 5 });
    try {
      const flow = await load();
      for (let n = 0; n < 8; n++) flow.send({ payload: { n } });
      await flow.until(() => flow.arrivals.length === 3);
      for (const { msg } of flow.arrivals) {
        assert.deepEqual([msg.error?.code, msg.error?.outcome], ["queue-full", "not-sent"]);
        assert.match(msg.error?.message ?? "", /5 calls of this node are already waiting for replies/);
      }
      await platform.until(() => platform.calls.length === 5);
      platform.amqp.send(...platform.calls.map((call) => platform.reply(call)));
      await flow.until(() => flow.arrivals.length === 8);
      assert.equal(platform.calls.length, 5);
    } finally {
      helper.settings({ nodeMessageBufferMaxLength: undefined });
    }
  });

  it("passes on outputs that do not match the thing model", async () => {
    const checkFailedData = { value: { PicID: "1" }, code: 6304, message: "tsl parse: params not exist" };
    const flow = await load(acceptAndReply({ checkFailedData }));
    const { msg } = await flow.run({ payload: {} });
    assert.deepEqual(msg.invocation?.checkFailedData, checkFailedData);
  });

  it("returns an empty object if the reply has no outputs", async () => {
    const flow = await load(acceptAndReply({ data: undefined }));
    assert.deepEqual((await flow.run({ payload: {} })).msg.payload, {});
  });

  it("returns the result of a synchronous service without waiting", async () => {
    platform = await AsyncPlatform.start(() => undefined);
    const sync = await AsyncPlatform.start((call) =>
      call.answer(httpAnswer(success({ code: 200, data: { OldLevel: 1 }, id: "1" }))),
    );
    try {
      const flow = await TestFlow.load(platform.flow({ account: { endpoint: sync.http.url.href } }));
      const { port, msg } = await flow.run({ payload: {} });
      assert.equal(port, "result");
      assert.deepEqual([msg.payload, msg.invocation?.callType], [{ OldLevel: 1 }, "sync"]);
    } finally {
      await sync.close();
    }
  });

  for (const [code, outcome, category, message] of [
    [9200, "refused", "offline", "the words of the reply"],
    [9201, "refused", "offline", "the words of the reply"],
    [6208, "refused", "offline", "the words of the reply"],
    [429, "refused", "throttled", "the words of the reply"],
    [460, "failed", "device", "the words of the reply"],
    [100001, "failed", "device", "the words of the reply"],
    [6207, "unknown", "platform", "the words of the reply"],
    [-7, "unknown", "platform", "the words of the reply"],
    [100001, "failed", "device", undefined],
  ] as const) {
    it(`reports ${outcome} for a reply with code ${code}${message ? "" : " and no message"}`, async () => {
      const flow = await load(acceptAndReply({ code, message }));
      const { port, msg } = await flow.run({ payload: { n: 3 } });
      assert.equal(port, "failure");
      const { source, hint, ...error } = msg.error!;
      assert.equal(source.id, "invoke");
      assert.deepEqual(error, {
        message: message ?? `The device answered with code ${code}.`,
        code: String(code),
        category,
        outcome,
        retryable: code === 429,
        requestId: "REQUEST-1",
        messageId: "1000",
      });
      assert.match(hint ?? "", /\S/);
      assert.deepEqual(msg.payload, { n: 3 });
      assert.deepEqual([msg.invocation?.code, msg.invocation?.attempts], [code, 1]);
      // The platform had the command: nothing repeats it by itself.
      assert.equal(platform.calls.length, 1);
    });
  }

  it("reports the outcome as unknown and the waiting time if no reply arrives", async () => {
    const flow = await load(undefined, { invoke: { replyTimeout: "0.05", delivery: "at-least-once" } });
    const { port, msg } = await flow.run({ payload: { n: 4 } });
    assert.equal(port, "failure");
    const { source, hint, ...error } = msg.error!;
    assert.equal(source.name, "the lamp");
    assert.deepEqual(error, {
      message: "The device did not reply within 0.1 s; it may still carry out the command.",
      code: "reply-timeout",
      category: "timeout",
      outcome: "unknown",
      retryable: false,
      requestId: "REQUEST-1",
      messageId: "1000",
    });
    assert.match(hint ?? "", /consumer group/);
    assert.ok(msg.invocation!.durationMs >= 49);
    assert.equal(platform.calls.length, 1);
  });

  it("reports the missing reply in Chinese as well", async () => {
    const flow = await load(undefined, { invoke: { replyTimeout: 0.05 }, language: "zh-CN" });
    assert.match((await flow.failureOf({ payload: {} })).message, /设备/);
  });

  it("reports the outcome as unknown if the platform accepts the call without a message id", async () => {
    platform = await AsyncPlatform.start((call) =>
      call.answer(httpAnswer(JSON.stringify({ RequestId: "R", Success: true, Data: {} }))),
    );
    const flow = await TestFlow.load(platform.flow());
    const error = await flow.failureOf({ payload: {} });
    assert.deepEqual([error.code, error.outcome, error.requestId], ["invalid-response", "unknown", "R"]);
    assert.match(error.message, /message ID/);
  });

  for (const [name, invoke, expected] of [
    ["there is no subscription", { subscription: "" }, /No subscription is chosen/],
    ["the subscription is another kind of node", { subscription: "account" }, /No subscription is chosen/],
    ["the reply timeout is no time", { replyTimeout: "soon" }, /Reply timeout must be a number/],
  ] as const) {
    it(`sends nothing if ${name}`, async () => {
      const flow = await load(undefined, { invoke });
      const error = await flow.failureOf({ payload: {} });
      assert.deepEqual([error.code, error.outcome], ["invalid-input", "not-sent"]);
      assert.match(error.message, expected);
      assert.equal(platform.calls.length, 0);
    });
  }

  it("sends nothing if the subscription belongs to another account", async () => {
    platform = await AsyncPlatform.start();
    const other = platform.subscription({ id: "other", account: "account2" });
    const account2 = { id: "account2", type: "aliyun-iot-account", platform: "simulator" };
    const flow = await TestFlow.load(
      platform.flow({ invoke: { subscription: "other" }, more: [account2, other] }),
    );
    const error = await flow.failureOf({ payload: {} });
    assert.deepEqual([error.code, error.outcome], ["invalid-input", "not-sent"]);
    assert.match(error.message, /different accounts/);
  });

  it("sends nothing if the subscription is misconfigured", async () => {
    platform = await AsyncPlatform.start();
    const other = platform.subscription({ id: "other", consumerGroupId: "" });
    const flow = await TestFlow.load(platform.flow({ invoke: { subscription: "other" }, more: [other] }));
    // Catch nodes get it when the flow starts, and each message then gets it as well.
    await flow.until(() => flow.arrivals.length === 1);
    assert.match(flow.arrivals[0]?.msg.error?.message ?? "", /no Consumer group/);
    const error = await flow.failureOf({ payload: {} });
    assert.deepEqual([error.code, error.outcome], ["invalid-input", "not-sent"]);
    assert.match(error.message, /no Consumer group/);
    assert.equal(platform.calls.length, 0);
  });

  it("keeps waiting while the connection is down, since the platform stores the reply", async () => {
    const flow = await load(undefined, { timings: { first: 1 } });
    flow.send({ payload: { n: 5 } });
    await platform.until(() => platform.calls.length === 1);
    await platform.amqp.until(() => platform.amqp.sender !== undefined);
    platform.amqp.cut();
    platform.amqp.send(platform.reply(platform.calls[0]!));
    await flow.until(() => flow.arrivals.length === 1);
    assert.deepEqual([flow.arrivals[0]?.port, flow.arrivals[0]?.msg.payload], ["result", { n: 5 }]);
    assert.ok(platform.amqp.connections >= 2);
  });

  it("shows that it waits, and when idle that the subscription is down", async () => {
    const flow = await load(undefined, { timings: { first: 60_000 } });
    const statuses = statusesOf(flow.node);
    const shows = (text: string): Promise<void> =>
      eventually(() => statuses.some((status) => status.text === text));
    flow.send({ payload: {} });
    await shows("waiting for reply");
    flow.send({ payload: {} });
    flow.send({ payload: {} });
    await shows("↩ 3");
    platform.amqp.send(...platform.calls.map((call) => platform.reply(call)));
    await eventually(() => /^✓ \d\d:\d\d:\d\d · \d+ ms$/.test(statuses.at(-1)?.text ?? ""));
    platform.amqp.cut();
    await shows("node-red:common.status.disconnected");
    assert.deepEqual([statuses.at(-1)?.fill, statuses.at(-1)?.shape], ["red", "ring"]);
  });

  it("warns once about replies that belong to no call of this Node-RED", async () => {
    // A reply may overtake the answer that names its call, so that it is nobody's only after a while.
    const clock = useFakeTimers({
      now: Date.now(),
      shouldAdvanceTime: true,
      toFake: ["setTimeout", "clearTimeout", "Date"],
    });
    try {
      const flow = await load();
      const warnings = warningsOf("subscription");
      const foreign = (messageId: string) =>
        platform.reply({ messageId, deviceName: "light09", args: {}, accept: () => {}, answer: () => {} });
      platform.amqp.send(foreign("77"), foreign("78"), foreign("79"));
      await platform.amqp.until(() => platform.amqp.accepted.length === 3);
      await clock.tickAsync(31_000);
      await eventually(() => warnings.length > 0);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /a1BwAGV0001\/light09.*DEFAULT_GROUP.*separate consumer group/);
      assert.equal(flow.arrivals.length, 0);
      await unload();
    } finally {
      clock.restore();
    }
  });

  it("keeps two accounts apart whose devices and message ids are the same", async () => {
    platform = await AsyncPlatform.start();
    const other = await AsyncPlatform.start();
    const sending = platform.flow();
    const second = {
      id: "second",
      z: "tab",
      x: 1,
      y: 1,
      type: "aliyun-iot-invoke-service",
      ...lamp,
      account: "account2",
      awaitReply: true,
      subscription: "subscription2",
      wires: [["result"], ["failure"]],
    };
    const account2 = { id: "account2", type: "aliyun-iot-account", endpoint: other.http.url.href };
    const subscription2 = other.subscription({ id: "subscription2", account: "account2" });
    try {
      const flow = await TestFlow.load({
        ...sending,
        more: [...sending.more!, account2, subscription2, second],
        moreCredentials: { account2: key },
      });
      flow.send({ payload: {}, topic: "first" });
      helper.getNode("second").receive({ payload: {}, topic: "second" });
      await platform.until(() => platform.calls.length === 1);
      await other.until(() => other.calls.length === 1);
      other.amqp.send(other.reply(other.calls[0]!, { data: { platform: "second" } }));
      await flow.until(() => flow.arrivals.length === 1);
      platform.amqp.send(platform.reply(platform.calls[0]!, { data: { platform: "first" } }));
      await flow.until(() => flow.arrivals.length === 2);
      assert.deepEqual(
        flow.arrivals.map(({ msg }) => [msg.topic, msg.payload, msg.invocation?.messageId]),
        [
          ["second", { platform: "second" }, "1000"],
          ["first", { platform: "first" }, "1000"],
        ],
      );
    } finally {
      await unload();
      await other.close();
    }
  });

  it("ends 3,000 waiting calls as unknown when the flow stops", async () => {
    const flow = await load();
    for (let n = 0; n < 3000; n++) flow.send({ payload: { n } });
    await platform.until(() => platform.calls.length === 3000);
    // Outputs are cut when a flow stops, so what the node was told to send is looked at itself.
    const seen = collectSends(flow);
    await unload();
    assert.equal(seen.length + flow.arrivals.length, 3000);
    for (const { error } of seen) {
      assert.deepEqual([error?.code, error?.outcome], ["closed", "unknown"]);
    }
  });
});
