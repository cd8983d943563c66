import assert from "node:assert/strict";
import type { SimulatorOptions } from "../../lib/simulator/simulator";
import { productKey } from "../simulator/property-fixture";
import { acs3, assertSucceeded } from "../simulator/wire";
import { eventually, type FlowOptions, statusesOf, TestFlow, unload } from "../support/nodes";
import { ReadFlows } from "../support/read-flow";

describe("read-device node: values and states", () => {
  let home: ReadFlows;
  beforeEach(async () => {
    home = await ReadFlows.start();
  });
  afterEach(() => home.close());

  const flow = (settings: Record<string, unknown> = {}, more: FlowOptions = {}) => home.flow(settings, more);
  const restart = async (options: SimulatorOptions): Promise<void> => {
    await home.close();
    home = await ReadFlows.start(options);
  };
  async function resultOf(test: TestFlow, msg: object = {}): Promise<Record<string, unknown>> {
    const { port, msg: out } = await test.run(msg);
    assert.equal(port, "result", out.error?.message);
    return out.payload as Record<string, unknown>;
  }
  async function reasonOf(settings: Record<string, unknown>, msg: object = {}): Promise<string> {
    const { code, outcome, retryable, message } = await (await flow(settings)).failureOf(msg);
    assert.deepEqual([code, outcome, retryable], ["invalid-input", "not-sent", false], message);
    return message;
  }

  const time = Date.now() - 5000;
  const reported = {
    Target: { value: 21.5, time },
    Count: { value: 7, time },
    Exact: { value: 0.1, time },
    Power: { value: 1, time },
    Mode: { value: 3, time },
    Title: { value: "12", time },
    Since: { value: "1700000000000", time },
    Color: { value: { Red: 200 }, time },
    Levels: { value: [1.5, 2], time },
    "fan:Speed": { value: 4, time },
  };

  it("gives present values with the types of the thing model, in the shape of a property message", async () => {
    home.post(reported);
    const { port, msg } = await (await flow()).run({ topic: "kept" });
    assert.equal(port, "result", msg.error?.message);
    assert.equal(msg.topic, "kept");
    assert.deepEqual(msg.payload, {
      items: {
        Target: { value: 21.5, unit: "°C", time },
        Count: { value: 7, time },
        Exact: { value: 0.1, time },
        Power: { value: 1, label: "On", time },
        Mode: { value: 3, label: "fast", time },
        Title: { value: "12", time },
        Since: { value: "1700000000000", iso: "2023-11-14T22:13:20.000Z", time },
        Color: { value: { Red: 200 }, time },
        Levels: { value: [1.5, 2], time },
      },
    });
    const { durationMs, queuedMs, requestId, ...invocation } = msg.invocation!;
    assert.ok(requestId);
    assert.ok(durationMs >= 0 && queuedMs >= 0);
    assert.deepEqual(invocation, { operation: "read-device", productKey, deviceName: "room", attempts: 1 });
  });

  it("reads the modules that are named with one call each and joins them, in the order that was asked for", async () => {
    home.post({ ...reported, "fan:Target": { value: 2, time } });
    const settings = { identifiers: "fan:Speed, Count, fan:*", identifiersType: "str" };
    const { items } = await resultOf(await flow({ ...settings, identifiers: "fan:Speed, Count" }));
    assert.deepEqual(items, { "fan:Speed": { value: 4, time }, Count: { value: 7, time } });
    assert.deepEqual(Object.keys(items as object), ["fan:Speed", "Count"]);
    const all = await resultOf(await flow(settings));
    assert.deepEqual(Object.keys(all["items"] as object).toSorted(), ["Count", "fan:Speed", "fan:Target"]);
  });

  it("takes identifiers from a message: a list, or text with commas", async () => {
    home.post(reported);
    const test = await flow({ identifiers: "names", identifiersType: "msg" });
    for (const names of [["Count", "Mode"], "Count,Mode", " Count , Mode ", '["Count","Mode"]']) {
      const { items } = await resultOf(test, { names });
      assert.deepEqual(Object.keys(items as object), ["Count", "Mode"]);
    }
    const { items } = await resultOf(test, {});
    assert.equal(Object.keys(items as object).length, 9);
  });

  it("names identifiers that cannot be or that the thing model does not have, and asks nothing", async () => {
    assert.match(
      await reasonOf({ identifiers: "Temperatur" }),
      /do(es)? not have .*Temperatur\. It has: Target/,
    );
    assert.match(
      await reasonOf({ identifiers: "室温" }),
      /the text “室温”.*identifiers from the thing model/,
    );
    const fromMessage = { identifiers: "names", identifiersType: "msg" };
    assert.match(await reasonOf(fromMessage, { names: 5 }), /msg\.names is the number 5/);
    assert.match(await reasonOf(fromMessage, { names: [] }), /msg\.names is an empty list/);
    assert.match(await reasonOf(fromMessage, { names: ["Count", 5] }), /msg\.names contains the number 5/);
    const many = Array.from({ length: 501 }, (_none, index) => `P${index}`);
    assert.match(await reasonOf(fromMessage, { names: many }), /more than 500/);
    assert.match(await reasonOf({ what: "everything" }), /“everything”.*not support/);
  });

  it("finds the device by its IotId", async () => {
    home.post(reported);
    const found = await acs3(home.simulator, "QueryDeviceDetail", {
      ProductKey: productKey,
      DeviceName: "room",
    });
    const { IotId: iotId } = assertSucceeded(found).Data as unknown as { IotId: string };
    const test = await flow({ target: "iotId", iotId, iotIdType: "str", identifiers: "Mode" });
    const { msg } = await test.run({});
    assert.deepEqual(msg.payload, { items: { Mode: { value: 3, label: "fast", time } } });
    assert.equal(msg.invocation?.iotId, iotId);
  });

  it("gives desired values with their versions; a cleared one, or one never set, has only its version", async () => {
    const set = async (items: string): Promise<void> => {
      const parameters = { ProductKey: productKey, DeviceName: "away", Items: items, Versions: "{}" };
      assertSucceeded(await acs3(home.simulator, "SetDeviceDesiredProperty", parameters));
    };
    await set('{"Target":21.0,"Mode":3}');
    await set('{"Target":22.5,"Mode":null}');
    const settings = { what: "desired", deviceName: "away" };
    const { items } = await resultOf(await flow({ ...settings, identifiers: "Mode,Target,Count" }));
    const { Mode, Target, Count } = items as Record<string, Record<string, unknown>>;
    assert.equal(typeof Target?.["time"], "number");
    assert.deepEqual({ ...Target, time: 0 }, { value: 22.5, unit: "°C", time: 0, version: 2 });
    assert.deepEqual(
      Object.keys(Mode ?? {}).filter((name) => name !== "time"),
      ["version"],
    );
    assert.deepEqual(Count, { version: 0 });
    const all = await resultOf(await flow(settings));
    const names = Object.keys(all["items"] as object);
    assert.equal(names.length, 9);
    assert.ok(!names.includes("Temperature"), "a property that is only read has no desired value");
    const ofModule = await resultOf(await flow({ ...settings, identifiers: "fan:Speed" }));
    assert.deepEqual(ofModule, { items: { "fan:Speed": { version: 0 } } });
  });

  it("gives the state of a device", async () => {
    for (const [deviceName, status] of [
      ["room", "online"],
      ["away", "offline"],
      ["new", "unactive"],
      ["locked", "disabled"],
    ]) {
      const state = await resultOf(await flow({ what: "state", deviceName }));
      assert.equal(state["status"], status);
      assert.equal(typeof state["time"], "number");
      assert.deepEqual(Object.keys(state), ["status", "time"]);
    }
  });

  it("gives the states of several devices at once, in the order of the list", async () => {
    const test = await flow({ what: "state", deviceName: "names", deviceNameType: "msg" });
    const { port, msg } = await test.run({ names: ["locked", "room", "away", "room"] });
    assert.equal(port, "result", msg.error?.message);
    const { devices } = msg.payload as { devices: { deviceName: string; status: string; time: number }[] };
    assert.deepEqual(
      devices.map(({ deviceName, status }) => [deviceName, status]),
      [
        ["locked", "disabled"],
        ["room", "online"],
        ["away", "offline"],
      ],
    );
    assert.ok(devices.every(({ time: since }) => typeof since === "number"));
    assert.equal(msg.invocation?.productKey, productKey);
    assert.equal(msg.invocation.deviceName, undefined);
  });

  it("asks for more than 50 states in calls of 50", async () => {
    const devices = Array.from({ length: 120 }, (_none, index) => ({ deviceName: `d${index}` }));
    await restart({ definition: { products: [{ productKey, devices }] } });
    const test = await flow({ what: "state", deviceName: "payload", deviceNameType: "msg" });
    const names = devices.map(({ deviceName }) => deviceName);
    const result = await resultOf(test, { payload: names });
    assert.deepEqual(
      (result["devices"] as { deviceName: string }[]).map(({ deviceName }) => deviceName),
      names,
    );
    for (const [payload, expected] of [
      [[], /empty list/],
      [Array.from({ length: 1001 }, () => "d1"), /more than 1000/],
      [["d1", 5], /msg\.payload\[1\] is the number 5/],
    ] as const) {
      assert.match((await test.failureOf({ payload })).message, expected);
    }
  });

  it("without a thing model, values have the types that the answer names", async () => {
    home.post(reported);
    for (const action of ["GetThingModelTslPublished", "GetThingModelTsl"]) {
      home.simulator.addFault({ fault: "server-error", code: "iot.common.RamActionPermissionDeny", action });
    }
    const { items } = await resultOf(await flow());
    const values = Object.entries(items as Record<string, { value: unknown }>).map(([name, item]) => [
      name,
      item.value,
    ]);
    assert.deepEqual(Object.fromEntries(values), {
      Target: 21.5,
      Count: 7,
      Exact: 0.1,
      Power: 1,
      Mode: 3,
      Title: "12",
      Since: "1700000000000",
      Color: { Red: 200 },
      Levels: [1.5, 2],
    });
  });

  it("gives the same where the platform answers in XML, also of a single row", async () => {
    home.post(reported);
    home.simulator.uplink.postEvent(productKey, "room", "Alarm", { Heat: 91.5 }, time);
    const names = { deviceName: "names", deviceNameType: "msg" };
    for (const settings of [
      { what: "properties" },
      { what: "properties", identifiers: "fan:Speed" },
      { what: "desired" },
      { what: "state" },
      { what: "state", ...names },
      { what: "property-history", identifiers: "Target" },
      { what: "property-history", identifiers: "Target,Color" },
      { what: "event-history" },
      { what: "service-history" },
    ]) {
      home.simulator.clearFaults();
      const test = await flow(settings);
      const inJson = await resultOf(test, { names: ["room"] });
      home.simulator.addFault({ fault: "xml" });
      assert.deepEqual(await resultOf(test, { names: ["room"] }), inJson, JSON.stringify(settings));
    }
  });

  it("gives what a set-properties node sends as it is", async () => {
    home.post(reported);
    const names = "Target,Count,Exact,Power,Mode,Title,Since,Color,Levels,fan:Speed";
    const { msg } = await (await flow({ identifiers: names })).run({});
    await unload();
    const setting = await TestFlow.load({
      ...home.toIt,
      nodeType: "aliyun-iot-set-properties",
      invoke: { productKey, deviceName: "room", check: "error", items: "payload", itemsType: "msg" },
    });
    const { port, msg: set } = await setting.run({ payload: msg.payload });
    assert.equal(port, "result", set.error?.message);
    await eventually(() => home.simulator.executions.length === 1);
    const expected = Object.entries(reported).map(([name, { value }]) => [name, value]);
    assert.deepEqual(home.simulator.executions[0]?.args, Object.fromEntries(expected));
  });

  it("leaves out what was never reported", async () => {
    home.post({ Count: { value: 0, time }, Title: { value: "", time } });
    assert.deepEqual(await resultOf(await flow()), {
      items: { Count: { value: 0, time }, Title: { value: "", time } },
    });
  });

  it("names lists and times that cannot be read, whatever they do", async () => {
    const throwing = (): never => {
      throw new Error("boom");
    };
    const list = Object.defineProperty(["Count"], 0, { get: throwing });
    const proxy = new Proxy({}, { get: throwing, getPrototypeOf: throwing, ownKeys: throwing });
    const revocable = Proxy.revocable([], {});
    revocable.revoke();
    const revoked = revocable.proxy;
    const tagged = Object.defineProperty({}, Symbol.toStringTag, { get: throwing });
    const silent = Object.defineProperty([5], Symbol.iterator, { value: () => [].values() });
    for (const [settings, msg] of [
      [{ identifiers: "given", identifiersType: "msg" }, { given: revoked }],
      [{ identifiers: "given", identifiersType: "msg" }, { given: tagged }],
      [{ identifiers: "given", identifiersType: "msg" }, { given: silent }],
      [{ what: "state", deviceName: "given", deviceNameType: "msg" }, { given: revoked }],
      [{ what: "state", deviceName: "given", deviceNameType: "msg" }, { given: tagged }],
      [{ what: "state", deviceName: "given", deviceNameType: "msg" }, { given: silent }],
      [{ what: "event-history", from: "given", fromType: "msg" }, { given: tagged }],
      [{ identifiers: "given", identifiersType: "msg" }, { given: list }],
      [{ identifiers: "given", identifiersType: "msg" }, { given: proxy }],
      [{ what: "state", deviceName: "given", deviceNameType: "msg" }, { given: list }],
      [{ what: "state", deviceName: "given", deviceNameType: "msg" }, { given: proxy }],
      [{ what: "event-history", from: "given", fromType: "msg" }, { given: proxy }],
      [{ what: "event-history", to: "given", toType: "msg" }, { given: list }],
    ] as const) {
      await reasonOf(settings, msg);
    }
  });

  it("shows in its status how long a read took, and what went wrong", async () => {
    home.post(reported);
    const test = await flow({ identifiers: "names", identifiersType: "msg" });
    const statuses = statusesOf(test.node);
    await test.run({ names: "Count" });
    await eventually(() => statuses.some(({ text }) => /^✓ \d\d:\d\d:\d\d · \d+ ms$/.test(text ?? "")));
    await test.run({ names: 5 });
    await eventually(() => statuses.some(({ fill, text }) => fill === "red" && /✗/.test(text ?? "")));
  });

  it("reads on a dry run and whatever the account's rules allow, since a read changes nothing", async () => {
    home.post(reported);
    const account = { mode: "dry-run", allow: "nothing/at/all" };
    const { port, msg } = await (await flow({ identifiers: "Count" }, { account })).run({ confirmed: true });
    assert.equal(port, "result", msg.error?.message);
    assert.deepEqual(msg.payload, { items: { Count: { value: 7, time } } });
    assert.equal(msg.invocation?.dryRun, undefined);
    assert.ok(!("confirmed" in msg));
  });
});
