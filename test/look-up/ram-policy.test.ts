import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  actionsFor,
  allActions,
  type ConfiguredNode,
  defaultsThatDecide,
  ramPolicy,
  usualActions,
} from "../../lib/look-up/ram-policy";
import { invokeDefaults } from "../../nodes/defaults/invoke-service";
import { readDeviceDefaults } from "../../nodes/defaults/read-device";
import { setPropertiesDefaults } from "../../nodes/defaults/set-properties";
import { waitUntilDefaults } from "../../nodes/defaults/wait-until";

const account = "home";
const dialogs = usualActions.slice(1);
const node = (type: string, settings: object = {}): ConfiguredNode => ({
  id: type,
  type: `aliyun-iot-${type}`,
  account,
  ...settings,
});
const messages = ["sub", "QueryConsumerGroupList", "QueryConsumerGroupStatus"];

describe("the RAM policy of an account", () => {
  const cases: [what: string, nodes: ConfiguredNode[], needed: string[]][] = [
    ["a node that calls services", [node("invoke-service")], ["InvokeThingService"]],
    [
      "one that awaits replies",
      [node("invoke-service", { awaitReply: true, subscription: "other" })],
      ["InvokeThingService", "sub"],
    ],
    ["properties that are set now", [node("set-properties", { mode: "now" })], ["SetDeviceProperty"]],
    ["the same in a flow that leaves defaults out", [node("set-properties")], ["SetDeviceProperty"]],
    ["desired values", [node("set-properties", { mode: "desired" })], ["SetDeviceDesiredProperty"]],
    [
      "desired values with versions",
      [node("set-properties", { mode: "desired", versions: "payload" })],
      ["SetDeviceDesiredProperty", "QueryDeviceDesiredProperty"],
    ],
    [
      "a set that the device confirms",
      [node("set-properties", { confirm: "reply" })],
      ["SetDeviceProperty", "sub"],
    ],
    [
      "a set that the device is to report",
      [node("set-properties", { mode: "now", confirm: "reported" })],
      ["SetDeviceProperty", "QueryDevicePropertyStatus", "sub"],
    ],
    ["a subscription", [node("subscription")], messages],
    [
      "messages of a subscription",
      [node("subscription", { id: "s" }), { id: "m", type: "aliyun-iot-message-in", subscription: "s" }],
      messages,
    ],
    ["present values", [node("read-device")], ["QueryDevicePropertyStatus"]],
    [
      "desired values that are read",
      [node("read-device", { what: "desired" })],
      ["QueryDeviceDesiredProperty"],
    ],
    ["states", [node("read-device", { what: "state" })], ["GetDeviceStatus", "BatchGetDeviceState"]],
    [
      "histories of properties",
      [node("read-device", { what: "property-history" })],
      ["QueryDevicePropertyData", "QueryDevicePropertiesData"],
    ],
    ["histories of events", [node("read-device", { what: "event-history" })], ["QueryDeviceEventData"]],
    ["histories of calls", [node("read-device", { what: "service-history" })], ["QueryDeviceServiceData"]],
    ...(
      [
        [{}, ["QueryDevicePropertyStatus"]],
        [{ kind: "state" }, ["GetDeviceStatus"]],
        [{ kind: "event" }, []],
        [{ kind: "state", checkFirst: false }, []],
        [{ kind: "property", checkFirst: false }, []],
      ] as const
    ).map(([settings, needed]): [string, ConfiguredNode[], string[]] => [
      `a wait with ${JSON.stringify(settings)}`,
      [
        node("subscription", { id: "s" }),
        { id: "w", type: "aliyun-iot-wait-until", subscription: "s", ...settings },
      ],
      [...needed, ...messages],
    ]),
    ["a fleet", [node("fleet")], ["InvokeThingService"]],
    [
      "properties of a fleet",
      [node("fleet", { operation: "properties", awaitReply: true })],
      ["SetDeviceProperty", "sub"],
    ],
    [
      "a fleet in batches",
      [node("fleet", { strategy: "batch" })],
      ["InvokeThingsService", "BatchQueryDeviceDetail", "BatchGetDeviceState"],
    ],
    [
      "properties of a fleet in batches",
      [node("fleet", { operation: "properties", strategy: "batch" })],
      ["SetDevicesProperty", "BatchQueryDeviceDetail", "BatchGetDeviceState"],
    ],
    [
      "the devices of a group that are online",
      [node("fleet", { targets: "group", offline: "skip" })],
      [
        "InvokeThingService",
        "BatchGetDeviceState",
        "QueryDeviceGroupList",
        "QueryDeviceListByDeviceGroup",
        "QueryDynamicGroupDevices",
      ],
    ],
    [
      "the devices with tags",
      [node("fleet", { targets: "tags" })],
      ["InvokeThingService", "QueryDeviceByTags"],
    ],
    [
      "several nodes, each action once",
      [node("invoke-service", { id: "1" }), node("invoke-service", { id: "2" }), node("set-properties")],
      ["InvokeThingService", "SetDeviceProperty"],
    ],
  ];
  for (const [what, nodes, needed] of cases) {
    it(`has for ${what} just what is needed, and what dialogs look up`, () => {
      const found = actionsFor(account, nodes);
      assert.deepEqual([...(found ?? [])].sort(), [...dialogs, ...needed].sort());
    });
  }

  it("has for an account without nodes what calls and dialogs need", () => {
    const others = [
      node("invoke-service", { account: "other" }),
      node("subscription", { id: "s", account: "other" }),
      { id: "w", type: "aliyun-iot-wait-until", subscription: "s" },
      { id: "x", type: "inject" },
      { id: account, type: "aliyun-iot-account" },
    ];
    assert.equal(actionsFor(account, others), undefined);
    assert.equal(actionsFor(account, []), undefined);
    assert.deepEqual(usualActions, [
      "InvokeThingService",
      "QueryProductList",
      "QueryDevice",
      "QueryDeviceDetail",
      "GetThingModelTslPublished",
      "GetThingModelTsl",
    ]);
  });

  it("takes any configuration that a flow file may hold, and grows with each node", () => {
    const value = fc.oneof(
      fc.constantFrom("", "now", "desired", "reported", "state", true, null),
      fc.anything(),
    );
    const configuration = fc.record(
      {
        id: fc.string(),
        type: fc.oneof(
          fc.constantFrom(...Object.keys(defaultsThatDecide), "aliyun-iot-subscription"),
          fc.anything(),
        ),
        account: fc.oneof(fc.constant(account), fc.anything()),
        subscription: value,
        mode: value,
        confirm: value,
        versions: value,
        what: value,
        kind: value,
        checkFirst: value,
        awaitReply: value,
        operation: value,
        strategy: value,
        targets: value,
        offline: value,
      },
      { requiredKeys: ["type"] },
    );
    fc.assert(
      fc.property(fc.array(configuration, { maxLength: 5 }), configuration, (nodes, another) => {
        const [fewer, more] = [actionsFor(account, nodes), actionsFor(account, [...nodes, another])];
        for (const action of more ?? []) assert.ok(allActions.includes(action));
        for (const action of fewer ?? []) assert.ok(more?.includes(action), action);
      }),
    );
  });

  it("goes by the defaults of the nodes where a flow leaves a setting out", () => {
    const tables: Record<string, Readonly<Record<string, unknown>>> = {
      "aliyun-iot-invoke-service": invokeDefaults,
      "aliyun-iot-set-properties": setPropertiesDefaults,
      "aliyun-iot-read-device": readDeviceDefaults,
      "aliyun-iot-wait-until": waitUntilDefaults,
    };
    for (const [type, table] of Object.entries(tables)) {
      for (const [name, value] of Object.entries(defaultsThatDecide[type] ?? {}))
        assert.equal(value, String(table[name]), `${type} ${name}`);
    }
  });

  it("is JSON for the console", () => {
    assert.deepEqual(JSON.parse(ramPolicy(["SetDeviceProperty", "sub"])), {
      Version: "1",
      Statement: [{ Effect: "Allow", Action: ["iot:SetDeviceProperty", "iot:sub"], Resource: "*" }],
    });
    const all = JSON.parse(ramPolicy()) as { Statement: { Action: string[] }[] };
    assert.equal(all.Statement[0]!.Action.length, allActions.length);
  });
});
