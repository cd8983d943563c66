import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import type { Simulator } from "../../lib/simulator/simulator";
import { collectSends, fade, simulated, TestFlow, unload } from "../support/nodes";

const fixed = (type: string, value: string): object => ({ type, value });
const msg = (value: string): object => ({ type: "msg", value });
const struct = (value: object): object => ({ type: "struct", value });
const array = (value: object[]): object => ({ type: "array", value });
const rest = { DurationMs: fixed("num", "5"), Curve: fixed("num", "1") };

describe("invoke node: the form of parameters", function () {
  this.timeout(20_000);
  let simulator: Simulator;
  let toIt: Awaited<ReturnType<typeof simulated>>["toIt"];

  before(async () => {
    ({ simulator, toIt } = await simulated());
  });

  after(() => simulator.close());

  afterEach(async () => {
    await unload();
    delete process.env["TEST_LEVEL"];
  });

  const loaded = (
    form: unknown,
    more: Record<string, unknown> = {},
    account = toIt.account,
  ): Promise<TestFlow> =>
    TestFlow.load({
      account,
      credentials: toIt.credentials,
      invoke: { argsType: "form", args: typeof form === "string" ? form : JSON.stringify(form), ...more },
    });

  /** The args that a message would be sent with. */
  async function argsSent(form: unknown, message: object, more?: Record<string, unknown>): Promise<string> {
    const account = { ...toIt.account, mode: "dry-run" };
    const { port, msg: out } = await (await loaded(form, more, account)).run(message);
    assert.equal(port, "result", out.error?.message);
    await unload();
    return (out.payload as { parameters: { Args: string } }).parameters.Args;
  }

  async function refusal(
    form: unknown,
    message: object = {},
    more?: Record<string, unknown>,
  ): Promise<string> {
    const error = await (await loaded(form, more)).failureOf(message);
    await unload();
    assert.equal(error.code, "invalid-input");
    assert.equal(error.outcome, "not-sent");
    return error.message;
  }

  it("calls the device with fixed values and values of the message", async () => {
    const flow = await loaded({ Level: msg("payload.level"), ...rest }, { check: "error" });
    const { port, msg: out } = await flow.run({ payload: { level: 80 } });
    assert.equal(port, "result", out.error?.message);
    assert.deepEqual(Object.keys(out.payload as object), ["OldLevel", "DoneAt"]);
  });

  it("keeps the digits as typed, and accepts each kind of source", async () => {
    process.env["TEST_LEVEL"] = "7";
    const form = {
      Typed: fixed("num", "10.0"),
      Large: fixed("num", "9007199254740993"),
      Text: fixed("str", "10"),
      Yes: fixed("bool", "true"),
      Json: fixed("json", ' {"a":1.50} '),
      FromMsg: msg("payload"),
      FromEnv: fixed("env", "TEST_LEVEL"),
      FromJsonata: fixed("jsonata", "payload * 2"),
      Struct: struct({ Red: msg("red"), List: array([fixed("num", "1.0"), msg("payload")]) }),
      Empty: struct({}),
    };
    assert.equal(
      await argsSent(form, { payload: 10, red: "x" }),
      '{"Typed":10.0,"Large":9007199254740993,"Text":"10","Yes":true,"Json":{"a":1.50},"FromMsg":10,' +
        '"FromEnv":"7","FromJsonata":20,"Struct":{"Red":"x","List":[1.0,10]},"Empty":{}}',
    );
  });

  it("writes numbers as people write them", async () => {
    const form = Object.fromEntries(
      ["+5", ".5", "5.", "007", "-0.50", "1e3", "  8 "].map((value, at) => [`p${at}`, fixed("num", value)]),
    );
    assert.equal(await argsSent(form, {}), '{"p0":5,"p1":0.5,"p2":5,"p3":7,"p4":-0.50,"p5":1e3,"p6":8}');
  });

  it("removes rounding noise of computed numbers and of no others, side by side", async () => {
    const form = { Level: msg("payload"), DurationMs: fixed("num", "5"), Curve: fixed("json", '"1"') };
    const flow = async (level: object, value: number): Promise<string> =>
      argsSent({ ...form, Level: level }, { payload: value }, { check: "error" });
    assert.equal(await flow(msg("payload"), 0.1 + 0.2), '{"Level":0.3,"DurationMs":5,"Curve":1}');
    const digits = "0.30000000000000004";
    assert.equal(await flow(fixed("num", digits), 0), `{"Level":${digits},"DurationMs":5,"Curve":1}`);
    assert.equal(await flow(msg("payload"), 80), fade);
  });

  it("reads values from the flow and global contexts", async () => {
    const flow = await loaded({
      Level: fixed("flow", "level"),
      DurationMs: fixed("global", "ms"),
      Curve: rest.Curve,
    });
    helper.getNode("invoke").context().flow.set("level", 33.5);
    helper.getNode("invoke").context().global.set("ms", 4);
    const { port, msg: out } = await flow.run({});
    assert.equal(port, "result", out.error?.message);
  });

  it("names every parameter whose source is undefined, at once", async () => {
    const form = {
      Level: msg("payload.level"),
      Curve: fixed("flow", "curve"),
      Env: fixed("env", "TEST_LEVEL"),
      Braces: fixed("env", "${TEST_LEVEL}"),
      Jsonata: fixed("jsonata", "nothing"),
      Color: struct({ Red: msg("red") }),
      Steps: array([fixed("num", "1"), struct({ At: fixed("global", "at") })]),
      Fine: fixed("num", "1"),
    };
    assert.equal(
      await refusal(form, { payload: {} }),
      "Args: Level: msg.payload.level is undefined; Curve: flow.curve is undefined; " +
        "Env: $TEST_LEVEL is undefined; Braces: ${TEST_LEVEL} is undefined; Jsonata: JSONata is undefined; " +
        "Color.Red: msg.red is undefined; Steps[1].At: global.at is undefined.",
    );
  });

  it("names the first twenty of them", async () => {
    const form = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`p${at}`, msg("nothing")]));
    const message = await refusal(form);
    assert.match(
      message,
      /^Args: p0: msg\.nothing is undefined; .*; p19: msg\.nothing is undefined; and more\.$/,
    );
  });

  it("reports problems in Chinese if Node-RED runs in Chinese", async () => {
    const flow = await TestFlow.load({
      ...toIt,
      language: "zh-CN",
      invoke: { argsType: "form", args: JSON.stringify({ Level: msg("payload") }) },
    });
    assert.equal((await flow.failureOf({})).message, "“入参”：Level：msg.payload 未定义（undefined）。");
  });

  it("reads an empty environment variable as empty text", async () => {
    process.env["TEST_LEVEL"] = "";
    assert.equal(await argsSent({ Text: fixed("env", "TEST_LEVEL") }, {}), '{"Text":""}');
  });

  it("accepts identifiers that are special in JavaScript", async () => {
    const form = `{"__proto__":${JSON.stringify(msg("payload"))},"constructor":{"type":"num","value":"1.0"}}`;
    assert.equal(await argsSent(form, { payload: 2 }), '{"__proto__":2,"constructor":1.0}');
  });

  const broken: [what: string, form: unknown, says: RegExp][] = [
    ["no JSON", "{", /^Args: the form of this node cannot be read/],
    ["blank", "", /cannot be read/],
    ["an array", "[]", /cannot be read/],
    [
      "a number that is none",
      { Level: fixed("num", "abc") },
      /^Args: Level: must be a number, but is the text “abc”\.$/,
    ],
    ["a blank number", { Level: fixed("num", "") }, /Level: must be a number, but is empty text/],
    ["a number without digits", { Level: fixed("num", ".") }, /must be a number/],
    ["an infinite number", { Level: fixed("num", "Infinity") }, /must be a number/],
    [
      "bad JSON, deep inside",
      { A: array([struct({ B: fixed("json", "{") })]) },
      /^Args: A\[0\]\.B: must be valid JSON/,
    ],
    [
      "a boolean that is none",
      { On: fixed("bool", "yes") },
      /On: must be true or false, but is the text “yes”/,
    ],
    ["an unknown type", { Level: fixed("date", "") }, /Level: has an unknown type: the text “date”/],
    ["a type that is no text", { Level: { type: {}, value: "" } }, /Level: has an unknown type: an object/],
    ["no type", { Level: { value: "1" } }, /Level: must be an object with type and value/],
    [
      "an entry that is none",
      { Level: 5, More: null, List: [] },
      /Level: .* the number 5; More: .* null; List: .* an array/,
    ],
    [
      "a value of a wrong kind",
      { Level: { type: "num", value: 5 } },
      /Level: its value must be text, but is the number 5/,
    ],
    ["no value", { Level: { type: "msg" } }, /Level: its value must be text, but is not set/],
    [
      "fields that are none",
      { A: { type: "struct", value: [] } },
      /A: its value must be an object of fields, but is an array/,
    ],
    [
      "items that are none",
      { A: { type: "array", value: {} } },
      /A: its value must be an array, but is an object/,
    ],
    [
      "a name twice",
      '{"A":{"type":"num","value":"1"},"A":{"type":"num","value":"2"}}',
      /^Args: A: appears twice\.$/,
    ],
    ["a value twice", '{"A":{"type":"num","value":"1","value":"2"}}', /A: its value must be text/],
    [
      "what looks like a number of the parser",
      { A: { isLosslessNumber: true } },
      /A: must be an object with type/,
    ],
  ];
  for (const [what, form, says] of broken) {
    it(`says what is wrong with a form: ${what}`, async () => {
      assert.match(await refusal(form), says);
    });
  }

  it("says what is wrong with the value of a source", async () => {
    const circle: Record<string, unknown> = {};
    circle["inside"] = { circle };
    const form = Object.fromEntries(
      ["fun", "nan", "list", "circle", "promise"].map((name) => [name, msg(name)]),
    );
    const thrower = {
      get value(): unknown {
        throw new Error("no");
      },
    };
    const message = await refusal(
      { ...form, thrower: msg("thrower"), get: msg("thrower.value"), bad: fixed("jsonata", "$error('x')") },
      { fun: () => 1, nan: NaN, list: [1, undefined], circle, promise: Promise.resolve(1), thrower },
    );
    assert.match(message, /fun: msg\.fun is a function, which JSON cannot represent; /);
    assert.match(message, /nan: msg\.nan is the number NaN, which/);
    assert.match(message, /list: \[1\] in msg\.list is not set, which/);
    assert.match(message, /circle: msg\.circle contains itself/);
    assert.match(message, /promise: msg\.promise is a value of type Promise/);
    assert.match(
      message,
      /thrower: msg\.thrower cannot be read; get: msg\.thrower\.value cannot be evaluated \(no\)/,
    );
    assert.match(message, /bad: JSONata cannot be evaluated \(x\)/);
  });

  it("accepts 32 levels of nesting and no more, from any source", async () => {
    const nested = (levels: number, inner: object): object =>
      levels === 0 ? inner : struct({ a: nested(levels - 1, inner) });
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    const json = (levels: number): object => fixed("json", "[".repeat(levels) + "]".repeat(levels));
    await argsSent({ a: nested(30, fixed("num", "1")) }, {});
    await argsSent({ a: nested(20, msg("deep")), b: nested(20, json(11)) }, { deep: deep(11) });
    assert.match(await refusal({ a: nested(32, fixed("num", "1")) }), /nests deeper than 32 levels/);
    assert.match(await refusal({ a: nested(20, json(12)) }), /: nests deeper than 32 levels/);
    assert.match(
      await refusal({ a: nested(20, msg("deep")) }, { deep: deep(12) }),
      /msg\.deep.*deeper than 32 levels/,
    );
    assert.match(await refusal("[".repeat(5000)), /nests deeper|cannot be read/);
  });

  it("rejects values that no device accepts", async () => {
    const large = "x".repeat(200 * 1024);
    assert.match(await refusal({ a: fixed("str", large.repeat(6)) }), /larger than 1024 KB/);
    assert.match(await refusal({ a: fixed("num", `${"0".repeat(900_000)}x`) }), /a: must be a number/);
    assert.match(await refusal({ a: fixed("str", large), b: fixed("str", large) }), /256 KB/);
    assert.match(await refusal({ a: msg("payload"), b: msg("payload") }, { payload: large }), /256 KB/);
    const sparse = Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [at, undefined]));
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`p${at}`, msg("payload")]));
    assert.match(await refusal(many, { payload: sparse }), /256 KB/);
  });

  it("ends a message whose source never answers when the node is closed", async () => {
    const flow = await loaded({ Level: fixed("flow", "level"), ...rest });
    flow.node.context = () => ({ flow: { get: () => undefined } }) as never;
    const sends = collectSends(flow);
    flow.send({});
    await flow.node.close(false);
    assert.equal(sends.at(-1)?.error?.code, "closed");
    assert.equal(sends.at(-1)?.error?.outcome, "not-sent");
  });
});
