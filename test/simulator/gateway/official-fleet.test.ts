import assert from "node:assert/strict";
import IotClient, {
  BatchGetDeviceStateRequest,
  BatchQueryDeviceDetailRequest,
  InvokeThingsServiceRequest,
  QueryDeviceByTagsRequest,
  QueryDeviceByTagsRequestTag,
  QueryDeviceGroupInfoRequest,
  QueryDeviceGroupListRequest,
  QueryDeviceListByDeviceGroupRequest,
  QueryDeviceStatisticsRequest,
  QueryDynamicGroupDevicesRequest,
  SetDevicesPropertyRequest,
} from "@alicloud/iot20180120";
import PopClient from "@alicloud/pop-core";
import { Simulator, type SimulatorDefinition } from "../../../lib/simulator/simulator";
import { fleetProduct, lampFleet, lampName } from "../../support/fleet-definition";
import { refusalOf, testKeys } from "./official";

const instanceId = "iot-060a0001";
const names = Array.from({ length: 100 }, (_none, n) => lampName(n + 1));

function definition(): SimulatorDefinition {
  const devices = {
    groups: ["row"],
    tags: { street: "河滨路 & co", side: "left" },
    variants: [{ share: 0.1, status: "OFFLINE" as const }],
  };
  return {
    ...lampFleet(250, devices),
    instanceId,
    limits: "platform",
    groups: [
      { groupId: "row", name: "First row", desc: "in front" },
      { groupId: "online", name: "Online", dynamic: { productKey: fleetProduct, status: "ONLINE" } },
    ],
  };
}

describe("the official package @alicloud/iot20180120 works with many devices of the simulator", () => {
  let simulator: Simulator;
  let client: IotClient;
  before(async () => {
    // The whole takes no time, so that the limits are met with exactly.
    const now = Date.now();
    simulator = await Simulator.start({ definition: definition(), now: () => now });
    const config = { ...testKeys, endpoint: new URL(simulator.endpoint).host, protocol: "http" };
    client = new IotClient(config as ConstructorParameters<typeof IotClient>[0]);
  });
  after(() => simulator.close());

  const whose = { productKey: fleetProduct, iotInstanceId: instanceId };
  const scenes =
    '{"Title":"Evening","Enabled":1,"ValidFrom":"1704164645000","Color":{"Red":255,"Green":10,"Gamma":2.0},"Levels":[20.0],"Steps":[]}';

  it("calls a service of 100 devices", async () => {
    const request = { ...whose, deviceName: names, identifier: "LoadScenes", args: scenes };
    const { body } = await client.invokeThingsService(new InvokeThingsServiceRequest(request));
    assert.deepEqual(Object.keys(body?.toMap() ?? {}).sort(), ["RequestId", "Success"]);
    assert.equal(body?.success, true);
    const online = new Set(simulator.executions.map(({ deviceName }) => deviceName));
    assert.ok(online.size > 70 && online.size < 100 && online.size === simulator.executions.length);
  });

  it("sets properties of 100 devices", async () => {
    const before = simulator.executions.length;
    const request = { ...whose, deviceName: names, items: '{"Brightness":40.0}' };
    const { body } = await client.setDevicesProperty(new SetDevicesPropertyRequest(request));
    assert.equal(body?.success, true);
    assert.equal(simulator.executions.length, 2 * before);
  });

  it("is told why not", async () => {
    const wrong = { ...whose, deviceName: ["nobody"], identifier: "Reboot", args: "{}" };
    const { body } = await client.invokeThingsService(new InvokeThingsServiceRequest(wrong));
    assert.deepEqual([body?.success, body?.code], [false, "iot.device.NotExistedDevice"]);
    const request = new SetDevicesPropertyRequest({ ...whose, deviceName: names, items: '{"ErrorCode":1}' });
    const set = await client.setDevicesProperty(request);
    assert.equal(set.body?.code, "iot.device.SetDevicePropertyFailed");
  });

  it("finds groups, and the devices in them, page by page", async () => {
    const { body: listed } = await client.queryDeviceGroupList(
      new QueryDeviceGroupListRequest({ iotInstanceId: instanceId, currentPage: 1, pageSize: 200 }),
    );
    const [group] = listed?.data?.groupInfo ?? [];
    assert.deepEqual(
      [listed?.total, group?.groupId, group?.groupName, group?.groupDesc],
      [1, "row", "First row", "in front"],
    );
    const { body: info } = await client.queryDeviceGroupInfo(
      new QueryDeviceGroupInfoRequest({ iotInstanceId: instanceId, groupId: "row" }),
    );
    assert.deepEqual([info?.data?.deviceCount, info?.data?.deviceOnline], [250, 225]);
    const found = new Set<string | undefined>();
    for (let currentPage = 1; currentPage <= 5; currentPage++) {
      const request = { iotInstanceId: instanceId, groupId: "row", currentPage, pageSize: 50 };
      const { body } = await client.queryDeviceListByDeviceGroup(
        new QueryDeviceListByDeviceGroupRequest(request),
      );
      assert.deepEqual([body?.total, body?.page, body?.pageCount], [250, currentPage, 5]);
      for (const { deviceName } of body?.data?.simpleDeviceInfo ?? []) found.add(deviceName);
    }
    assert.equal(found.size, 250);
  });

  it("finds dynamic groups, and follows NextToken through the devices in them", async () => {
    const { body: listed } = await client.queryDeviceGroupList(
      new QueryDeviceGroupListRequest({
        iotInstanceId: instanceId,
        groupTypes: ["LINK_PLATFORM_DYNAMIC"],
      }),
    );
    const [group] = listed?.data?.groupInfo ?? [];
    assert.deepEqual([group?.groupId, group?.groupType], ["online", "LINK_PLATFORM_DYNAMIC"]);
    const statuses: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const request = { iotInstanceId: instanceId, groupId: "online", pageSize: 200, nextToken };
      const { body } = await client.queryDynamicGroupDevices(
        new QueryDynamicGroupDevicesRequest(JSON.parse(JSON.stringify(request)) as typeof request),
      );
      statuses.push(...(body?.data?.simpleDeviceInfo ?? []).map(({ status }) => status));
      nextToken = body?.nextToken;
    } while (nextToken);
    assert.deepEqual(
      statuses,
      Array.from({ length: 225 }, () => "ONLINE"),
    );
  });

  it("finds devices by tags", async () => {
    const tag = [
      new QueryDeviceByTagsRequestTag({ tagKey: "street", tagValue: "河滨路 & co" }),
      new QueryDeviceByTagsRequestTag({ tagKey: "side", tagValue: "left" }),
    ];
    const request = { iotInstanceId: instanceId, currentPage: 5, pageSize: 50, tag };
    const { body } = await client.queryDeviceByTags(new QueryDeviceByTagsRequest(request));
    assert.deepEqual([body?.total, body?.page, body?.pageCount], [250, 5, 5]);
    assert.equal(body?.data?.simpleDeviceInfo?.at(-1)?.deviceName, lampName(250));
  });

  it("reads details, states and numbers of many devices", async () => {
    const deviceName = [lampName(1), "nobody", lampName(2)];
    const { body } = await client.batchQueryDeviceDetail(
      new BatchQueryDeviceDetailRequest({ ...whose, deviceName }),
    );
    assert.deepEqual(
      body?.data?.data?.map((device) => device.deviceName),
      [lampName(1), lampName(2)],
    );
    const states = await client.batchGetDeviceState(
      new BatchGetDeviceStateRequest({ ...whose, deviceName: names.slice(0, 50) }),
    );
    const online = states.body?.deviceStatusList?.deviceStatus?.filter(({ status }) => status === "ONLINE");
    assert.ok((online?.length ?? 0) > 30 && (online?.length ?? 0) < 50);
    const { body: counts } = await client.queryDeviceStatistics(new QueryDeviceStatisticsRequest(whose));
    const { deviceCount, activeCount, onlineCount } = counts?.data ?? {};
    assert.deepEqual([deviceCount, activeCount, onlineCount], [250, 250, 225]);
  });

  it("is throttled beyond 10 batches a second", async () => {
    const request = new InvokeThingsServiceRequest({
      ...whose,
      deviceName: [lampName(1)],
      identifier: "Reboot",
      args: "{}",
    });
    const { calls = 0 } = simulator.calls.InvokeThingsService ?? {};
    for (let call = calls; call < 10; call++) {
      assert.equal((await client.invokeThingsService(request)).body?.success, true);
    }
    const { code, statusCode } = await refusalOf(client.invokeThingsService(request));
    assert.deepEqual([code, statusCode], ["Throttling.User", 400]);
  });
});

for (const method of ["GET", "POST"]) {
  describe(`the official package @alicloud/pop-core (V1, ${method}) works with many devices of the simulator`, () => {
    let simulator: Simulator;
    before(async () => (simulator = await Simulator.start({ definition: definition() })));
    after(() => simulator.close());

    const call = (action: string, parameters: object): Promise<Record<string, unknown>> => {
      const client = new PopClient({ ...testKeys, endpoint: simulator.endpoint, apiVersion: "2018-01-20" });
      return client.request(action, { IotInstanceId: instanceId, ...parameters }, { method });
    };

    it("lists are flattened by the package: names of devices, types of groups, tags", async () => {
      const DeviceName = names.slice(0, 3);
      const set = { ProductKey: fleetProduct, DeviceName, Items: '{"Brightness":40.0}' };
      assert.equal((await call("SetDevicesProperty", set)).Success, true);
      const groups = await call("QueryDeviceGroupList", { GroupTypes: ["LINK_PLATFORM_DYNAMIC"] });
      assert.equal(groups.Total, 1);
      const byTags = await call("QueryDeviceByTags", { Tag: [{ TagKey: "side", TagValue: "left" }] });
      assert.equal(byTags.Total, 250);
    });
  });
}
