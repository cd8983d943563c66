import assert from "node:assert/strict";
import type { Message } from "../support/nodes";
import { type Answers, ReadServer } from "../support/read-server";

const now = Date.now();

describe("read-device node: what a read may hold, ask and leave open", () => {
  const home = new ReadServer();
  const run = (settings: Record<string, unknown>, answers: Answers): Promise<Message> =>
    home.run({ timeout: 60, ...settings }, answers);
  afterEach(() => home.close());

  /** Small in text, large in memory. */
  const tiny = `[${"{},".repeat(350_000)}{}]`;
  const lists: Record<string, string> = {
    QueryDevicePropertyStatus: "PropertyStatusInfo",
    QueryDeviceDesiredProperty: "DesiredPropertyInfo",
    QueryDevicePropertyData: "PropertyInfo",
    QueryDeviceEventData: "EventInfo",
    QueryDeviceServiceData: "ServiceInfo",
  };
  const list = (action: string, row: { Identifier?: string | undefined }): object => {
    if (action !== "QueryDevicePropertiesData")
      return { Data: { NextValid: false, List: { [lists[action]!]: [row] } } };
    const PropertyDataInfo = { Identifier: row.Identifier, List: { PropertyInfo: [row] } };
    return { NextValid: false, PropertyDataInfos: { PropertyDataInfo } };
  };
  /** Ten are asked for in one call. */
  const thirty = Array.from({ length: 30 }, (_none, index) => `P${index}`).join(",");
  for (const [settings, row] of [
    [
      { what: "properties", identifiers: "A,m:B,n:C" },
      { Value: tiny, DataType: "array", Time: `${now}` },
    ],
    [
      { what: "desired", identifiers: "A,m:B,n:C" },
      { Value: tiny, DataType: "struct", Version: 1 },
    ],
    [
      { what: "property-history", identifiers: thirty },
      { Time: now, Value: JSON.parse(tiny) as unknown },
    ],
    [
      { what: "property-history", identifiers: "A" },
      { Time: now, DataType: "array", Value: `[${"{},".repeat(1_050_000)}{}]` },
    ],
    [
      { what: "event-history", identifiers: "A,B,C" },
      { Time: now, OutputData: tiny },
    ],
    [
      { what: "service-history", identifiers: "A,B,C" },
      { Time: now, InputData: "{}", OutputData: tiny },
    ],
    [
      { what: "service-history", identifiers: "A,B,C" },
      { Time: now, InputData: JSON.parse(tiny) as unknown },
    ],
  ] as const) {
    it(`${settings.what}: stops at a million values, however few bytes they have, and says so (${Object.keys(row).join(", ")})`, async () => {
      const modules: Record<string, string> = { "": "A", m: "B", n: "C" };
      const msg = await run(settings, (action, parameters) => {
        if (action.startsWith("Get")) return undefined;
        const asked = parameters.get("Identifier") ?? parameters.get("Identifier.1");
        const Identifier = asked ?? modules[parameters.get("FunctionBlockId") ?? ""];
        return list(action, { Identifier, ...row });
      });
      assert.deepEqual([msg.error?.code, msg.error?.retryable], ["invalid-input", false], msg.error?.message);
      assert.match(msg.error!.message, /more than 1000000 values/);
      assert.ok(msg.error!.hint);
    });
  }

  it("keeps nothing of an entry but what the flow gets", async () => {
    const row = { Identifier: "A", Time: now, OutputData: "{}", More: JSON.parse(tiny) as unknown };
    const msg = await run({ what: "event-history" }, (action) =>
      action.startsWith("Get") ? undefined : list(action, row),
    );
    assert.deepEqual(msg.payload, [{ identifier: "A", value: {}, time: now }]);
  });

  for (const what of ["event-history", "service-history"]) {
    it(`${what}: does not ask for more identifiers than one message can name, however many the answer names`, async () => {
      const names = Array.from({ length: 2000 }, (_none, index) => `E${index}`);
      const rows = names.map((Identifier, index) => ({ Identifier, Time: now - index, OutputData: "{}" }));
      const msg = await run({ what, limit: 1 }, (action) =>
        action.startsWith("Get")
          ? undefined
          : { Data: { NextValid: true, NextTime: now - 5000, List: { EventInfo: rows, ServiceInfo: rows } } },
      );
      assert.deepEqual([msg.error?.code, msg.error?.retryable], ["invalid-input", false], msg.error?.message);
      assert.match(msg.error!.message, /more than 500 identifiers/);
      assert.match(msg.error!.hint!, /identifiers/);
      assert.ok(home.asked.filter((action) => action.startsWith("Query")).length < 10);
    });
  }

  it("property-history: does not ask for more properties than one message can name, where all are wanted", async () => {
    const rows = Array.from({ length: 501 }, (_none, index) => ({
      Identifier: `P${index}`,
      DataType: "int",
    }));
    const msg = await run({ what: "property-history" }, (action) =>
      action.startsWith("Get") ? undefined : { Data: { List: { PropertyStatusInfo: rows } } },
    );
    assert.equal(msg.error?.code, "invalid-input", msg.error?.message);
    assert.match(msg.error.message, /more than 500 identifiers/);
    assert.ok(home.asked.filter((action) => action.startsWith("QueryDevicePropert")).length === 1);
  });

  for (const Data of [{}, { Status: "" }, { Status: null, Timestamp: now }, { Status: {} }, undefined]) {
    it(`state: an answer that does not tell it is a failure: ${JSON.stringify(Data)}`, async () => {
      const { error } = await run({ what: "state" }, () => ({ Data }));
      assert.deepEqual(
        [error?.code, error?.category, error?.outcome, error?.retryable],
        ["invalid-response", "platform", "unknown", true],
      );
      assert.match(error!.message, /state/);
    });
  }

  it("state of a list: says of which devices the answer does not tell it", async () => {
    const settings = { what: "state", deviceName: '["a","b","c"]', deviceNameType: "jsonata" };
    const { payload, error } = await run(settings, () => ({
      DeviceStatusList: {
        DeviceStatus: [
          { DeviceName: "a", Status: "ONLINE" },
          { DeviceName: "b" },
          { DeviceName: "c", Status: "" },
        ],
      },
    }));
    assert.deepEqual(
      payload,
      {
        devices: [
          { deviceName: "a", status: "online" },
          { deviceName: "b", status: "unknown" },
          { deviceName: "c", status: "unknown" },
        ],
      },
      error?.message,
    );
  });
});
