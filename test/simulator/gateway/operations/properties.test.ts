import assert from "node:assert/strict";
import { Simulator } from "../../../../lib/simulator/simulator";
import { climateDefinition, productKey } from "../../property-fixture";
import { acs3, assertFailed, assertSucceeded, type Reply } from "../../wire";

type Row = Record<string, unknown>;

describe("setting and reading properties", () => {
  let simulator: Simulator;
  beforeEach(async () => (simulator = await Simulator.start({ definition: climateDefinition() })));
  afterEach(() => simulator.close());

  const call = (
    action: string,
    parameters: Record<string, string> = {},
    DeviceName = "room",
  ): Promise<Reply> => acs3(simulator, action, { ProductKey: productKey, DeviceName, ...parameters });
  const set = (Items: string, more: Record<string, string> = {}, deviceName?: string): Promise<Reply> =>
    call("SetDeviceProperty", { Items, ...more }, deviceName);
  const desire = (Items: string, Versions = "{}", deviceName = "away"): Promise<Reply> =>
    call("SetDeviceDesiredProperty", { Items, Versions }, deviceName);
  const rows = async (
    action: string,
    list: string,
    more: Record<string, string> = {},
    deviceName?: string,
  ) => {
    const { Data } = assertSucceeded(await call(action, more, deviceName));
    return (Data.List as Record<string, Row[]>)[list]!;
  };
  const desired = (more: Record<string, string> = {}): Promise<Row[]> =>
    rows("QueryDeviceDesiredProperty", "DesiredPropertyInfo", more, "away");

  const accepted = [
    '{"Target":20.0}',
    '{"Target":20.5,"Count":3,"Exact":-1.50,"Power":1,"Mode":3,"Title":"客厅","Since":"1536228947682"}',
    '{"Color":{"Red":255},"Levels":[1.0,2.5]}',
    '{"fan:Speed":9,"Target":5.0,"fan:Target":1}',
  ];
  for (const items of accepted) {
    it(`SetDeviceProperty takes ${items}`, async () => {
      const { Data } = assertSucceeded(await set(items));
      assert.match(String(Data.MessageId), /^\d+$/);
      assert.deepEqual(Object.keys(Data), ["MessageId"]);
      const [{ service, args, messageId } = {}] = simulator.executions;
      assert.deepEqual([service, args, messageId], ["set", JSON.parse(items), Data.MessageId]);
    });
  }

  const many = Object.fromEntries(Array.from({ length: 201 }, (_none, at) => [`P${at}`, 1]));
  const refused: [items: string, code: string, message: RegExp][] = [
    ["20", "iot.device.InvalidFormattedDevicePropertiesString", /one object, got 20/],
    ['{"Target":', "iot.device.InvalidFormattedDevicePropertiesString", /not valid JSON/],
    ['{"Target":20.0,"Target":21.0}', "iot.device.InvalidFormattedDevicePropertiesString", /Target/],
    ["{}", "iot.device.NoneDeviceProperties", /names no property/],
    ['{"target":20.0}', "iot.device.NoneDeviceProperties", /no property target/],
    ['{"Speed":1}', "iot.device.NoneDeviceProperties", /no property Speed/],
    ['{"":1}', "iot.device.NullDevicePropertyKey", /no name/],
    ['{"Target temperature":20.0}', "iot.device.InvalidFormattedDevicePropertyKey", /Target temperature/],
    [JSON.stringify(many), "iot.device.TooManyDevicePropertiesPerTime", /at most 200 .* got 201/],
    [`{"Title":"${"x".repeat(262_144)}"}`, "iot.device.LongDevicePropertiesString", /more than 262144 bytes/],
    ['{"Temperature":20.0}', "iot.device.SetDevicePropertyFailed", /Temperature is read-only/],
    ['{"Target":20}', "6307", /a float with a decimal, like 20\.0, got 20/],
    ['{"Target":36.0}', "6307", /from 5 to 35/],
    ['{"Target":null}', "6307", /got null/],
    ['{"Count":1.0}', "6306", /an integer/],
    ['{"Exact":"1.0"}', "6322", /a number \(double\)/],
    ['{"Power":true}', "6308", /one of 0, 1/],
    ['{"Mode":1}', "6309", /one of 0, 3/],
    ['{"Title":"123456789"}', "6310", /9 bytes, at most 8/],
    ['{"Since":1536228947682}', "6311", /a text of digits/],
    ['{"Color":{"Red":256}}', "6306", /Color\.Red must be from 0 to 255/],
    ['{"Color":{}}', "6302", /Color\.Red is missing/],
    ['{"Levels":[1.0,2.0,3.0]}', "6324", /3 elements, at most 2/],
    ['{"fan:Speed":10}', "6306", /fan:Speed must be from 0 to 9/],
  ];
  for (const [items, code, message] of refused) {
    it(`refuses ${items.slice(0, 60)} with ${code}, and the device gets nothing`, async () => {
      assertFailed(await set(items), code, message);
      // There, null clears a value.
      if (!items.includes("null")) assertFailed(await desire(items), code);
      assert.deepEqual(simulator.executions, []);
    });
  }

  it("refuses a device that cannot be reached", async () => {
    const items = '{"Target":20.0}';
    assertFailed(await set(items, {}, "away"), "iot.messagebroker.OFFLINE");
    assertFailed(await set(items, {}, "new"), "iot.device.InactiveDevice");
    assertFailed(await set(items, { Qos: "1" }, "new"), "iot.device.InactiveDevice");
    assertFailed(await set(items, {}, "locked"), "6208");
    assertFailed(await set(items, {}, "nobody"), "iot.device.NotExistedDevice");
    assertFailed(
      await set(items, { Qos: "2" }),
      "iot.common.InvalidFormattedParameter",
      /Qos must be 0 or 1/,
    );
    const box = { ProductKey: "a1NoModel001", DeviceName: "box", Items: items };
    assertFailed(await acs3(simulator, "SetDeviceProperty", box), "iot.prod.NotSeniorProduct");
    assert.equal((await set("")).json.Code, "MissingItems");
  });

  it("reads the values of one module: all text, blank where nothing was reported", async () => {
    simulator.uplink.postProperty(productKey, "room", {
      Target: { value: 20, time: 1_700_000_000_123 },
      Count: 3,
      Title: "客厅",
      Color: { value: { Red: 7 } },
      Levels: { value: [1, 2.5] },
      "fan:Speed": { value: 5, time: 1_700_000_000_000 },
    });
    const status = await rows("QueryDevicePropertyStatus", "PropertyStatusInfo");
    const byName = new Map(status.map((row) => [row.Identifier, row]));
    assert.deepEqual(byName.get("Target"), {
      Identifier: "Target",
      Name: "Target 属性",
      DataType: "float",
      Unit: "°C",
      Value: "20.0",
      Time: "1700000000123",
    });
    const values = ["Count", "Title", "Color", "Levels"].map((name) => byName.get(name)?.Value);
    assert.deepEqual(values, ["3", "客厅", '{"Red":7}', "[1.0,2.5]"]);
    const { Value, Time } = byName.get("Power")!;
    assert.deepEqual([Value, Time], ["", ""]);
    const fan = await rows("QueryDevicePropertyStatus", "PropertyStatusInfo", { FunctionBlockId: "fan" });
    assert.deepEqual(
      fan.map((row) => [row.Identifier, row.Value, row.Time]),
      [
        ["fan:Speed", "5", "1700000000000"],
        ["fan:Target", "", ""],
      ],
    );
    const nowhere = await call("QueryDevicePropertyStatus", { FunctionBlockId: "attic" });
    assertFailed(nowhere, "iot.common.InvalidFormattedParameter", /attic/);
  });

  it("a value that could not be sent at the time does not replace a newer one; a device's clock decides nothing", async () => {
    const now = Date.now();
    simulator.uplink.postProperty(productKey, "room", { Power: { value: 0, time: now } });
    simulator.uplink.postProperty(productKey, "room", { Power: { value: 1, time: 1524448722000 } });
    simulator.uplink.postProperty(productKey, "room", { Count: { value: 2, time: now } });
    simulator.uplink.postProperty(productKey, "room", { Count: { value: 1, time: now - 1000 } }, "1", true);
    const status = await rows("QueryDevicePropertyStatus", "PropertyStatusInfo");
    assert.equal(status.find(({ Identifier }) => Identifier === "Count")?.Value, "2");
    const power = status.find(({ Identifier }) => Identifier === "Power");
    assert.deepEqual([power?.Value, power?.Time], ["1", "1524448722000"]);
  });

  it("desired values have versions, and one that is not the present one is refused", async () => {
    const first = assertSucceeded(await desire('{"Target":20.0,"fan:Speed":2}', '{"Target":0}'));
    assert.equal(first.Data.Versions, '{"Target":1,"fan:Speed":1}');
    const stale = await desire('{"Target":21.0,"Count":1}', '{"Target":0}');
    assertFailed(stale, "iot.device.SetDevicePropertyFailed", /version of Target is 1, not 0/);
    assertSucceeded(await desire('{"Target":22.0}', '{"Target":1}'));
    const [target, count] = await desired({ "Identifier.1": "Target", "Identifier.2": "Count" });
    assert.deepEqual(
      [target?.Value, target?.Version, target?.DataType, target?.Unit],
      ["22.0", 2, "float", "°C"],
    );
    assert.match(String(target?.Time), /^\d{13}$/);
    assert.deepEqual([count?.Version, Object.hasOwn(count ?? {}, "Value")], [0, false]);
    const all = (await desired()).map(({ Identifier }) => Identifier);
    assert.ok(all.includes("Target") && !all.includes("Temperature") && !all.includes("fan:Speed"));
    assert.equal((await desired({ FunctionBlockId: "fan" }))[0]?.Value, "2");
  });

  it("a desired value is cleared by null and by ClearDeviceDesiredProperty, and is still listed", async () => {
    assertSucceeded(await desire('{"Target":20.0,"Count":1}'));
    assert.equal(assertSucceeded(await desire('{"Target":null}')).Data.Versions, '{"Target":2}');
    const cleared = await call("ClearDeviceDesiredProperty", { "Identifies.1": "Count" }, "away");
    assert.equal(assertSucceeded(cleared).Data.Versions, '{"Count":1}');
    for (const row of await desired({ "Identifier.1": "Target", "Identifier.2": "Count" })) {
      assert.ok(!Object.hasOwn(row, "Value"), JSON.stringify(row));
    }
  });

  it("refuses more than ten desired properties, wrong versions and clearing nothing", async () => {
    const eleven = Object.fromEntries(Array.from({ length: 11 }, (_none, at) => [`P${at}`, 1]));
    assertFailed(
      await desire(JSON.stringify(eleven)),
      "iot.device.TooManyDevicePropertiesPerTime",
      /at most 10/,
    );
    const invalid = "iot.common.InvalidFormattedParameter";
    for (const versions of ["1", "{", '{"Count":1}', '{"Target":"new"}', '{"Target":-1}']) {
      assertFailed(await desire('{"Target":20.0}', versions), invalid);
    }
    const names = (parameter: string, count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_none, at) => [`${parameter}.${at + 1}`, "Target"]));
    assertFailed(await call("ClearDeviceDesiredProperty"), invalid, /Identifies\.1/);
    assertFailed(await call("ClearDeviceDesiredProperty", names("Identifies", 11)), invalid, /at most 10/);
    assertFailed(await call("QueryDeviceDesiredProperty", names("Identifier", 11)), invalid, /at most 10/);
    const unknown = await call("ClearDeviceDesiredProperty", { "Identifies.1": "Nothing" });
    assertFailed(unknown, "iot.device.NoneDeviceProperties", /Nothing/);
    assertFailed(await desire('{"Target":20.0}', "{}", "locked"), "6208");
    assert.equal((await desire('{"Target":20.0}', "")).json.Code, "MissingVersions");
  });

  it("says since when a device has its status", async () => {
    const before = Date.now();
    simulator.uplink.setStatus(productKey, "room", "OFFLINE");
    const { Status, Timestamp } = assertSucceeded(await call("GetDeviceStatus")).Data;
    assert.equal(Status, "OFFLINE");
    assert.ok(Number(Timestamp) >= before);
    const states = await acs3(simulator, "BatchGetDeviceState", {
      ProductKey: productKey,
      "DeviceName.1": "room",
    });
    const { DeviceStatus } = assertSucceeded(states).DeviceStatusList as { DeviceStatus: Row[] };
    assert.deepEqual([DeviceStatus[0]?.Status, DeviceStatus[0]?.Timestamp], ["OFFLINE", Timestamp]);
  });
});
