import assert from "node:assert/strict";
import { Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition } from "../fixture";
import { Subscriber } from "../messages/amqp-client";
import { acs3, assertSucceeded, type Reply, send } from "../wire";

const doorPath = "devices/a1House00001/door";

describe("device messages are controlled over HTTP", () => {
  let simulator: Simulator;
  let subscriber: Subscriber;
  beforeEach(async () => {
    const definition = homeDefinition();
    Object.assign(definition.products[0]!.thingModel as object, {
      properties: [
        { identifier: "Level", name: "Level", dataType: { type: "float", specs: { min: "0", max: "100" } } },
      ],
      events: [{ identifier: "Jam", name: "Jammed", type: "alert", outputData: [] }],
    });
    simulator = await Simulator.start({ definition });
    subscriber = await Subscriber.connect(await simulator.openAmqp());
  });
  afterEach(() => simulator.close());

  const ask = (method: string, path: string, body?: unknown): Promise<Reply> => {
    const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
    return send(simulator, method, `/_simulator/${path}`, {}, text);
  };

  it("a device posts properties, events, states, life cycle and its own topics", async () => {
    const posts: [string, unknown, string][] = [
      ["property", { Level: 5 }, "/a1House00001/door/thing/event/property/post"],
      ["event/Jam", {}, "/a1House00001/door/thing/event/Jam/post"],
      ["status", { status: "OFFLINE" }, "/as/mqtt/status/a1House00001/door"],
      ["lifecycle", { action: "delete" }, "/a1House00001/door/thing/lifecycle"],
      ["custom/a/b", "any bytes", "/a1House00001/door/user/a/b"],
    ];
    for (const [path, body] of posts)
      assert.equal((await ask("POST", `${doorPath}/${path}`, body)).status, 200, path);
    const received = await subscriber.count(posts.length);
    assert.deepEqual(
      received.map(({ topic }) => topic),
      posts.map(([, , topic]) => topic),
    );
    assert.ok(received[0]?.bytes.includes('"Level":{"value":5.0,'));
    assert.equal(received[4]?.bytes.toString(), "any bytes");
  });

  const wrong: [string, string, unknown, number, RegExp][] = [
    ["POST", `${doorPath}/property`, "no JSON", 400, /property: the body must be JSON/],
    ["POST", `${doorPath}/property`, [], 400, /property: expected an object/],
    ["POST", `${doorPath}/event/Jam`, "7", 400, /event: expected an object/],
    ["POST", `${doorPath}/event/None`, {}, 400, /has no event None/],
    ["POST", `${doorPath}/status`, { status: "on" }, 400, /status.status: expected one of ONLINE/],
    ["POST", `${doorPath}/lifecycle`, { action: "eat" }, 400, /lifecycle.action: expected one of create/],
    ["POST", "devices/a1House00001/nobody/property", {}, 400, /there is no device a1House00001\/nobody/],
    ["POST", `${doorPath}/dance`, {}, 404, /there are property, event/],
    ["GET", `${doorPath}/property`, undefined, 405, /with POST/],
    ["POST", "devices/%E0%A4%A/door/property", {}, 404, /there are executions/],
    ["DELETE", "subscription", undefined, 405, /with GET/],
    ["GET", "subscription/close", undefined, 405, /with POST/],
    ["POST", "subscription/close", { cut: 1 }, 400, /close.cut: expected true or false/],
    ["POST", "subscription/dance", {}, 404, /there are close and disturbances/],
    [
      "POST",
      "subscription/disturbances",
      [{ kind: "explode" }],
      400,
      /disturbances\[0\].kind: expected one of/,
    ],
    [
      "POST",
      "subscription/disturbances",
      [{ kind: "cut", every: 0 }],
      400,
      /disturbances\[0\].every: expected/,
    ],
    ["PUT", "subscription/disturbances", {}, 400, /expected a JSON array of disturbances/],
    ["PATCH", "subscription/disturbances", [], 405, /read with GET/],
  ];
  for (const [method, path, body, status, reason] of wrong) {
    it(`${method} ${path} ${JSON.stringify(body) ?? ""}: ${status}, with one sentence`, async () => {
      const reply = await ask(method, path, body);
      assert.equal(reply.status, status);
      assert.match(String((reply.json as { error?: unknown }).error), reason);
    });
  }

  it("who is connected can be read, and ended", async () => {
    const { groups } = (await ask("GET", "subscription")).json as unknown as {
      groups: { consumerGroupId: string; attempts: number; connections: { clientId: string }[] }[];
    };
    assert.equal(groups[0]?.consumerGroupId, "DEFAULT_GROUP");
    assert.equal(groups[0]?.attempts, 1);
    assert.equal(groups[0]?.connections[0]?.clientId, "tester");
    assert.deepEqual((await ask("POST", "subscription/close", { clientId: "nobody" })).json, { closed: 0 });
    const closed = new Promise<unknown>((resolve) =>
      subscriber.connection.once("connection_close", () => resolve(subscriber.connection.error)),
    );
    const close = { clientId: "tester", condition: "amqp:internal-error", description: "why not" };
    assert.deepEqual((await ask("POST", "subscription/close", close)).json, { closed: 1 });
    const { condition, description } = (await closed) as Record<string, string>;
    assert.deepEqual([condition, description], ["amqp:internal-error", "why not"]);
  });

  it("disturbances are added, replaced and cleared", async () => {
    const duplicate = { kind: "duplicate", times: 1 };
    assert.deepEqual((await ask("POST", "subscription/disturbances", [duplicate])).json, [duplicate]);
    await ask("POST", `${doorPath}/custom/x`, "1");
    const [first, second] = await subscriber.count(2);
    assert.equal(first?.messageId, second?.messageId);
    const cut = { kind: "cut" };
    assert.deepEqual((await ask("PUT", "subscription/disturbances", [cut])).json, [cut]);
    assert.deepEqual((await ask("DELETE", "subscription/disturbances")).json, []);
  });

  it("QueryConsumerGroupStatus shows who is connected to a group, and knows no other group", async () => {
    const status = assertSucceeded(
      await acs3(simulator, "QueryConsumerGroupStatus", { GroupId: "DEFAULT_GROUP" }),
    ) as unknown as {
      AccumulationCount: number;
      ClientConnectionStatusList: { ConsumerGroupClientConnectionInfo: { ClientId: string }[] };
    };
    assert.equal(status.AccumulationCount, 0);
    assert.deepEqual(
      status.ClientConnectionStatusList.ConsumerGroupClientConnectionInfo.map(({ ClientId }) => ClientId),
      ["tester"],
    );
    const { json } = await acs3(simulator, "QueryConsumerGroupStatus", { GroupId: "nobody" });
    assert.equal(json["Code"], "iot.consumer.group.ConsumerGroupNotExist");
  });

  it("QueryConsumerGroupList and QuerySubscribeRelation show what there is", async () => {
    const page = { CurrentPage: "1", PageSize: "10" };
    const list = assertSucceeded(await acs3(simulator, "QueryConsumerGroupList", page)).Data as {
      ConsumerGroupDTO?: { GroupId: string }[];
    };
    assert.deepEqual(
      list.ConsumerGroupDTO?.map(({ GroupId }) => GroupId),
      ["DEFAULT_GROUP"],
    );
    const relation = assertSucceeded(
      await acs3(simulator, "QuerySubscribeRelation", { ProductKey: "a1House00001", Type: "AMQP" }),
    ) as unknown as Record<string, unknown>;
    assert.equal(relation.DeviceDataFlag, true);
    assert.deepEqual(relation.ConsumerGroupIds, ["DEFAULT_GROUP"]);
  });
});
