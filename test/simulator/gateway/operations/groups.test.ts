import assert from "node:assert/strict";
import { Simulator, type SimulatorDefinition } from "../../../../lib/simulator/simulator";
import { acs3, assertFailed, assertRefused, assertSucceeded, type ReplyBody } from "../../wire";

/** Two static groups, one of them part of the other, and two dynamic ones; devices of two products. */
function estate(): SimulatorDefinition {
  const groups = ["north"];
  return {
    groups: [
      { groupId: "north", name: "North 北", desc: "the north wing" },
      { groupId: "attic", name: "Attic", superGroupId: "north" },
      { groupId: "online", name: "Online lamps", dynamic: { productKey: "lamps", status: "ONLINE" } },
      { groupId: "red", name: "Red", dynamic: { tags: { color: "red" } } },
    ],
    products: [
      {
        productKey: "lamps",
        productName: "Lamps",
        generatedDevices: [
          { count: 120, namePattern: "lamp-###", groups, tags: { color: "red", floor: "1" } },
          { count: 130, namePattern: "dark-###", status: "OFFLINE", tags: { color: "red", floor: "2" } },
        ],
      },
      {
        productKey: "doors",
        devices: [
          { deviceName: "door-1", groups: ["north", "attic"], tags: { floor: "1" } },
          { deviceName: "door-2", status: "UNACTIVE" },
        ],
      },
    ],
  };
}

interface Row {
  ProductKey: string;
  DeviceName: string;
  [key: string]: unknown;
}

describe("the simulator's groups and tags", () => {
  let simulator: Simulator;
  const start = async (more: Partial<SimulatorDefinition> = {}): Promise<void> => {
    simulator = await Simulator.start({ definition: { ...estate(), ...more } });
  };
  const ask = async (action: string, parameters: Record<string, string> = {}): Promise<ReplyBody> =>
    assertSucceeded(await acs3(simulator, action, parameters));
  const fails = async (action: string, parameters: Record<string, string>, code: string): Promise<void> =>
    assertFailed(await acs3(simulator, action, parameters), code);
  const rowsOf = ({ Data }: ReplyBody): Row[] => Data.SimpleDeviceInfo as Row[];
  beforeEach(() => start());
  afterEach(() => simulator.close());

  describe("QueryDeviceGroupList", () => {
    const list = async (parameters: Record<string, string> = {}): Promise<unknown[]> => {
      const { Data } = await ask("QueryDeviceGroupList", parameters);
      return (Data.GroupInfo as { GroupId: string }[]).map(({ GroupId }) => GroupId);
    };

    it("lists static groups, the newest first, and dynamic ones where they are asked for", async () => {
      assert.deepEqual(await list(), ["attic", "north"]);
      assert.deepEqual(await list({ "GroupTypes.1": "LINK_PLATFORM_DYNAMIC" }), ["red", "online"]);
      assert.deepEqual(await list({ GroupName: "Attic" }), ["attic"]);
      assert.deepEqual(await list({ GroupName: "Att" }), []);
      assert.deepEqual(await list({ SuperGroupId: "north" }), ["attic"]);
    });

    it("answers with name, description, type and time, page by page", async () => {
      const reply = await ask("QueryDeviceGroupList", { CurrentPage: "2", PageSize: "1" });
      assert.deepEqual([reply.Total, reply.CurrentPage, reply.PageCount, reply.PageSize], [2, 2, 2, 1]);
      const [{ UtcCreate, ...group } = { UtcCreate: "" }] = reply.Data.GroupInfo as Record<string, unknown>[];
      assert.deepEqual(group, {
        GroupId: "north",
        GroupName: "North 北",
        GroupDesc: "the north wing",
        GroupType: "LINK_PLATFORM",
      });
      assert.match(String(UtcCreate), /^\d{4}-\d\d-\d\dT.*Z$/);
    });

    it("refuses a page of more than 200, another type, and a parent that does not exist", async () => {
      await fails("QueryDeviceGroupList", { PageSize: "201" }, "iot.common.InvalidPageParams");
      await fails("QueryDeviceGroupList", { "GroupTypes.1": "ALL" }, "iot.common.InvalidFormattedParameter");
      await fails("QueryDeviceGroupList", { SuperGroupId: "south" }, "iot.group.NotExistedGroup");
    });
  });

  it("QueryDeviceGroupInfo counts the devices of a group", async () => {
    const { Data } = await ask("QueryDeviceGroupInfo", { GroupId: "north" });
    assert.deepEqual([Data.DeviceCount, Data.DeviceActive, Data.DeviceOnline], [121, 121, 121]);
    const dynamic = { GroupId: "online", GroupType: "LINK_PLATFORM_DYNAMIC" };
    const { Data: rule } = await ask("QueryDeviceGroupInfo", dynamic);
    assert.equal(rule.DynamicGroupExpression, 'product_key = "lamps" and status = "ONLINE"');
    assert.equal(rule.DeviceCount, 120);
    await fails("QueryDeviceGroupInfo", { GroupId: "online" }, "iot.group.NotExistedGroup");
  });

  it("QueryDeviceListByDeviceGroup: every device of a static group once, of all products", async () => {
    const names: string[] = [];
    for (let page = 1; page <= 3; page++) {
      const reply = await ask("QueryDeviceListByDeviceGroup", {
        GroupId: "north",
        CurrentPage: String(page),
        PageSize: "50",
      });
      assert.deepEqual([reply.Total, reply.Page, reply.PageCount, reply.PageSize], [121, page, 3, 50]);
      names.push(...rowsOf(reply).map((row) => `${row.ProductKey}/${row.DeviceName}`));
    }
    assert.equal(new Set(names).size, 121);
    assert.deepEqual([names[0], names[120]], ["lamps/lamp-001", "doors/door-1"]);
    const [row] = rowsOf(await ask("QueryDeviceListByDeviceGroup", { GroupId: "attic" }));
    assert.deepEqual(Object.keys(row ?? {}).sort(), ["DeviceName", "IotId", "ProductKey", "ProductName"]);
  });

  it("a group is found by its own operation only", async () => {
    for (const [action, groupId] of [
      ["QueryDeviceListByDeviceGroup", "online"],
      ["QueryDynamicGroupDevices", "north"],
      ["QueryDeviceListByDeviceGroup", "south"],
      ["QueryDynamicGroupDevices", "south"],
    ] as const) {
      await fails(action, { GroupId: groupId }, "iot.group.NotExistedGroup");
      assertRefused(await acs3(simulator, action, {}), 400, "MissingGroupId");
    }
    const page = { GroupId: "north", PageSize: "51" };
    await fails("QueryDeviceListByDeviceGroup", page, "iot.common.InvalidPageParams");
  });

  describe("QueryDynamicGroupDevices", () => {
    const dynamic = (parameters: Record<string, string>): Promise<ReplyBody> =>
      ask("QueryDynamicGroupDevices", { PageSize: "200", ...parameters });

    it("by NextToken and by page, and who is in the group is who fits at the moment", async () => {
      const first = await dynamic({ GroupId: "red" });
      assert.deepEqual([first.Total, rowsOf(first).length], [250, 200]);
      const rest = await dynamic({ GroupId: "red", NextToken: String(first.NextToken) });
      assert.deepEqual(rowsOf(rest), rowsOf(await dynamic({ GroupId: "red", CurrentPage: "2" })));
      assert.deepEqual([rowsOf(rest).length, rest.NextToken], [50, undefined]);
      assert.equal((await dynamic({ GroupId: "online" })).Total, 120);
      simulator.uplink.setStatus("lamps", "lamp-007", "OFFLINE");
      assert.equal((await dynamic({ GroupId: "online" })).Total, 119);
    });

    it("by product, state and name; a fuzzy name has more than four characters", async () => {
      const total = async (parameters: Record<string, string>): Promise<unknown> =>
        (await dynamic({ GroupId: "red", ...parameters })).Total;
      assert.equal(await total({ ProductKey: "lamps" }), 250);
      assert.equal(await total({ ProductKey: "doors" }), 0);
      assert.equal(await total({ Status: "OFFLINE" }), 130);
      assert.equal(await total({ DeviceName: "lamp-001" }), 1);
      assert.equal(await total({ DeviceName: "lamp-" }), 0);
      assert.equal(await total({ DeviceName: "lamp-", FuzzyName: "true" }), 120);
      const wrong = { GroupId: "red", PageSize: "200" };
      const code = "iot.common.InvalidFormattedParameter";
      await fails("QueryDynamicGroupDevices", { ...wrong, DeviceName: "lamp", FuzzyName: "true" }, code);
      await fails("QueryDynamicGroupDevices", { ...wrong, Status: "1" }, code);
      await fails(
        "QueryDynamicGroupDevices",
        { GroupId: "red", PageSize: "201" },
        "iot.common.InvalidPageParams",
      );
      const [row] = rowsOf(await dynamic({ GroupId: "red", Status: "OFFLINE" }));
      assert.deepEqual([row?.DeviceName, row?.Status, row?.ProductName], ["dark-001", "OFFLINE", "Lamps"]);
    });
  });

  describe("QueryDeviceByTags", () => {
    const tagged = (
      tags: Record<string, string>,
      more: Record<string, string> = {},
    ): Record<string, string> => ({
      ...Object.fromEntries(
        Object.entries(tags).flatMap(([key, value], index) => [
          [`Tag.${index + 1}.TagKey`, key],
          [`Tag.${index + 1}.TagValue`, value],
        ]),
      ),
      ...more,
    });
    const count = async (tags: Record<string, string>): Promise<unknown> =>
      (await ask("QueryDeviceByTags", tagged(tags))).Total;

    it("devices of all products that have all the tags, or any of them if the file says so", async () => {
      assert.equal(await count({ floor: "1" }), 121);
      assert.equal(await count({ floor: "1", color: "red" }), 120);
      assert.equal(await count({ floor: "3" }), 0);
      assert.equal(await count({ constructor: "1" }), 0);
      await simulator.close();
      await start({ tagMatch: "any" });
      assert.equal(await count({ floor: "1", color: "red" }), 251);
    });

    it("pages of 10 unless asked, of at most 50", async () => {
      const reply = await ask("QueryDeviceByTags", tagged({ color: "red" }));
      assert.deepEqual([reply.Total, reply.Page, reply.PageCount, rowsOf(reply).length], [250, 1, 25, 10]);
      await fails(
        "QueryDeviceByTags",
        tagged({ color: "red" }, { PageSize: "51" }),
        "iot.common.InvalidPageParams",
      );
    });

    it("refuses no tag, eleven, and one without its value", async () => {
      const eleven = Object.fromEntries(Array.from({ length: 11 }, (_none, n) => [`k${n}`, "v"]));
      for (const parameters of [
        {},
        tagged(eleven),
        { "Tag.1.TagKey": "color" },
        { "Tag.1.TagValue": "red" },
      ]) {
        await fails("QueryDeviceByTags", parameters, "iot.common.InvalidFormattedParameter");
      }
    });
  });

  it("QueryDeviceStatistics: of all, of a product, of a group, of both", async () => {
    const counts = async (parameters: Record<string, string>): Promise<unknown[]> => {
      const { Data } = await ask("QueryDeviceStatistics", parameters);
      return [Data.deviceCount, Data.activeCount, Data.onlineCount];
    };
    assert.deepEqual(await counts({}), [252, 251, 121]);
    assert.deepEqual(await counts({ ProductKey: "lamps" }), [250, 250, 120]);
    assert.deepEqual(await counts({ GroupId: "north" }), [121, 121, 121]);
    assert.deepEqual(await counts({ GroupId: "north", ProductKey: "doors" }), [1, 1, 1]);
    await fails("QueryDeviceStatistics", { GroupId: "" }, "iot.group.NullGroupId");
  });

  it("BatchQueryDeviceDetail leaves out what does not exist, and takes 100 names", async () => {
    const names = (list: string[]): Record<string, string> =>
      Object.fromEntries(list.map((name, index) => [`DeviceName.${index + 1}`, name]));
    const parameters = { ProductKey: "lamps", ...names(["lamp-001", "nobody", "dark-002"]) };
    const { Data } = await ask("BatchQueryDeviceDetail", parameters);
    const rows = Data.Data as Row[];
    assert.deepEqual(
      rows.map(({ DeviceName, Status }) => [DeviceName, Status]),
      [
        ["lamp-001", "ONLINE"],
        ["dark-002", "OFFLINE"],
      ],
    );
    assert.match(String(rows[0]?.DeviceSecret), /^[0-9a-f]{32}$/);
    const many = Array.from({ length: 101 }, (_none, n) => `lamp-${n}`);
    await fails(
      "BatchQueryDeviceDetail",
      { ProductKey: "lamps", ...names(many) },
      "iot.common.InvalidFormattedParameter",
    );
    await fails("BatchQueryDeviceDetail", { ProductKey: "lamps" }, "iot.device.NoneDeviceNameElement");
  });

  it("BatchGetDeviceState: a name that does not exist is refused, or left out if the file says so", async () => {
    const parameters = { ProductKey: "lamps", "DeviceName.1": "lamp-001", "DeviceName.2": "nobody" };
    await fails("BatchGetDeviceState", parameters, "iot.device.NotExistedDevice");
    const iotId = String(
      (await ask("QueryDeviceInfo", { ProductKey: "lamps", DeviceName: "dark-001" })).Data.IotId,
    );
    await fails(
      "BatchGetDeviceState",
      { "IotId.1": "nothing", "IotId.2": iotId },
      "iot.device.NotExistedDevice",
    );
    await simulator.close();
    await start({ batchWithBadName: "skip" });
    for (const [asked, name] of [
      [parameters, "lamp-001"],
      [{ "IotId.1": "nothing", "IotId.2": iotId }, "dark-001"],
    ] as const) {
      const { DeviceStatusList } = await ask("BatchGetDeviceState", asked);
      const { DeviceStatus } = DeviceStatusList as { DeviceStatus: Row[] };
      assert.deepEqual(
        DeviceStatus.map(({ DeviceName }) => DeviceName),
        [name],
      );
    }
  });
});
