import assert from "node:assert/strict";
import type { Node } from "node-red";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import type { Simulator, SimulatorDefinition, SimulatorOptions } from "../../lib/simulator/simulator";
import { collectSends, fade, simulated, TestFlow, unload } from "../support/nodes";

describe("invoke node: args and the thing model", function () {
  this.timeout(20_000);
  let simulator: Simulator | undefined;
  let calls: string[] = [];

  afterEach(async () => {
    await unload();
    await simulator?.close();
    simulator = undefined;
    calls = [];
  });

  /** A flow whose node checks as told, and what it has warned of. */
  async function checking(
    check: string | undefined,
    { invoke = {}, account = {}, ...options }: SimulatorOptions & { invoke?: object; account?: object } = {},
  ): Promise<{ flow: TestFlow; warnings: string[] }> {
    const started = await simulated({ ...options, log: (line) => calls.push(line) });
    simulator = started.simulator;
    const flow = await TestFlow.load({
      ...started.toIt,
      account: { ...started.toIt.account, ...account },
      invoke: { check, ...invoke },
    });
    return { flow, warnings: warningsOf(flow.node) };
  }

  const done = (): unknown[] => simulator!.executions.map(({ args }) => args);
  const modelCalls = (): number => calls.filter((line) => line.startsWith("GetThingModelTsl")).length;

  it("converts the args to the types of the thing model", async () => {
    const { flow, warnings } = await checking("error");
    const payload = { Level: 10, DurationMs: "500", Curve: "ease-in" };
    assert.equal((await flow.run({ payload })).port, "result");
    assert.deepEqual(done(), [{ Level: 10, DurationMs: 500, Curve: 1 }]);
    assert.deepEqual(warnings, []);
  });

  it("checks args in flows that do not set `check`", async () => {
    const { flow } = await checking(undefined);
    assert.equal((await flow.failureOf({ payload: { Level: 10 } })).code, "invalid-input");
  });

  it("names every problem at once, each with its path, and sends nothing", async () => {
    const { flow } = await checking("error", { invoke: { service: "LoadScenes" } });
    const error = await flow.failureOf({
      payload: {
        Title: "x".repeat(65),
        Enabled: "perhaps",
        Color: { Red: 1, Green: 256, Gamma: 1 },
        Levels: [],
        Steps: [
          { At: 0, Level: 1 },
          { At: 1, Level: 100.05 },
        ],
        Extra: 1,
      },
    });
    assert.deepEqual([error.code, error.category, error.outcome], ["invalid-input", "input", "not-sent"]);
    for (const path of ["Title", "Enabled", "ValidFrom", "Color.Green", "Steps[1].Level", "Extra"]) {
      assert.ok(error.message.includes(`${path} `), `${path}: ${error.message}`);
    }
    assert.ok(!error.message.includes("Steps[0]"), error.message);
    assert.match(error.hint ?? "", /Nothing was sent/);
    assert.deepEqual(done(), []);
    assert.ok(!calls.some((line) => line.startsWith("InvokeThingService")));
  });

  it("reports problems in Chinese as well", async () => {
    const started = await simulated();
    simulator = started.simulator;
    const flow = await TestFlow.load({ ...started.toIt, invoke: { check: "error" }, language: "zh-CN" });
    const { message, hint } = await flow.failureOf({ payload: { Level: 200, DurationMs: 1, Curve: 0 } });
    assert.match(message, /入参不符合服务 FadeTo 的定义：Level .*100/);
    assert.match(hint ?? "", /调用未发出/);
  });

  it("warns once for a service, and sends all the same", async () => {
    const { flow, warnings } = await checking("warn");
    for (const Level of [200, 300]) {
      const error = await flow.failureOf({ payload: { Level, DurationMs: 1, Curve: 0 } });
      assert.equal(error.outcome, "refused");
    }
    assert.equal(calls.filter((line) => line.startsWith("InvokeThingService")).length, 2);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /Level must be from 0 to 100/);
  });

  it("sends args unchanged if the check is off", async () => {
    const { flow } = await checking("off");
    assert.equal(
      (await flow.failureOf({ payload: { Level: 10, DurationMs: 1, Curve: 0 } })).outcome,
      "refused",
    );
    assert.equal((await flow.run({ payload: fade })).port, "result");
    // For the types of the results, and beside the call.
    assert.ok(modelCalls() <= 1);
  });

  it("reads the model once for 200 messages at once", async () => {
    const { flow } = await checking("error", { account: { concurrency: 1 } });
    for (let n = 0; n < 200; n++) flow.send({ payload: { Level: n / 2, DurationMs: n, Curve: 0 } });
    await flow.until(() => flow.arrivals.length === 200);
    assert.ok(flow.arrivals.every(({ port }) => port === "result"));
    assert.deepEqual(
      done().map((args) => (args as { DurationMs: number }).DurationMs),
      Array.from({ length: 200 }, (_none, n) => n),
    );
    assert.equal(modelCalls(), 1);
  });

  it("sends unchecked, with one warning, what the key may not read the model of", async () => {
    const deny = ["GetThingModelTslPublished", "GetThingModelTsl"];
    const definition: SimulatorDefinition = {
      ...sampleDefinition(),
      accessKeys: [{ accessKeyId: "testid", accessKeySecret: "testsecret", deny }],
    };
    const { flow, warnings } = await checking("error", { definition });
    for (let n = 0; n < 3; n++) assert.equal((await flow.run({ payload: fade })).port, "result");
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /a1BwAGV0001 cannot be read.*not authorized/);
    assert.equal(modelCalls(), 2);
  });

  it("does not wait longer than 2 s for a model", async () => {
    const { flow, warnings } = await checking("error", {
      definition: { ...sampleDefinition(), faults: [{ action: "GetThingModelTslPublished", fault: "hang" }] },
    });
    const { port, msg } = await flow.run({ payload: fade });
    assert.equal(port, "result", msg.error?.message);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /was not loaded within 2 seconds/);
  });

  it("refuses a service that the model does not have, and names those that it has", async () => {
    const { flow } = await checking("error", { invoke: { service: "Fade" } });
    const { message, outcome } = await flow.failureOf({ payload: {} });
    assert.equal(outcome, "not-sent");
    assert.match(message, /no service Fade\. It has: Reboot, FadeTo, LoadScenes/);
  });

  it("finds the model of a device that is named by its IotId", async () => {
    const invoke = { target: "iotId", iotId: "Q7uOhVRdZRRlDnTLv00100", iotIdType: "str" };
    const { flow } = await checking("error", { invoke });
    for (let n = 0; n < 3; n++) {
      const { port, msg } = await flow.run({ payload: { Level: 10, DurationMs: n, Curve: "linear" } });
      assert.equal(port, "result", msg.error?.message);
    }
    assert.equal(calls.filter((line) => line.startsWith("QueryDeviceDetail")).length, 1);
  });

  it("keeps integers beyond 2^53", async () => {
    const input = { identifier: "Serial", name: "Serial", dataType: { type: "double", specs: {} } };
    const service = { identifier: "Set", name: "Set", callType: "async", inputData: [input], outputData: [] };
    const definition = {
      products: [
        {
          productKey: "a1BwAGV0001",
          thingModel: { profile: { productKey: "a1BwAGV0001" }, services: [service] },
          devices: [{ deviceName: "light01", status: "ONLINE" }],
        },
      ],
    } as SimulatorDefinition;
    const { flow } = await checking("error", { definition, invoke: { service: "Set" } });
    const { port, msg } = await flow.run({ payload: { Serial: 9007199254740993n } });
    assert.equal(port, "result", msg.error?.message);
  });

  it("ends a message as closed if the flow stops while it waits for a model", async () => {
    const { flow } = await checking("error", {
      definition: { ...sampleDefinition(), faults: [{ action: "GetThingModelTslPublished", fault: "hang" }] },
    });
    flow.send({ payload: fade });
    while (modelCalls() === 0) await new Promise((resolve) => setImmediate(resolve));
    const [seen] = [collectSends(flow), await unload()];
    assert.deepEqual(
      seen.map(({ error }) => [error?.code, error?.outcome]),
      [["closed", "not-sent"]],
    );
  });
});

function warningsOf(node: Node): string[] {
  const warnings: string[] = [];
  node.on("call:warn" as never, ((call: { args: [string] }) => warnings.push(call.args[0])) as never);
  return warnings;
}
