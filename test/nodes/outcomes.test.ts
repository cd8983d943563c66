import assert from "node:assert/strict";
import type { Simulator, SimulatorOptions } from "../../lib/simulator/simulator";
import {
  eventually,
  fade,
  type FlowOptions,
  key,
  simulated,
  statusesOf,
  TestFlow,
  unload,
} from "../support/nodes";
import { httpAnswer, RawServer, success } from "../support/raw-server";

describe("invoke node: one honest outcome", () => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    await unload();
    for (const close of closing.splice(0)) await close();
  });

  async function withSimulator(
    options: SimulatorOptions = {},
  ): Promise<{ simulator: Simulator; toIt: FlowOptions }> {
    const started = await simulated(options);
    closing.push(() => started.simulator.close());
    return started;
  }

  async function withRawServer(onRequest: Parameters<typeof RawServer.start>[0]): Promise<FlowOptions> {
    const server = await RawServer.start(onRequest);
    closing.push(() => server.close());
    return { account: { endpoint: server.url.href }, credentials: key };
  }

  it("sends the device's answer to port 1, and leaves the rest of the message alone", async () => {
    const { simulator, toIt } = await withSimulator();
    const flow = await TestFlow.load(toIt);
    const { port, msg } = await flow.run({ payload: fade, topic: "t", other: { kept: true } });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(Object.keys(msg.payload as object).sort(), ["DoneAt", "OldLevel"]);
    assert.deepEqual([msg.topic, (msg as unknown as { other: unknown }).other], ["t", { kept: true }]);
    const { requestId, messageId, durationMs, ...rest } = msg.invocation!;
    assert.deepEqual(rest, {
      operation: "invoke-service",
      service: "FadeTo",
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      callType: "sync",
      code: 200,
      attempts: 1,
      queuedMs: 0,
    });
    assert.match(requestId ?? "", /\S/);
    assert.equal(messageId, simulator.executions[0]?.messageId);
    assert.ok(durationMs >= 20);
    assert.equal(msg.error, undefined);
  });

  it("removes the error of an earlier invoke node, but not that of other nodes", async () => {
    const { toIt } = await withSimulator();
    const flow = await TestFlow.load(toIt);
    const old = { message: "offline", source: { id: "x", type: "aliyun-iot-invoke-service", name: "" } };
    assert.equal((await flow.run({ payload: fade, error: old })).msg.error, undefined);
    const others = { message: "full", source: { id: "y", type: "file", name: "" } };
    assert.deepEqual((await flow.run({ payload: fade, error: others })).msg.error, others);
  });

  it("reports a refusal: the device is offline", async () => {
    const { simulator, toIt } = await withSimulator();
    const flow = await TestFlow.load({ ...toIt, invoke: { deviceName: "light02" } });
    const { port, msg } = await flow.run({ payload: fade });
    assert.equal(port, "failure");
    assert.equal(msg.payload, fade);
    const { requestId, message, ...rest } = msg.error!;
    assert.match(requestId ?? "", /\S/);
    assert.equal(requestId, msg.invocation?.requestId);
    assert.match(message, /\S/);
    assert.deepEqual(rest, {
      code: "iot.messagebroker.OFFLINE",
      category: "offline",
      outcome: "refused",
      retryable: false,
      statusCode: 200,
      hint: "The device is offline. Retry when it is online again.",
      source: { id: "invoke", type: "aliyun-iot-invoke-service", name: "the lamp" },
    });
    assert.deepEqual(simulator.executions, []);
  });

  it("reports a failure of the device itself, with its number", async () => {
    const { simulator, toIt } = await withSimulator();
    const flow = await TestFlow.load({ ...toIt, invoke: { deviceName: "light04" } });
    const { msg } = await flow.run({ payload: fade });
    const { code, category, outcome } = msg.error!;
    assert.deepEqual([code, category, outcome], ["100001", "device", "failed"]);
    assert.equal(msg.error?.messageId, simulator.executions[0]?.messageId);
    assert.equal(msg.invocation?.messageId, msg.error?.messageId);
  });

  it("reports the outcome as unknown if the device answers too late", async () => {
    const { simulator, toIt } = await withSimulator({ syncLimitMs: 10 });
    const flow = await TestFlow.load({ ...toIt, invoke: { deviceName: "light03" } });
    const error = await flow.failureOf({ payload: fade });
    assert.deepEqual(
      [error.code, error.outcome, error.category],
      ["iot.messagebroker.TIMEOUT", "unknown", "timeout"],
    );
    assert.match(error.hint ?? "", /check the device before you retry/);
    assert.ok(simulator.executions.length <= 1);
  });

  it("reports the outcome as unknown if the answer is lost, and sends the command only once", async () => {
    const { simulator, toIt } = await withSimulator();
    simulator.addFault({ action: "InvokeThingService", fault: "drop-after" });
    const flow = await TestFlow.load(toIt);
    const error = await flow.failureOf({ payload: fade });
    assert.deepEqual([error.code, error.outcome, error.category], ["connection-lost", "unknown", "network"]);
    assert.equal(simulator.executions.length, 1);
  });

  it("repeats a call with an unknown outcome if delivery is at least once", async () => {
    const { simulator, toIt } = await withSimulator();
    simulator.addFault({ action: "InvokeThingService", times: 2, fault: "drop-after" });
    const flow = await TestFlow.load({ ...toIt, invoke: { delivery: "at-least-once" } });
    const { port, msg } = await flow.run({ payload: fade });
    assert.deepEqual([port, msg.invocation?.attempts, simulator.executions.length], ["result", 3, 3]);
  });

  it("keeps the outcome unknown if a repeat is refused after a lost answer", async () => {
    const { simulator, toIt } = await withSimulator();
    simulator.addFault({ action: "InvokeThingService", times: 1, fault: "drop-after" });
    simulator.addFault({ action: "InvokeThingService", fault: "throttle" });
    const flow = await TestFlow.load({ ...toIt, invoke: { delivery: "at-least-once" } });
    const error = await flow.failureOf({ payload: fade });
    assert.equal(error.outcome, "unknown");
    assert.equal(simulator.executions.length, 1);
  });

  it("repeats after throttling by itself, as nothing was carried out", async () => {
    const { simulator, toIt } = await withSimulator();
    simulator.addFault({ action: "InvokeThingService", times: 2, fault: "throttle" });
    const flow = await TestFlow.load(toIt);
    const { port, msg } = await flow.run({ payload: fade });
    assert.deepEqual([port, msg.invocation?.attempts, simulator.executions.length], ["result", 3, 1]);
  });

  it("corrects a clock that is off", async () => {
    const { toIt } = await withSimulator({ now: () => Date.now() + 3_600_000 });
    const flow = await TestFlow.load(toIt);
    assert.equal((await flow.run({ payload: fade })).msg.invocation?.attempts, 2);
    assert.equal((await flow.run({ payload: fade })).msg.invocation?.attempts, 1);
  });

  it("reports not-sent and retryable if nothing listens at the endpoint", async () => {
    const toIt = await withRawServer(() => undefined);
    await closing.pop()!();
    const flow = await TestFlow.load({ ...toIt, invoke: { timeout: "0.5" } });
    const error = await flow.failureOf({ payload: fade });
    assert.deepEqual([error.code, error.outcome, error.retryable], ["connection-failed", "not-sent", true]);
    assert.match(error.message, /127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/);
  });

  it("gives up after the node's own timeout", async () => {
    const toIt = await withRawServer(() => undefined);
    const flow = await TestFlow.load({ ...toIt, invoke: { timeout: 0.05 } });
    const error = await flow.failureOf({ payload: fade });
    assert.deepEqual([error.code, error.outcome, error.category], ["request-timeout", "unknown", "timeout"]);
  });

  it("reports the outcome as unknown if the answer is unreadable", async () => {
    const toIt = await withRawServer((_request, socket) =>
      socket.write(httpAnswer("<html>Bad gateway</html>", { status: 502 })),
    );
    const flow = await TestFlow.load(toIt);
    const error = await flow.failureOf({ payload: fade });
    assert.deepEqual([error.code, error.outcome, error.statusCode], ["invalid-response", "unknown", 502]);
    assert.match(error.message, /web page \(HTTP 502\)/);
  });

  const envelopes: [string, unknown, unknown][] = [
    ["opens the envelope", { code: 200, data: { a: 1 }, id: "1" }, { a: 1 }],
    ["opens an envelope without data", { code: 200, id: "1" }, {}],
    ["takes a bare object as it is", { a: 1 }, { a: 1 }],
    ["takes an output called code as it is", { code: 500, other: 1 }, { code: 500, other: 1 }],
    ["takes text as it is", "done", "done"],
    ["takes a list as it is", [1, 2], [1, 2]],
  ];
  for (const [what, result, payload] of envelopes) {
    it(`${what} of a synchronous answer`, async () => {
      const flow = await TestFlow.load(
        await withRawServer((_request, socket) => socket.write(httpAnswer(success(result)))),
      );
      const { port, msg } = await flow.run({ payload: {} });
      assert.equal(port, "result");
      assert.deepEqual(msg.payload, payload);
      assert.equal(msg.invocation?.callType, "sync");
    });
  }

  it("passes a failure only to Catch nodes if port 2 is not wired", async () => {
    const { toIt } = await withSimulator();
    const flow = await TestFlow.load({ ...toIt, invoke: { deviceName: "light02" }, isFailurePortOpen: true });
    const { port, msg } = await flow.run({ payload: fade, topic: "kept" });
    assert.equal(port, "catch");
    const { code, cause, source } = msg.error!;
    assert.equal(code, "iot.messagebroker.OFFLINE");
    assert.equal(source.id, "invoke");
    const { outcome, category, retryable, hint } = cause as { [name: string]: unknown };
    assert.deepEqual([outcome, category, retryable], ["refused", "offline", false]);
    assert.match(String(hint), /offline/);
    assert.deepEqual([msg.payload, msg.topic, msg.invocation?.attempts], [fade, "kept", 1]);
    assert.equal(flow.arrivals.length, 1);
  });

  const settings: [string, FlowOptions, string, RegExp][] = [
    ["no AccessKey", { credentials: {} }, "missing-credentials", /account has no AccessKey ID/],
    [
      "no secret",
      { credentials: { accessKeyId: "a" } },
      "missing-credentials",
      /account has no AccessKey secret/,
    ],
    [
      "no token",
      { account: { credentialType: "sts" }, credentials: key },
      "missing-credentials",
      /account has no Security token/,
    ],
    [
      "no role",
      { account: { credentialType: "ram_role_arn" }, credentials: key },
      "missing-credentials",
      /account has no Role ARN/,
    ],
    [
      "a kind of credentials that does not exist",
      { account: { credentialType: "password" }, credentials: key },
      "missing-credentials",
      /not supported: password/,
    ],
    [
      "a variable that is not set",
      { credentials: { ...key, accessKeySecret: "${NO_SUCH_SECRET}" } },
      "missing-credentials",
      /environment variable NO_SUCH_SECRET/,
    ],
    [
      "a line break in a key",
      { credentials: { ...key, accessKeyId: "a\nb" } },
      "missing-credentials",
      /contains invalid characters/,
    ],
    [
      "an endpoint without encryption",
      { account: { endpoint: "http://example.com" }, credentials: key },
      "invalid-input",
      /unencrypted/,
    ],
    [
      "an endpoint that is none",
      { account: { endpoint: "iot.example" }, credentials: key },
      "invalid-input",
      /must be a URL/,
    ],
    [
      "an endpoint with a path",
      { account: { endpoint: "https://a.example/x" }, credentials: key },
      "invalid-input",
      /scheme and host only/,
    ],
    [
      "a region that is none",
      { account: { regionId: "Shang hai" }, credentials: key },
      "invalid-input",
      /not a region ID/,
    ],
    [
      "a rate of 0",
      { account: { rate: 0 }, credentials: key },
      "invalid-input",
      /Calls per second must be a number from/,
    ],
    [
      "half a call in flight",
      { account: { concurrency: "1.5" }, credentials: key },
      "invalid-input",
      /Calls in flight must be a number/,
    ],
    [
      "a simulator file that is not there",
      { account: { platform: "simulator", simulation: "/no/such.json" } },
      "invalid-input",
      /simulator did not start: .*such\.json/,
    ],
  ];
  for (const [what, options, code, expected] of settings) {
    it(`names what is wrong with the account: ${what}`, async () => {
      const flow = await TestFlow.load(options);
      const error = await flow.failureOf({ payload: {} });
      assert.deepEqual([error.code, error.outcome], [code, "not-sent"]);
      assert.match(error.message, expected);
    });
  }

  it("reads credentials from the environment", async () => {
    const { toIt } = await withSimulator();
    process.env["TEST_KEY_SECRET"] = "testsecret";
    const flow = await TestFlow.load({
      ...toIt,
      credentials: { accessKeyId: "testid", accessKeySecret: "${TEST_KEY_SECRET}" },
    });
    assert.equal((await flow.run({ payload: fade })).port, "result");
    delete process.env["TEST_KEY_SECRET"];
  });

  it("accepts a temporary key with its token", async () => {
    const accessKeys = [{ accessKeyId: "STS.a", accessKeySecret: "b", securityToken: "tok/en+==" }];
    const { toIt } = await withSimulator({ definition: { accessKeys, products: [] } });
    const flow = await TestFlow.load({
      account: { ...toIt.account, credentialType: "sts" },
      credentials: { accessKeyId: "STS.a", accessKeySecret: "b", securityToken: "tok/en+==" },
    });
    assert.equal((await flow.failureOf({ payload: {} })).code, "iot.prod.NotExistedProduct");
  });

  it("runs on the simulator inside, without credentials", async () => {
    const flow = await TestFlow.load({ account: { platform: "simulator" } });
    assert.equal((await flow.run({ payload: fade })).port, "result");
  });

  it("shows the progress of calls in its status", async () => {
    const { toIt } = await withSimulator();
    const flow = await TestFlow.load(toIt);
    const statuses = statusesOf(flow.node);
    await flow.run({ payload: fade });
    await eventually(() => statuses.at(-1)?.fill === "green");
    assert.deepEqual(statuses[0], {
      fill: "blue",
      shape: "dot",
      text: "calling",
    });
    assert.match(statuses.at(-1)?.text ?? "", /^✓ \d\d:\d\d:\d\d · \d+ ms$/);
  });

  it("says before the first call that its account has no credentials", async () => {
    const shown = async (options: FlowOptions): Promise<unknown> => {
      const flow = await TestFlow.load(options);
      const { status } = flow.node as unknown as { status: { args: [object][] } };
      const first = status.args.map(([given]) => given);
      await unload();
      return first;
    };
    const says = [{ fill: "red", shape: "ring", text: "no credentials" }];
    const { accessKeyId } = key;
    assert.deepEqual(await shown({}), says);
    assert.deepEqual(await shown({ credentials: { accessKeyId } }), says);
    assert.deepEqual(await shown({ account: { credentialType: "sts" }, credentials: key }), says);
    assert.deepEqual(await shown({ account: { credentialType: "ram_role_arn" }, credentials: key }), says);
    assert.deepEqual(await shown({ credentials: { ...key, accessKeySecret: "${GONE}" } }), says);
    assert.deepEqual(await shown({ language: "zh-CN" }), [{ ...says[0], text: "缺少凭证" }]);
    for (const account of [{ credentialType: "default" }, { credentialType: "ecs_ram_role" }]) {
      assert.deepEqual(await shown({ account }), []);
    }
    assert.deepEqual(await shown({ account: { platform: "simulator" } }), []);
    assert.deepEqual(await shown({ credentials: key }), []);
    assert.deepEqual(await shown({ credentials: key, invoke: { account: "gone" } }), []);
  });

  it("shows that a dry run sent nothing, and that a device is offline", async () => {
    const { toIt } = await withSimulator();
    const dry = await TestFlow.load({ ...toIt, account: { ...toIt.account, mode: "dry-run" } });
    const dryStatuses = statusesOf(dry.node);
    await dry.run({ payload: fade });
    await eventually(() => /^\d\d:\d\d:\d\d · dry run$/.test(dryStatuses.at(-1)?.text ?? ""));
    await unload();
    const flow = await TestFlow.load({ ...toIt, invoke: { deviceName: "light02" } });
    const statuses = statusesOf(flow.node);
    await flow.run({ payload: fade });
    await eventually(() => /^✗ \d\d:\d\d device offline$/.test(statuses.at(-1)?.text ?? ""));
  });
});
