import assert from "node:assert/strict";
import type { Simulator } from "../../lib/simulator/simulator";
import { fade, simulated, TestFlow, unload } from "../support/nodes";

describe("invoke node: accepted inputs", () => {
  let simulator: Simulator;
  let toIt: Awaited<ReturnType<typeof simulated>>["toIt"];

  beforeEach(async () => {
    ({ simulator, toIt } = await simulated());
  });

  afterEach(async () => {
    await unload();
    await simulator.close();
  });

  const cycle: Record<string, unknown> = { a: {} };
  cycle["a"] = { back: cycle };
  const hostile = {
    get trap(): never {
      throw new Error("boo");
    },
  };
  let deep: unknown = {};
  for (let level = 0; level < 20000; level++) deep = { deep };

  const badArgs: [string, unknown, RegExp][] = [
    [
      "a number",
      1700000000000,
      /Args must be an object, but msg\.payload is the number 1700000000000 .*To send no args/,
    ],
    ["an array", [1], /Args must be an object.*msg\.payload is an array/],
    ["null", null, /Args must be an object.*msg\.payload is null/],
    ["nothing", undefined, /Args must be an object.*msg\.payload is not set.*send \{\}/],
    ["true", true, /Args must be an object.*msg\.payload is the boolean true/],
    ["a BigInt", 10n, /Args must be an object.*msg\.payload is the BigInt 10/],
    ["NaN", Number.NaN, /Args must be an object.*msg\.payload is the number NaN/],
    ["a function", () => 1, /Args must be an object.*msg\.payload is a function/],
    ["a symbol", Symbol("x"), /Args must be an object.*msg\.payload is a symbol/],
    ["a Buffer", Buffer.from("{}"), /Args must be an object.*msg\.payload is a Buffer/],
    ["a date", new Date(), /Args must be an object.*msg\.payload is a date/],
    ["empty text", "  ", /Args must be an object.*msg\.payload is empty text/],
    [
      "text that is no JSON",
      "{Level: 1}",
      /Args: msg\.payload is the text “\{Level: 1\}”, which is not JSON/,
    ],
    ["JSON of an array", "[1]", /Args must be an object.*msg\.payload is an array/],
    ["JSON of a number", "5", /Args must be an object.*msg\.payload is the number 5/],
    ["JSON of null", "null", /Args must be an object.*msg\.payload is null/],
    ["NaN inside", { a: [{ b: Number.NaN }] }, /Args: a\[0\]\.b in msg\.payload is the number NaN/],
    ["a function inside", { Level: () => 1 }, /Args: Level in msg\.payload is a function/],
    ["a cycle", cycle, /Args: a\.back in msg\.payload contains itself/],
    ["a promise", Promise.resolve({}), /Args must be an object.*msg\.payload is a value of type Promise/],
    ["a boxed number", Object(5), /Args must be an object.*msg\.payload is a value of type Number/],
    ["a Map", new Map([["Level", 1]]), /Args must be an object.*msg\.payload is a value of type Map/],
    ["an Error", new Error("x"), /Args must be an object.*msg\.payload is a value of type Error/],
    [
      "something that writes itself as text",
      { toJSON: () => "2024-01-01" },
      /Args must be an object.*“2024-01-01”/,
    ],
    [
      "a promise inside",
      { Level: Promise.resolve(1) },
      /Args: Level in msg\.payload is a value of type Promise/,
    ],
    ["a Set inside", { Levels: new Set([1]) }, /Args: Levels in msg\.payload is a value of type Set/],
    ["a date that is none inside", { At: new Date(Number.NaN) }, /Args: At in msg\.payload is a date/],
    [
      "an object of a proxy",
      new Proxy({}, {}),
      /Args must be an object.*msg\.payload is a value of type Proxy/,
    ],
    ["a getter that throws", hostile, /Args: msg\.payload cannot be read/],
    ["endless nesting", deep, /Args: msg\.payload nests deeper than 32 levels/],
    ["more than a device takes", { text: "x".repeat(300000) }, /Args: msg\.payload exceeds 256 KB as JSON/],
  ];
  for (const [what, payload, expected] of badArgs) {
    it(`refuses ${what} as args`, async () => {
      const flow = await TestFlow.load(toIt);
      const arrival = await flow.run({ payload, topic: "kept" });
      const { error } = arrival.msg;
      assert.deepEqual(
        [arrival.port, error?.code, error?.category, error?.outcome, error?.retryable],
        ["failure", "invalid-input", "input", "not-sent", false],
      );
      assert.match(error?.message ?? "", expected);
      assert.equal(arrival.msg.topic, "kept");
      assert.deepEqual(simulator.executions, []);
    });
  }

  it("reports it in Chinese", async () => {
    const flow = await TestFlow.load({ ...toIt, language: "zh-CN" });
    const error = await flow.failureOf({ payload: 5 });
    assert.match(error.message, /“入参”必须是对象，但 msg\.payload 是数字 5.*如不需要入参/);
  });

  const goodArgs: [string, unknown, object][] = [
    ["JSON text, whose 80.0 stays 80.0", fade, { Level: 80, DurationMs: 5, Curve: 1 }],
    ["an object", { Level: 80.5, DurationMs: 5, Curve: 1 }, { Level: 80.5, DurationMs: 5, Curve: 1 }],
    ["a BigInt", { Level: 80.5, DurationMs: 5n, Curve: 1 }, { Level: 80.5, DurationMs: 5, Curve: 1 }],
    [
      "an object with an undefined member",
      { Level: 0.5, DurationMs: 5, Curve: 1, x: undefined },
      { Level: 0.5, DurationMs: 5, Curve: 1 },
    ],
  ];
  for (const [what, payload, args] of goodArgs) {
    it(`sends ${what}`, async () => {
      const flow = await TestFlow.load(toIt);
      const { port, msg } = await flow.run({ payload });
      assert.equal(port, "result", msg.error?.message);
      assert.deepEqual(
        simulator.executions.map((execution) => execution.args),
        [args],
      );
    });
  }

  it("sends a date as text of milliseconds", async () => {
    const flow = await TestFlow.load({ ...toIt, invoke: { service: "LoadScenes" } });
    const payload = {
      Title: "Evening",
      Enabled: 1,
      ValidFrom: new Date(1704164645000),
      Color: { Red: 255, Green: 10, Gamma: 2.5 },
      Levels: [20.5],
      Steps: [{ At: 0, Level: 20.5 }],
    };
    const { port, msg } = await flow.run({ payload });
    assert.equal(port, "result", msg.error?.message);
    const { ValidFrom } = simulator.executions[0]!.args as { ValidFrom: string };
    assert.equal(ValidFrom, "1704164645000");
  });

  it("keeps 10.0 of JSON typed into the dialog, and sends {} for no inputs", async () => {
    const flow = await TestFlow.load({ ...toIt, invoke: { args: fade, argsType: "json" } });
    assert.equal((await flow.run({ payload: 5 })).port, "result");
    await unload();
    const reboot = await TestFlow.load({
      ...toIt,
      invoke: { service: "Reboot", args: "{}", argsType: "json" },
    });
    const { port, msg } = await reboot.run({ payload: 5 });
    assert.equal(port, "result");
    assert.equal(msg.invocation?.callType, "async");
    assert.deepEqual(msg.payload, { messageId: msg.invocation?.messageId });
    assert.deepEqual(simulator.executions.map(({ args }) => args).at(-1), {});
  });

  it("takes each field from the source chosen in the dialog", async () => {
    const flow = await TestFlow.load({
      ...toIt,
      invoke: {
        productKey: "product",
        productKeyType: "flow",
        deviceName: "device.name",
        deviceNameType: "msg",
        service: "'Fade' & 'To'",
        serviceType: "jsonata",
        args: '{"Level": payload + 0.5, "DurationMs": 5, "Curve": 1}',
        argsType: "jsonata",
        result: "answer.lamp",
      },
    });
    flow.node.context().flow.set("product", "a1BwAGV0001");
    const { port, msg } = await flow.run({ payload: 10, device: { name: " light01 " } });
    assert.equal(port, "result", msg.error?.message);
    assert.equal(msg.payload, 10);
    assert.ok((msg as unknown as { answer: { lamp: { OldLevel: number } } }).answer.lamp.OldLevel >= 0);
  });

  it("puts the result into the flow's context", async () => {
    const flow = await TestFlow.load({ ...toIt, invoke: { result: "lamp", resultType: "flow" } });
    const { msg } = await flow.run({ payload: fade });
    assert.equal(msg.payload, fade);
    assert.ok("OldLevel" in (flow.node.context().flow.get("lamp") as object));
  });

  it("rejects, before calling, a result target that cannot be written", async () => {
    const flow = await TestFlow.load({ ...toIt, invoke: { result: "payload.answer" } });
    const error = await flow.failureOf({ payload: fade });
    assert.deepEqual([error.code, error.outcome], ["invalid-input", "not-sent"]);
    assert.match(error.message, /result cannot be put into msg\.payload\.answer/);
    assert.deepEqual(simulator.executions, []);
  });

  it("never lets a message property override a field", async () => {
    const flow = await TestFlow.load(toIt);
    const { port } = await flow.run({
      payload: fade,
      deviceName: "light02",
      productKey: "other",
      service: "Reboot",
      endpoint: "http://127.0.0.1:1",
      accessKeySecret: "other",
    });
    assert.equal(port, "result");
    assert.deepEqual(
      simulator.executions.map(({ deviceName, service }) => [deviceName, service]),
      [["light01", "FadeTo"]],
    );
  });

  it("evaluates no field behind one that is wrong", async () => {
    const flow = await TestFlow.load({
      ...toIt,
      invoke: { deviceName: "", args: "$moment(", argsType: "jsonata" },
    });
    assert.match((await flow.failureOf({ payload: fade })).message, /Device is missing/);
  });

  it("finds a device by IotId", async () => {
    const flow = await TestFlow.load({
      ...toIt,
      invoke: {
        target: "iotId",
        iotId: "Q7uOhVRdZRRlDnTLv00100",
        iotIdType: "str",
        productKey: "",
        deviceName: "",
      },
    });
    const { port, msg } = await flow.run({ payload: fade });
    assert.equal(port, "result", msg.error?.message);
    assert.equal(msg.invocation?.iotId, "Q7uOhVRdZRRlDnTLv00100");
  });

  const badFields: [string, object, object, RegExp][] = [
    ["an empty product", { productKey: "" }, {}, /Product is missing: the value in the dialog is empty text/],
    ["an empty device", { deviceName: " " }, {}, /Device is missing/],
    ["an empty IotId", { target: "iotId", iotId: "", iotIdType: "str" }, {}, /IotId is missing/],
    [
      "a device that msg does not name",
      { deviceName: "topic", deviceNameType: "msg" },
      {},
      /Device is missing: msg\.topic is not set/,
    ],
    [
      "a device that is a number",
      { deviceName: "topic", deviceNameType: "msg" },
      { topic: 7 },
      /Device must be text, but msg\.topic is the number 7/,
    ],
    [
      "a device with control characters",
      { deviceName: "topic", deviceNameType: "msg" },
      { topic: "a\nb" },
      /Device is too long or contains control characters/,
    ],
    ["an empty service", { service: "" }, {}, /Service is missing/],
    ["a display name", { service: "调光" }, {}, /Service must be an identifier.*“调光”/],
    ["two modules", { service: "a:b:c" }, {}, /Service must be an identifier/],
    [
      "an environment variable that is not set",
      { deviceName: "${NO_SUCH_DEVICE}" },
      {},
      /Device refers to the environment variable NO_SUCH_DEVICE/,
    ],
    [
      "JSONata that fails",
      { args: "$sum('a')", argsType: "jsonata" },
      {},
      /Args: JSONata cannot be evaluated/,
    ],
    [
      "JSON that is none",
      { args: "{", argsType: "json" },
      {},
      /Args: the value in the dialog is the text “\{”, which is not JSON/,
    ],
    ["a timeout of letters", { timeout: "soon" }, {}, /Timeout must be a number from/],
    ["an account that is gone", { account: "nowhere" }, {}, /No account is chosen/],
  ];
  for (const [what, invoke, msg, expected] of badFields) {
    it(`refuses ${what}`, async () => {
      const flow = await TestFlow.load({ ...toIt, invoke: { ...invoke } });
      const error = await flow.failureOf({ payload: fade, ...msg });
      assert.deepEqual([error.code, error.outcome], ["invalid-input", "not-sent"]);
      assert.match(error.message, expected);
      assert.deepEqual(simulator.executions, []);
    });
  }
});
