import assert from "node:assert/strict";
import { findTargets } from "../../lib/fleet/targets/find-targets";
import { knownOf } from "../../lib/fleet/targets/known";
import { onlineOf } from "../../lib/fleet/targets/online";
import { createAccount, type OpenAccount } from "../../nodes/common/open-account";
import { accountDefaults } from "../../nodes/defaults/account";
import { pageOf, rowsOf } from "../support/fleet-sources";
import { httpAnswer, RawServer } from "../support/raw-server";

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };

interface Request {
  operation: string;
  query: Record<string, string>;
}

describe("the calls that find the devices of a fleet, on the wire", () => {
  let server: RawServer;
  let account: OpenAccount;
  let requests: Request[] = [];
  /** Answers to be given before the usual ones, by operation. */
  let first: Record<string, string[]> = {};

  beforeEach(async () => {
    requests = [];
    first = {};
    server = await RawServer.start((request, socket) => {
      const [head = "", body = ""] = request.split("\r\n\r\n");
      const [, target = ""] = head.split(" ");
      const query = new URLSearchParams(target.replace(/^[^?]*\??/, ""));
      for (const [name, value] of new URLSearchParams(body)) query.set(name, value);
      const operation = /^x-acs-action: (\w+)/im.exec(head)?.[1] ?? "";
      const asked = { operation, query: Object.fromEntries(query) };
      requests.push(asked);
      socket.write(first[operation]?.shift() ?? httpAnswer(JSON.stringify(answerTo(asked))));
    });
    account = await createAccount(
      { ...accountDefaults, endpoint: server.url.origin, instanceId: "iot-060a0abc" },
      {
        id: "account",
        credentials: key,
        proxy: undefined,
        tls: undefined,
        maxBuffer: 0,
        log: () => undefined,
      },
    );
  });

  afterEach(async () => {
    await account.close();
    await server.close();
  });

  function answerTo({ operation, query }: Request): object {
    const names = Object.entries(query).flatMap(([name, value]) =>
      /^DeviceName\.\d+$/.test(name) ? value : [],
    );
    const page = (count: number): object => ({ Success: true, ...pageOf(rowsOf("a1", count), query) });
    switch (operation) {
      case "QueryDevice":
        return { Success: true, ...pageOf(rowsOf("a1", 60), query, "DeviceInfo") };
      case "QueryDeviceGroupList": {
        const GroupType = query["GroupTypes.1"];
        const GroupInfo = [{ GroupId: GroupType ? "moving" : "fixed", GroupName: "Valves", GroupType }];
        return { Success: true, Data: { GroupInfo }, PageCount: 1, Total: 1 };
      }
      case "BatchGetDeviceState":
        return {
          Success: true,
          DeviceStatusList: { DeviceStatus: names.map((DeviceName) => ({ DeviceName, Status: "ONLINE" })) },
        };
      case "BatchQueryDeviceDetail":
        return {
          Success: true,
          Data: { data: names.map((DeviceName) => ({ DeviceName, DeviceSecret: "s" })) },
        };
      case "QueryDeviceDetail":
        return { Success: true, Data: { IotId: query["IotId"], ProductKey: "a1", DeviceName: "d7" } };
      default:
        return page(3);
    }
  }

  const asked = (operation: string): Record<string, string>[] =>
    requests.filter((request) => request.operation === operation).map(({ query }) => query);

  it("name products, groups and tags as the platform wants them, with the instance", async () => {
    const { targets } = account;
    assert.equal((await findTargets({ by: "product", productKey: "a1" }, targets)).length, 60);
    assert.equal((await findTargets({ by: "group", groupId: "fixed" }, targets)).length, 3);
    assert.equal((await findTargets({ by: "group", groupId: "moving" }, targets)).length, 3);
    assert.equal((await findTargets({ by: "tags", tags: { 楼层: "2" } }, targets)).length, 3);
    const instance = { IotInstanceId: "iot-060a0abc" };
    assert.deepEqual(asked("QueryDevice"), [
      { ProductKey: "a1", PageSize: "50", ...instance },
      { ProductKey: "a1", PageSize: "50", CurrentPage: "2", ...instance },
    ]);
    const groups = { CurrentPage: "1", PageSize: "200", ...instance };
    assert.deepEqual(asked("QueryDeviceGroupList"), [
      { "GroupTypes.1": "LINK_PLATFORM_DYNAMIC", ...groups },
      groups,
    ]);
    assert.deepEqual(asked("QueryDeviceListByDeviceGroup"), [
      { GroupId: "fixed", PageSize: "200", ...instance },
    ]);
    assert.deepEqual(asked("QueryDynamicGroupDevices"), [
      { GroupId: "moving", PageSize: "200", ...instance },
    ]);
    assert.deepEqual(asked("QueryDeviceByTags"), [
      { "Tag.1.TagKey": "楼层", "Tag.1.TagValue": "2", PageSize: "50", ...instance },
    ]);
  });

  it("ask for names and states in lists", async () => {
    const devices = rowsOf("a1", 60).map(({ DeviceName }) => ({ productKey: "a1", deviceName: DeviceName }));
    assert.ok((await onlineOf(devices, account.targets)).every((isOnline) => isOnline === true));
    assert.ok((await knownOf(devices, account.targets)).every((isKnown) => isKnown === true));
    assert.deepEqual(
      asked("BatchGetDeviceState").map((query) => [query["DeviceName.1"], Object.keys(query).length]),
      [
        ["d0", 52],
        ["d50", 12],
      ],
    );
    assert.deepEqual(
      asked("BatchQueryDeviceDetail").map((query) => query["DeviceName.60"]),
      ["d59"],
    );
  });

  it("are repeated where the platform is too busy, or the connection breaks", async () => {
    first = {
      QueryDeviceByTags: [
        httpAnswer('{"Code":"Throttling.User","Message":"slow down","RequestId":"R"}', {
          status: 400,
          headers: { "x-acs-retry-after": "1" },
        }),
        httpAnswer('{"Code":"ServiceUnavailable","Message":"later","RequestId":"R"}', { status: 503 }),
      ],
    };
    assert.equal((await findTargets({ by: "tags", tags: { floor: "2" } }, account.targets)).length, 3);
    assert.equal(asked("QueryDeviceByTags").length, 3);
  });

  it("are refused in the platform's words, as not sent", async () => {
    first = {
      QueryDeviceListByDeviceGroup: [
        httpAnswer('{"Success":false,"Code":"iot.group.NotExistedGroup","ErrorMessage":"分组不存在"}'),
      ],
    };
    await assert.rejects(findTargets({ by: "group", groupId: "fixed" }, account.targets), {
      code: "iot.group.NotExistedGroup",
      message: "分组不存在",
      category: "not-found",
      outcome: "not-sent",
      retryable: false,
      hint: "hints.group",
    });
  });

  it("resolve IotIds", async () => {
    const devices = { value: [{ iotId: "Q7" }], source: "" };
    assert.deepEqual(await findTargets({ by: "list", productKey: undefined, devices }, account.targets), [
      { productKey: "a1", deviceName: "d7", iotId: "Q7" },
    ]);
  });

  it("end with the account", async () => {
    first = { QueryDevice: Array.from({ length: 9 }, () => "") };
    const finding = findTargets({ by: "product", productKey: "a1" }, account.targets);
    const ended = assert.rejects(finding, { code: "closed", outcome: "not-sent" });
    while (asked("QueryDevice").length === 0) await new Promise((resolve) => setImmediate(resolve));
    await account.close();
    await ended;
  });
});
