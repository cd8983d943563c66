import assert from "node:assert/strict";
import { Simulator, type SimulatorDefinition } from "../../../../lib/simulator/simulator";
import { homeDefinition } from "../../fixture";
import { acs3, assertFailed, assertRefused, assertSucceeded, type ReplyBody } from "../../wire";

const sampleProduct = { ProductKey: "a1House00001" };

/** 123 products; the first has 23 devices, every other of them offline. */
function village(): SimulatorDefinition {
  const devices = Array.from({ length: 23 }, (_, n) => ({
    deviceName: `d${n}`,
    status: n % 2 ? ("OFFLINE" as const) : ("ONLINE" as const),
  }));
  const products = Array.from({ length: 123 }, (_, n) => ({
    productKey: `p${n}`,
    devices: n ? [] : devices,
  }));
  return { products };
}

describe("the simulator's look-ups", () => {
  let simulator: Simulator;
  const ask = async (action: string, parameters: Record<string, string>): Promise<ReplyBody> =>
    assertSucceeded(await acs3(simulator, action, parameters));
  afterEach(() => simulator.close());

  describe("of many", () => {
    beforeEach(async () => (simulator = await Simulator.start({ definition: village() })));

    it("QueryProductList: every product once over the pages", async () => {
      const keys: unknown[] = [];
      for (let page = 1; page <= 3; page++) {
        const { Data } = await ask("QueryProductList", { CurrentPage: String(page), PageSize: "50" });
        assert.deepEqual([Data.Total, Data.PageCount, Data.CurrentPage, Data.PageSize], [123, 3, page, 50]);
        const list = Data.List as { ProductInfo: { ProductKey: string }[] };
        keys.push(...list.ProductInfo.map((product) => product.ProductKey));
      }
      assert.deepEqual(
        keys,
        Array.from({ length: 123 }, (_, n) => `p${n}`),
      );
    });

    it("QueryDevice: ten a page unless asked, by page number and by NextToken", async () => {
      const names = (reply: ReplyBody): unknown =>
        (reply.Data as { DeviceInfo: { DeviceName: string }[] }).DeviceInfo.map(
          (device) => device.DeviceName,
        );
      const first = await ask("QueryDevice", { ProductKey: "p0" });
      assert.deepEqual([first.Total, first.Page, first.PageCount, first.PageSize], [23, 1, 3, 10]);
      const byNumber = await ask("QueryDevice", { ProductKey: "p0", CurrentPage: "2" });
      const byToken = await ask("QueryDevice", { ProductKey: "p0", NextToken: String(first.NextToken) });
      assert.deepEqual(names(byToken), names(byNumber));
      const last = await ask("QueryDevice", { ProductKey: "p0", NextToken: String(byToken.NextToken) });
      assert.deepEqual([names(last), last.NextToken], [["d20", "d21", "d22"], undefined]);
      assert.deepEqual(names(await ask("QueryDevice", { ProductKey: "p0", CurrentPage: "4" })), []);
    });

    it("QueryDeviceByStatus: one status, of one product or of all", async () => {
      const count = async (parameters: Record<string, string>): Promise<unknown> =>
        (await ask("QueryDeviceByStatus", parameters)).Total;
      assert.equal(await count({ Status: "1" }), 12);
      assert.equal(await count({ Status: "3", ProductKey: "p0" }), 11);
      assert.equal(await count({ Status: "1", ProductKey: "p1" }), 0);
      assertFailed(
        await acs3(simulator, "QueryDeviceByStatus", { Status: "2" }),
        "iot.common.InvalidFormattedParameter",
      );
    });

    it("rejects an invalid page", async () => {
      for (const [name, value] of [
        ["CurrentPage", "0"],
        ["CurrentPage", "-1"],
        ["CurrentPage", "x"],
        ["PageSize", "51"],
        ["PageSize", "0"],
        ["NextToken", "feed"],
      ] as const) {
        const reply = await acs3(simulator, "QueryDevice", { ProductKey: "p0", [name]: value });
        assertFailed(reply, "iot.common.InvalidPageParams");
      }
    });
  });

  describe("of one", () => {
    const definition = (): SimulatorDefinition => ({ ...homeDefinition(), accessKeys: [] });
    beforeEach(async () => (simulator = await Simulator.start({ definition: definition() })));

    it("QueryProduct, with its secret, the same after a restart", async () => {
      const { Data } = await ask("QueryProduct", sampleProduct);
      assert.deepEqual(
        [Data.ProductName, Data.DeviceCount, Data.AliyunCommodityCode],
        ["House 房子", 6, "iothub_senior"],
      );
      assert.match(String(Data.ProductSecret), /^[0-9a-f]{16}$/);
      await simulator.close();
      simulator = await Simulator.start({ definition: definition() });
      assert.equal((await ask("QueryProduct", sampleProduct)).Data.ProductSecret, Data.ProductSecret);
    });

    it("QueryProductList tells products with a thing model from those without", async () => {
      const page = { CurrentPage: "1", PageSize: "10" };
      const { Data } = await ask("QueryProductList", { ...page, AliyunCommodityCode: "iothub" });
      assert.deepEqual([Data.Total], [1]);
    });

    it("QueryDeviceInfo and QueryDeviceDetail, by name and by IotId, with the device's secret", async () => {
      const { Data: info } = await ask("QueryDeviceInfo", { ...sampleProduct, DeviceName: "gate" });
      assert.match(String(info.DeviceSecret), /^[0-9a-f]{32}$/);
      const { Data: detail } = await ask("QueryDeviceDetail", { IotId: String(info.IotId) });
      assert.deepEqual(
        [detail.DeviceName, detail.Status, detail.ProductName, detail.DeviceSecret],
        ["gate", "OFFLINE", "House 房子", info.DeviceSecret],
      );
      const { Data: roof } = await ask("QueryDeviceDetail", { ...sampleProduct, DeviceName: "roof" });
      assert.deepEqual([roof.Status, roof.GmtActive], ["UNACTIVE", undefined]);
    });

    it("GetDeviceStatus and BatchGetDeviceState", async () => {
      const { Data } = await ask("GetDeviceStatus", { ...sampleProduct, DeviceName: "cellar" });
      assert.equal(Data.Status, "DISABLE");
      const states = async (parameters: Record<string, string>): Promise<unknown> => {
        const { DeviceStatusList } = await ask("BatchGetDeviceState", parameters);
        const { DeviceStatus } = DeviceStatusList as {
          DeviceStatus: { DeviceName: string; Status: string }[];
        };
        return DeviceStatus.map(({ DeviceName, Status }) => `${DeviceName} ${Status}`);
      };
      const names = {
        ...sampleProduct,
        "DeviceName.1": "door",
        "DeviceName.2": "gate",
        "DeviceName.10": "roof",
      };
      assert.deepEqual(await states(names), ["door ONLINE", "gate OFFLINE", "roof UNACTIVE"]);
      assert.deepEqual(await states({ "IotId.1": "IotIdOfTheDoor00100" }), ["door ONLINE"]);
      assertFailed(
        await acs3(simulator, "BatchGetDeviceState", sampleProduct),
        "iot.common.InvalidFormattedParameter",
      );
    });

    it("GetThingModelTsl and …Published: the model as it was written", async () => {
      for (const action of ["GetThingModelTsl", "GetThingModelTslPublished"]) {
        const { Data } = await ask(action, sampleProduct);
        assert.deepEqual(JSON.parse(String(Data.TslStr)), homeDefinition().products[0]?.thingModel);
      }
      const { Data } = await ask("GetThingModelTsl", { ...sampleProduct, Simple: "true" });
      const short = JSON.parse(String(Data.TslStr)) as { services: object[] };
      assert.deepEqual(short.services[0], {
        identifier: "Open",
        callType: "sync",
        inputData: [{ identifier: "Percent", dataType: { type: "float" } }],
        outputData: [
          { identifier: "Percent", dataType: { type: "float" } },
          { identifier: "Steps", dataType: { type: "array", specs: { item: { type: "float" } } } },
        ],
      });
    });

    it("refuses the model of no product, of a product without one, of no version, of no module", async () => {
      const action = "GetThingModelTslPublished";
      assertRefused(await acs3(simulator, action, {}), 400, "MissingProductKey");
      assertFailed(await acs3(simulator, action, { ProductKey: "nothing" }), "iot.prod.NotExistedProduct");
      assertFailed(
        await acs3(simulator, action, { ProductKey: "a1NoModel001" }),
        "iot.prod.NotSeniorProduct",
      );
      for (const [name, value] of [
        ["ModelVersion", "7"],
        ["FunctionBlockId", "light"],
      ] as const) {
        assertFailed(
          await acs3(simulator, action, { ...sampleProduct, [name]: value }),
          "iot.common.InvalidFormattedParameter",
        );
      }
    });

    it("ListThingModelVersion names the version that can be asked for", async () => {
      const { Data } = await ask("ListThingModelVersion", sampleProduct);
      const [version] = Data.ModelVersions as { ModelVersion: string }[];
      await ask("GetThingModelTslPublished", { ...sampleProduct, ModelVersion: version?.ModelVersion ?? "" });
    });

    it("QueryConsumerGroupList: the group that every account has", async () => {
      const { Data } = await ask("QueryConsumerGroupList", { CurrentPage: "1", PageSize: "10" });
      const [group] = Data.ConsumerGroupDTO as { GroupId: string }[];
      assert.equal(group?.GroupId, "DEFAULT_GROUP");
    });
  });
});
