import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { lamp } from "../../../lib/simulator/sample/models";
import { Simulator } from "../../../lib/simulator/simulator";
import { acs3, assertFailed, assertSucceeded, type Reply } from "../wire";

type Row = Record<string, unknown>;

describe("the simulator's built-in sample", () => {
  let simulator: Simulator;
  beforeEach(async () => (simulator = await Simulator.start({ syncLimitMs: 40 })));
  afterEach(() => simulator.close());

  const invoke = (ProductKey: string, DeviceName: string, Identifier: string, Args: string): Promise<Reply> =>
    acs3(simulator, "InvokeThingService", { ProductKey, DeviceName, Identifier, Args });
  const fade = (deviceName: string, level = "20.0"): Promise<Reply> =>
    invoke("a1BwAGV0001", deviceName, "FadeTo", `{"Level":${level},"DurationMs":0,"Curve":1}`);
  const resultOf = async (reply: Promise<Reply>): Promise<{ code: number; data: Record<string, unknown> }> =>
    JSON.parse(String(assertSucceeded(await reply).Data.Result)) as {
      code: number;
      data: Record<string, unknown>;
    };

  it("the lamp's thing model is the documented one", () => {
    assert.deepEqual(lamp, JSON.parse(readFileSync(path.resolve("test/simulator/files/lamp.json"), "utf8")));
  });

  it("light01 fades from where it was", async () => {
    assert.equal((await resultOf(fade("light01", "20.0"))).data.OldLevel, 10);
    const { data } = await resultOf(fade("light01", "30.5"));
    assert.equal(data.OldLevel, 20);
    assert.match(String(data.DoneAt), /^\d{13}$/);
    const detail = await acs3(simulator, "QueryDeviceInfo", { IotId: "Q7uOhVRdZRRlDnTLv00100" });
    assert.equal(assertSucceeded(detail).Data.DeviceName, "light01");
  });

  it("light02 is offline, light03 too slow, light04 broken", async () => {
    assertFailed(await fade("light02"), "iot.messagebroker.OFFLINE");
    assertFailed(await fade("light03"), "iot.messagebroker.TIMEOUT");
    assert.equal((await resultOf(fade("light04"))).code, 100001);
    assert.deepEqual(
      simulator.executions.map(({ deviceName }) => deviceName),
      ["light03", "light04"],
    );
  });

  it("room01 measures, room02 was never online", async () => {
    const { data } = await resultOf(invoke("a1RoomSens01", "room01", "Measure", "{}"));
    assert.ok(Number(data.Temperature) >= 20 && Number(data.Temperature) <= 24, String(data.Temperature));
    assert.ok(Number(data.Humidity) >= 40 && Number(data.Humidity) <= 55, String(data.Humidity));
    assertFailed(await invoke("a1RoomSens01", "room02", "Measure", "{}"), "iot.device.InactiveDevice");
  });

  it("valve01 moves; valve02 moves too, but its first answer is lost", async () => {
    const { data } = await resultOf(invoke("a1WaterValv1", "valve01", "SetOpening", '{"Percent":40.0}'));
    assert.equal(data.Percent, 40);
    await assert.rejects(invoke("a1WaterValv1", "valve02", "SetOpening", '{"Percent":50.0}'));
    assert.equal(simulator.executions.at(-1)?.deviceName, "valve02");
    await resultOf(invoke("a1WaterValv1", "valve02", "SetOpening", '{"Percent":60.0}'));
    assertSucceeded(await invoke("a1WaterValv1", "valve02", "Flush", '{"Seconds":5}'));
    assertFailed(await invoke("a1WaterValv1", "valve01", "Flush", '{"Seconds":0}'), "6306");
  });

  it("light01, room01 and the valves have properties to set; their values and their past can be read", async () => {
    const set = async (ProductKey: string, DeviceName: string, Items: string): Promise<void> =>
      void assertSucceeded(await acs3(simulator, "SetDeviceProperty", { ProductKey, DeviceName, Items }));
    const valueOf = async (ProductKey: string, DeviceName: string, name: string): Promise<unknown> => {
      const reply = await acs3(simulator, "QueryDevicePropertyStatus", { ProductKey, DeviceName });
      const { PropertyStatusInfo } = assertSucceeded(reply).Data.List as Record<string, Row[]>;
      return PropertyStatusInfo?.find(({ Identifier }) => Identifier === name)?.Value;
    };
    const becomes = async (value: string, ...what: [string, string, string]): Promise<void> => {
      while ((await valueOf(...what)) !== value) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    assert.equal(await valueOf("a1BwAGV0001", "light01", "Brightness"), "10.0");
    await set("a1BwAGV0001", "light01", '{"Brightness":60.5,"PowerSwitch":0}');
    await set("a1RoomSens01", "room01", '{"TargetTemperature":23.5}');
    await set("a1WaterValv1", "valve02", '{"OpeningLimit":50.0}');
    await becomes("60.5", "a1BwAGV0001", "light01", "Brightness");
    await becomes("23.5", "a1RoomSens01", "room01", "TargetTemperature");
    // It does not get quite there.
    await becomes("45.0", "a1WaterValv1", "valve02", "OpeningLimit");
    const now = Date.now();
    const yesterday = await acs3(simulator, "QueryDevicePropertyData", {
      ProductKey: "a1RoomSens01",
      DeviceName: "room01",
      Identifier: "Temperature",
      StartTime: String(now - 48 * 3_600_000),
      EndTime: String(now),
      Asc: "1",
      PageSize: "50",
    });
    const { PropertyInfo = [] } = assertSucceeded(yesterday).Data.List as Record<string, Row[]>;
    assert.equal(PropertyInfo.length, 50);
    for (const { Value } of PropertyInfo)
      assert.ok(Number(Value) >= 20 && Number(Value) <= 24, String(Value));
  });

  it("has groups for commands to many: valves, of which one is offline and one stuck, and street lights", async () => {
    const groups = async (types: Record<string, string>): Promise<unknown> => {
      const { Data } = assertSucceeded(await acs3(simulator, "QueryDeviceGroupList", types));
      return (Data.GroupInfo as Row[]).map(({ GroupName }) => GroupName);
    };
    assert.deepEqual(await groups({}), ["River Road 滨河路", "Garden valves 花园水阀"]);
    assert.deepEqual(await groups({ "GroupTypes.1": "LINK_PLATFORM_DYNAMIC" }), [
      "Street lights online 在线路灯",
    ]);
    const membersOf = async (GroupId: string): Promise<string[]> => {
      const page = { GroupId, PageSize: "50" };
      const { Data } = assertSucceeded(await acs3(simulator, "QueryDeviceListByDeviceGroup", page));
      return (Data.SimpleDeviceInfo as Row[]).map(({ DeviceName }) => String(DeviceName));
    };
    const valves = await membersOf("GrpWaterValves01");
    assert.deepEqual(valves, ["valve01", "valve02", "valve03", "valve04", "valve05", "valve06"]);
    const close = async (name: string): Promise<unknown> =>
      (await resultOf(invoke("a1WaterValv1", name, "SetOpening", '{"Percent":0.0}'))).code;
    assert.deepEqual([await close("valve03"), await close("valve04")], [200, 200]);
    assertFailed(
      await invoke("a1WaterValv1", "valve05", "SetOpening", '{"Percent":0.0}'),
      "iot.messagebroker.OFFLINE",
    );
    const lamps = (await membersOf("GrpRiverRoad0001")).slice(0, 50);
    const names = Object.fromEntries(lamps.map((name, index) => [`DeviceName.${index + 1}`, name]));
    const batch = { ProductKey: "a1StreetLt1", Identifier: "Reboot", Args: "{}", ...names };
    const before = simulator.executions.length;
    assertSucceeded(await acs3(simulator, "InvokeThingsService", batch));
    assert.equal(simulator.executions.length - before, 45);
    const tag = { "Tag.1.TagKey": "street", "Tag.1.TagValue": "harbour-quay" };
    assert.equal(assertSucceeded(await acs3(simulator, "QueryDeviceByTags", tag)).Total, 2500);
  });

  it("two simulators share nothing", async () => {
    const other = await Simulator.start();
    try {
      assertSucceeded(await fade("light01"));
      assert.deepEqual(other.executions, []);
      assert.notEqual(other.endpoint, simulator.endpoint);
    } finally {
      await other.close();
    }
  });
});

describe("the large products of the sample", function () {
  this.timeout(30_000);
  let simulator: Simulator;
  before(async () => (simulator = await Simulator.start()));
  after(() => simulator.close());

  it("10,000 street lights can be paged through to the end", async () => {
    const names = new Set<string>();
    const statuses = new Set<string>();
    let NextToken: string | undefined;
    do {
      const page = { ProductKey: "a1StreetLt1", PageSize: "50", ...(NextToken && { NextToken }) };
      const reply = assertSucceeded(await acs3(simulator, "QueryDevice", page)) as unknown as {
        Total: number;
        NextToken?: string;
        Data: { DeviceInfo: { DeviceName: string; DeviceStatus: string }[] };
      };
      assert.equal(reply.Total, 10_000);
      for (const { DeviceName, DeviceStatus } of reply.Data.DeviceInfo) {
        names.add(DeviceName);
        statuses.add(DeviceStatus);
      }
      NextToken = reply.NextToken;
    } while (NextToken);
    assert.equal(names.size, 10_000);
    assert.deepEqual([...statuses].sort(), ["DISABLE", "OFFLINE", "ONLINE", "UNACTIVE"]);
    const last = { ProductKey: "a1StreetLt1", DeviceName: "lamp-10000" };
    const detail = assertSucceeded(await acs3(simulator, "QueryDeviceDetail", last));
    const again = assertSucceeded(
      await acs3(simulator, "QueryDeviceDetail", { IotId: String(detail.Data.IotId) }),
    );
    assert.equal(again.Data.DeviceName, "lamp-10000");
  });

  it("a thing model of 300 functions lies in three modules, and its services can be called", async () => {
    let functions = 0;
    for (const FunctionBlockId of ["", "packing", "energy"]) {
      const parameters = { ProductKey: "a1PlantCtl1", ...(FunctionBlockId && { FunctionBlockId }) };
      const reply = assertSucceeded(await acs3(simulator, "GetThingModelTslPublished", parameters));
      const tsl = JSON.parse(String(reply.Data.TslStr)) as Record<
        "services" | "properties",
        { method?: string }[]
      >;
      const services = tsl.services.filter(({ method }) => !method?.startsWith("thing.service.property."));
      functions += services.length + tsl.properties.length;
    }
    assert.equal(functions, 300);
    const call = { ProductKey: "a1PlantCtl1", DeviceName: "plant01", Identifier: "energy:Boiler2SetHeat" };
    const Args = '{"Target":80.0,"Within":600}';
    assertSucceeded(await acs3(simulator, "InvokeThingService", { ...call, Args }));
  });
});
