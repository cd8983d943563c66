/** A node, or a configuration node, with its properties as they stand in the editor; any may be missing or odd. */
export interface ConfiguredNode {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly [property: string]: unknown;
}

/** What a property of a node holds, as text; its default where the node lacks it. */
type Setting = (name: string) => string;

/** Actions that are needed together. */
interface Need {
  /** The type of the nodes that need them. */
  type: string;
  /** The settings with which they do; without it all. */
  when?: (setting: Setting) => boolean;
  actions: readonly string[];
}

const accountType = "aliyun-iot-account";
const subscriptionType = "aliyun-iot-subscription";
const [invokeType, setType, readType, waitType, fleetType] = [
  "aliyun-iot-invoke-service",
  "aliyun-iot-set-properties",
  "aliyun-iot-read-device",
  "aliyun-iot-wait-until",
  "aliyun-iot-fleet",
];

const reads = (what: string, ...actions: string[]): Need => ({
  type: readType,
  when: (setting) => setting("what") === what,
  actions,
});

const fleets = (wanted: Readonly<Record<string, string>>, ...actions: string[]): Need => ({
  type: fleetType,
  when: (setting) => Object.entries(wanted).every(([name, value]) => setting(name) === value),
  actions,
});

/** The settings that decide, where a node lacks them. Exported for the test that compares them with the nodes' tables. */
export const defaultsThatDecide: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [invokeType]: { awaitReply: "false" },
  [setType]: { mode: "now", versions: "", confirm: "accepted" },
  [readType]: { what: "properties" },
  [waitType]: { kind: "property", checkFirst: "true" },
  [fleetType]: {
    operation: "service",
    strategy: "single",
    targets: "list",
    offline: "try",
    awaitReply: "false",
  },
};

/**
 * The one table of RAM actions: which nodes need them, and with which settings. Those of an account are for pickers, args
 * checks and IotIds in rules. Exported for the test that compares it with the actions that the code calls.
 */
export const needs: readonly Need[] = [
  { type: invokeType, actions: ["InvokeThingService"] },
  {
    type: accountType,
    actions: [
      "QueryProductList",
      "QueryDevice",
      "QueryDeviceDetail",
      "GetThingModelTslPublished",
      "GetThingModelTsl",
    ],
  },
  { type: setType, when: (setting) => setting("mode") === "now", actions: ["SetDeviceProperty"] },
  { type: setType, when: (setting) => setting("mode") === "desired", actions: ["SetDeviceDesiredProperty"] },
  // Once the time is over, the present values are read.
  {
    type: setType,
    when: (setting) => setting("confirm") === "reported",
    actions: ["QueryDevicePropertyStatus"],
  },
  // For the hint of a version that does not match.
  {
    type: setType,
    when: (setting) => setting("mode") === "desired" && setting("versions") !== "",
    actions: ["QueryDeviceDesiredProperty"],
  },
  reads("properties", "QueryDevicePropertyStatus"),
  reads("desired", "QueryDeviceDesiredProperty"),
  // A message can name one device or a list.
  reads("state", "GetDeviceStatus", "BatchGetDeviceState"),
  reads("property-history", "QueryDevicePropertyData", "QueryDevicePropertiesData"),
  reads("event-history", "QueryDeviceEventData"),
  reads("service-history", "QueryDeviceServiceData"),
  {
    type: waitType,
    when: (setting) => setting("checkFirst") === "true" && setting("kind") === "property",
    actions: ["QueryDevicePropertyStatus"],
  },
  {
    type: waitType,
    when: (setting) => setting("checkFirst") === "true" && setting("kind") === "state",
    actions: ["GetDeviceStatus"],
  },
  fleets({ operation: "service", strategy: "single" }, "InvokeThingService"),
  fleets({ operation: "service", strategy: "batch" }, "InvokeThingsService"),
  fleets({ operation: "properties", strategy: "single" }, "SetDeviceProperty"),
  fleets({ operation: "properties", strategy: "batch" }, "SetDevicesProperty"),
  // Before a batch, names and states are checked.
  fleets({ strategy: "batch" }, "BatchQueryDeviceDetail", "BatchGetDeviceState"),
  fleets({ offline: "skip" }, "BatchGetDeviceState"),
  // A group is static or dynamic.
  fleets(
    { targets: "group" },
    "QueryDeviceGroupList",
    "QueryDeviceListByDeviceGroup",
    "QueryDynamicGroupDevices",
  ),
  fleets({ targets: "tags" }, "QueryDeviceByTags"),
  // To connect, for the picker of consumer groups, and to see who else is connected.
  { type: subscriptionType, actions: ["sub", "QueryConsumerGroupList", "QueryConsumerGroupStatus"] },
  { type: waitType, actions: ["sub"] },
  { type: invokeType, when: (setting) => setting("awaitReply") === "true", actions: ["sub"] },
  fleets({ awaitReply: "true" }, "sub"),
  {
    type: setType,
    when: (setting) => ["reply", "reported"].includes(setting("confirm")),
    actions: ["sub"],
  },
];

const actionsOfAll = (some: readonly Need[]): string[] => [
  ...new Set(some.flatMap(({ actions }) => actions)),
];

/** Every action of the table, without `iot:`. */
export const allActions: readonly string[] = actionsOfAll(needs);

/** What an account without nodes is likely to need, for calls and dialogs. */
export const usualActions: readonly string[] = actionsOfAll(
  needs.filter(({ type, when }) => (type === invokeType || type === accountType) && !when),
);

/** Actions that command devices. */
export const commandActions: readonly string[] = [
  "InvokeThingService",
  "InvokeThingsService",
  "SetDeviceProperty",
  "SetDevicesProperty",
  "SetDeviceDesiredProperty",
];

/** Actions of pickers and checks only; calls work without them. */
export const dialogActions: readonly string[] = actionsOfAll(
  needs.filter(({ type }) => type === accountType || type === subscriptionType),
).filter((action) => action !== "sub");

/** Every action as RAM writes it, for the tests that compare help and pages with the table. */
export const ramActions: readonly string[] = allActions.map((action) => `iot:${action}`);

/**
 * The actions that the nodes of an account need with their present settings, without `iot:`, in the order of the table.
 * @param nodes all of the editor, configuration nodes too; those of other accounts and packages do not count
 * @returns undefined where no node uses the account
 */
export function actionsFor(accountId: string, nodes: readonly ConfiguredNode[]): string[] | undefined {
  const subscriptions = new Set(
    nodes
      .filter(({ type, account }) => type === subscriptionType && account === accountId)
      .map(({ id }) => id),
  );
  const own = nodes.filter(({ account, subscription }) =>
    account === undefined ? subscriptions.has(subscription) : account === accountId,
  );
  if (own.length === 0) return undefined;
  const isNeeded = ({ type, when }: Need): boolean =>
    type === accountType || own.some((node) => node.type === type && (!when || when(settingsOf(node))));
  return actionsOfAll(needs.filter(isNeeded));
}

function settingsOf(node: ConfiguredNode): Setting {
  const defaults = defaultsThatDecide[String(node.type)] ?? {};
  return (name) => {
    const value = node[name];
    const text = typeof value === "string" || typeof value === "boolean" ? String(value).trim() : "";
    return text === "" ? (defaults[name] ?? "") : text;
  };
}

/**
 * The smallest RAM policy that allows these actions, as JSON to paste into the console (docs/protocol.md, 6.3:
 * `iot:<ApiName>`).
 */
export function ramPolicy(actions: readonly string[] = allActions): string {
  const statement = { Effect: "Allow", Action: actions.map((action) => `iot:${action}`), Resource: "*" };
  return JSON.stringify({ Version: "1", Statement: [statement] }, null, 2);
}
