import assert from "node:assert/strict";
import { eventually, type TestFlow, unload } from "../support/nodes";
import { productKey } from "../support/thermostat-definition";
import { Thermostats } from "../support/thermostats";

describe("set-properties node", () => {
  let home: Thermostats;
  beforeEach(async () => {
    home = await Thermostats.start();
  });
  afterEach(async () => {
    await unload();
    await home.close();
  });

  const load = (settings: Record<string, unknown> = {}, account: Record<string, unknown> = {}) =>
    home.flow(settings, account);
  const executed = (): unknown[] => home.simulator.executions.map(({ args }) => args);
  /** What stands in `Items` of the last request, as the simulator's store of what devices report shows it. */
  async function reasonOf(flow: TestFlow, payload: unknown): Promise<string> {
    const { code, outcome, message } = await flow.failureOf({ payload });
    assert.deepEqual([code, outcome], ["invalid-input", "not-sent"], message);
    return message;
  }

  it("sets properties and gives the id of the message, with the operation in msg.invocation", async () => {
    const flow = await load();
    const { port, msg } = await flow.run({ payload: { Target: 21, Power: true }, topic: "kept" });
    assert.equal(port, "result", msg.error?.message);
    const { messageId } = msg.invocation!;
    assert.deepEqual(msg.payload, { messageId });
    assert.equal(msg.topic, "kept");
    const { durationMs: _duration, queuedMs: _queued, requestId, ...invocation } = msg.invocation!;
    assert.ok(requestId);
    assert.deepEqual(invocation, {
      operation: "set-properties",
      productKey,
      deviceName: "willing",
      callType: "async",
      messageId,
      attempts: 1,
    });
    await eventually(() => executed().length === 1);
    assert.deepEqual(executed(), [{ Target: 21, Power: 1 }]);
  });

  it("sets properties of several modules in one call, each by the thing model of its module", async () => {
    const flow = await load();
    const { port, msg } = await flow.run({ payload: { Target: 21, "fan:Speed": 3 } });
    assert.equal(port, "result", msg.error?.message);
    await eventually(() => executed().length === 1);
    assert.deepEqual(executed(), [{ Target: 21, "fan:Speed": 3 }]);
  });

  it("finds the device by its IotId", async () => {
    const flow = await load({ target: "iotId", iotId: "iot-willing", iotIdType: "str", confirm: "reported" });
    const { port, msg } = await flow.run({ payload: { Target: 22.5 } });
    assert.equal(port, "result", msg.error?.message);
    assert.equal(msg.invocation?.iotId, "iot-willing");
  });

  it("takes what read-device and property messages give", async () => {
    const flow = await load({ items: "payload", itemsType: "msg" });
    const items = {
      Target: { value: 21.5, time: 1, unit: "°C" },
      Power: { value: 1, label: "on", time: 2 },
      Count: { time: 3 },
    };
    for (const payload of [{ items, iotId: "x", checkFailedData: {} }, JSON.stringify({ items })]) {
      const { port, msg } = await flow.run({ payload });
      assert.equal(port, "result", msg.error?.message);
    }
    await eventually(() => executed().length === 2);
    assert.deepEqual(executed(), [
      { Target: 21.5, Power: 1 },
      { Target: 21.5, Power: 1 },
    ]);
  });

  it("names all that is wrong at once, by its path, and sends nothing", async () => {
    const flow = await load();
    const reason = await reasonOf(flow, {
      Target: 300,
      Power: "maybe",
      Schedule: { Hour: 25, Level: 1 },
      Steps: [1, "x"],
      Temperature: 20,
      Colour: 1,
      "fan:Rpm": 5,
    });
    for (const part of [
      /Target must be from -50 to 100/,
      /Power must be/,
      /Schedule\.Hour must be/,
      /Steps\[1\] must be/,
      /Temperature is read-only/,
      /Colour is not in the thing model; known here: Target, Power/,
      /fan:Rpm is read-only/,
    ]) {
      assert.match(reason, part);
    }
    assert.equal(home.simulator.executions.length, 0);
  });

  it("says what is missing where there is nothing to set, or no name for it", async () => {
    const flow = await load();
    assert.match(await reasonOf(flow, {}), /no property to set/);
    assert.match(await reasonOf(flow, 5), /Properties must be an object such as \{ Brightness: 50 \}/);
    assert.match(await reasonOf(flow, "[1]"), /must be an object/);
    assert.match(await reasonOf(flow, { "Target ": 5 }), /identifier from the thing model/);
    assert.match(await reasonOf(flow, { "a:b:c": 5 }), /identifier from the thing model/);
    assert.match(await reasonOf(flow, { Target: null }), /Target must be a number, but is null/);
  });

  it("sends the values unchanged where they are not checked, or with a warning", async () => {
    const off = await load({ check: "off" });
    assert.equal((await off.run({ payload: '{"Target":20.50}' })).port, "result");
    const { msg } = await off.run({ payload: { Target: 20 } });
    assert.equal(msg.error?.code, "6307", "the platform wants a decimal");
  });

  it("takes each property from the form", async () => {
    const form = {
      Target: { type: "num", value: "21" },
      Power: { type: "msg", value: "on" },
      "fan:Speed": { type: "jsonata", value: "payload * 2" },
    };
    const flow = await load({ items: JSON.stringify(form), itemsType: "form" });
    const { port, msg } = await flow.run({ payload: 4, on: false });
    assert.equal(port, "result", msg.error?.message);
    await eventually(() => executed().length === 1);
    assert.deepEqual(executed(), [{ Target: 21, Power: 0, "fan:Speed": 8 }]);
    const { message } = await flow.failureOf({ payload: 4 });
    assert.match(message, /Power/);
  });

  it("does not send to a device that is offline, unless with QoS 1", async () => {
    const flow = await load({ deviceName: "away" });
    const { code, category, outcome } = await flow.failureOf({ payload: { Target: 1 } });
    assert.deepEqual([code, category, outcome], ["iot.messagebroker.OFFLINE", "offline", "refused"]);
    await unload();
    const patient = await load({ deviceName: "away", qos: 1 });
    assert.equal((await patient.run({ payload: { Target: 1 } })).port, "result");
    home.simulator.uplink.setStatus(productKey, "away", "ONLINE");
    await eventually(() => executed().length === 1);
  });

  it("keeps to the rules of the account, for each property by its name", async () => {
    const rules = `${productKey}/*/property:Target\n${productKey}/*/property:fan:*`;
    const flow = await load({}, { name: "House", allow: rules });
    assert.equal((await flow.run({ payload: { Target: 5, "fan:Speed": 1 } })).port, "result");
    for (const payload of [
      { Power: 1 },
      { Target: 5, Power: 1 },
      '{"P\\u006fwer":1}',
      { items: { Power: { value: 1 } } },
    ]) {
      const { code, message } = await flow.failureOf({ payload });
      assert.equal(code, "not-allowed");
      assert.match(message, new RegExp(`${productKey}/willing/property:Power`));
    }
    await unload();
    const careful = await load({}, { confirm: `${productKey}/willing/property:Power` });
    assert.equal((await careful.failureOf({ payload: { Power: 1 } })).code, "not-confirmed");
    const { port, msg } = await careful.run({ payload: { Power: 1 }, confirmed: true });
    assert.equal(port, "result", msg.error?.message);
    assert.ok(!Object.hasOwn(msg, "confirmed"));
  });

  it("shows on a dry run what would have been sent", async () => {
    const flow = await load({ confirm: "reported" }, { mode: "dry-run" });
    const { msg } = await flow.run({ payload: { Target: 5 } });
    assert.deepEqual(msg.payload, {
      operation: "set-properties",
      parameters: { ProductKey: productKey, DeviceName: "willing", Items: '{"Target":5.0}' },
    });
    assert.deepEqual([msg.invocation?.attempts, msg.invocation?.dryRun], [0, true]);
    await unload();
    const desired = await load(
      { mode: "desired", versions: "versions", versionsType: "msg" },
      { mode: "dry-run" },
    );
    const { msg: other } = await desired.run({ payload: { Target: 5 }, versions: { Target: 2, Power: 7 } });
    assert.deepEqual((other.payload as { parameters: object }).parameters, {
      ProductKey: productKey,
      DeviceName: "willing",
      Items: '{"Target":5.0}',
      Versions: '{"Target":2}',
    });
    assert.equal(home.simulator.executions.length, 0);
  });

  it("refuses settings that a flow file edited by hand may hold", async () => {
    for (const settings of [
      { mode: "later" },
      { mode: "NOW" },
      { mode: true },
      { qos: 2 },
      { qos: true },
      { qos: [1] },
      { qos: "0x1" },
      { confirm: "hoped" },
    ]) {
      const flow = await load(settings);
      assert.match(await reasonOf(flow, { Target: 1 }), /this version does not support/);
      await unload();
    }
    const flow = await load({ mode: "desired", confirm: "reply" });
    assert.match(await reasonOf(flow, { Target: 1 }), /cannot be confirmed by a reply/);
  });

  it("removes the error that another node of this package has left", async () => {
    const flow = await load();
    const error = { code: "x", source: { id: "1", type: "aliyun-iot-invoke-service", name: "" } };
    const { msg } = await flow.run({ payload: { Target: 1 }, error });
    assert.ok(!Object.hasOwn(msg, "error"));
  });
});

describe("set-properties node: desired values", () => {
  let home: Thermostats;
  beforeEach(async () => {
    home = await Thermostats.start();
  });
  afterEach(async () => {
    await unload();
    await home.close();
  });

  const load = (settings: Record<string, unknown> = {}): Promise<TestFlow> =>
    home.flow({ mode: "desired", deviceName: "away", ...settings });

  it("are stored for a device that is offline, and it gets them when it is back", async () => {
    const flow = await load();
    const { port, msg } = await flow.run({ payload: { Target: 5, "fan:Speed": 2 } });
    assert.equal(port, "result", msg.error?.message);
    const { messageId } = msg.invocation!;
    assert.deepEqual(msg.payload, { messageId, versions: { Target: 1, "fan:Speed": 1 } });
    home.simulator.uplink.setStatus(productKey, "away", "ONLINE");
    await eventually(() => home.simulator.executions.length === 1);
    assert.deepEqual(home.simulator.executions[0]?.args, { Target: 5, "fan:Speed": 2 });
  });

  it("are cleared with null", async () => {
    const flow = await load();
    await flow.run({ payload: { Target: 5 } });
    const { port, msg } = await flow.run({ payload: { Target: null } });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual((msg.payload as { versions: object }).versions, { Target: 2 });
  });

  it("with another version are refused, and the hint names the present one", async () => {
    const flow = await load({ versions: "versions" });
    assert.equal((await flow.run({ payload: { Target: 5 }, versions: { Target: 0 } })).port, "result");
    const readBack = { items: { Target: { value: 5, version: 1, time: 1 } } };
    assert.equal((await flow.run({ payload: { Target: 6 }, versions: readBack })).port, "result");
    const { code, category, outcome, retryable, hint } = await flow.failureOf({
      payload: { Target: 7 },
      versions: { Target: 1 },
    });
    assert.ok(code);
    assert.deepEqual([category, outcome, retryable], ["input", "refused", false]);
    assert.match(hint ?? "", /current versions are: Target: 2\./);
  });

  it("with another version are refused without it where the versions cannot be read", async () => {
    const flow = await load({ versions: "versions" });
    await flow.run({ payload: { Target: 5 }, versions: { Target: 0 } });
    home.simulator.addFault({ action: "QueryDeviceDesiredProperty", fault: "server-error", times: 99 });
    const { outcome, hint } = await flow.failureOf({ payload: { Target: 7 }, versions: { Target: 0 } });
    assert.equal(outcome, "refused");
    assert.match(hint ?? "", /changed since its version was read\. Read the desired values again/);
  });

  it("are not set without a check where a check is asked for and no version has come", async () => {
    const flow = await load({ versions: "versions" });
    for (const versions of [undefined, 5, "", { Power: 1 }, { Target: -1 }, { Target: "x" }]) {
      const { code, outcome } = await flow.failureOf({ payload: { Target: 5 }, versions });
      assert.deepEqual([code, outcome], ["invalid-input", "not-sent"]);
    }
    // Settings that a flow file edited by hand may hold.
    for (const versions of [5, true, ["Target"], { Power: 1 }]) {
      await unload();
      const odd = await load({ versions, versionsType: "json" });
      const { code, outcome } = await odd.failureOf({ payload: { Target: 5 } });
      assert.deepEqual([code, outcome], ["invalid-input", "not-sent"], JSON.stringify(versions));
    }
  });

  it("are at most ten, never split", async () => {
    const flow = await load({ check: "off" });
    const payload = Object.fromEntries(Array.from({ length: 11 }, (_none, n) => [`P${n}`, n]));
    const { code, outcome, message } = await flow.failureOf({ payload });
    assert.deepEqual([code, outcome], ["invalid-input", "not-sent"]);
    assert.match(message, /At most 10 .* there are 11/);
  });

  it("wait for the report of a device that is online", async () => {
    const flow = await load({ deviceName: "willing", confirm: "reported" });
    const { port, msg } = await flow.run({ payload: { Target: 21.5 } });
    assert.equal(port, "result", msg.error?.message);
    assert.equal((msg.payload as { items: { Target: { value: number } } }).items.Target.value, 21.5);
  });
});
