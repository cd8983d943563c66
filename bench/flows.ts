import type { FlowNode } from "../test/support/admin";
import { args, keys, largeArgs, largeService, service, target } from "./wire";

/** The driver's outputs in the flow of our node. */
export const outputs = { plain: 0, checked: 1, large: 2, largeChecked: 3 } as const;

/** A node on the tab. */
export const at = (id: string, type: string, more: Record<string, unknown>): FlowNode => ({
  id,
  type,
  z: "tab",
  x: 100,
  y: 100,
  ...more,
});

/** A tab with the driver, wired to the nodes where its outputs start, and the nodes. */
export const flow = (starts: string[], ...nodes: FlowNode[]): FlowNode[] => [
  { id: "tab", type: "tab", label: "bench" },
  at("driver", "bench-driver", {
    payloads: starts.map((start) => (start.startsWith("large") ? largeArgs : args)),
    wires: starts.map((start) => [start]),
  }),
  ...nodes,
];

/** What a flow costs by itself: the driver and a node that passes messages on. */
export const passFlow = (): FlowNode[] => flow(["pass"], at("pass", "bench-pass", { wires: [["driver"]] }));

/** An invoke-service node with the settings of a new one, but for the check. */
export const invokeNode = (id: string, account: string, identifier: string, check: string): FlowNode =>
  at(id, "aliyun-iot-invoke-service", {
    account,
    target: "device",
    ...target,
    productKeyType: "str",
    deviceNameType: "str",
    service: identifier,
    serviceType: "str",
    args: "payload",
    argsType: "msg",
    check,
    result: "payload",
    resultType: "msg",
    delivery: "at-most-once",
    wires: [["driver"], ["driver"]],
  });

/** An account at the bench's server, whose quota does not hold anything up. */
export const accountNode = (id: string, endpoint: URL, more: Record<string, unknown> = {}): FlowNode => ({
  id,
  type: "aliyun-iot-account",
  platform: "cloud",
  endpoint: endpoint.origin,
  credentialType: "access_key",
  rate: 1_000_000,
  concurrency: 64,
  queueLimit: 1_000_000,
  timeout: 60,
  ...more,
});

/** Our node; its check of the args off and on, for small and for large args. */
export function ownFlow(endpoint: URL): FlowNode[] {
  return flow(
    Object.keys(outputs),
    accountNode("account", endpoint),
    invokeNode("plain", "account", service, "off"),
    invokeNode("checked", "account", service, "error"),
    invokeNode("large", "account", largeService, "off"),
    invokeNode("largeChecked", "account", largeService, "error"),
  );
}

/** Our node with everything on, as a new one has it. */
export function wholeFlow(endpoint: URL): FlowNode[] {
  return flow(
    ["whole"],
    accountNode("account", endpoint, { spareConnection: true }),
    invokeNode("whole", "account", service, "error"),
  );
}

/** The driver's outputs in the flow of the accounts with and without safety. */
export const safetyOutputs = { off: 0, same: 1, rules: 2, audit: 3 } as const;

/** Eight to allow, of which the last one matches, and two that want a confirmation and do not match. */
const tenRules = {
  allow: `a1Pump*/*/Start
a1Pump*/*/Stop
a1Valve*/*/Close
*/gateway-*/Restart
a1Heating01/boiler-?/SetPoint
a1Heating01/boiler-2/SetPoint
${target.productKey}/light*/Off
${target.productKey}/light*/${service}`,
  confirm: "a1Valve*/*/*\n*/*/Reset*",
};

/** Our node without safety, twice; with ten rules; and with an audit file. */
export function safetyFlow(endpoint: URL): FlowNode[] {
  return flow(
    Object.keys(safetyOutputs),
    accountNode("account-off", endpoint),
    accountNode("account-same", endpoint),
    accountNode("account-rules", endpoint, tenRules),
    accountNode("account-audit", endpoint, { audit: "file" }),
    ...Object.keys(safetyOutputs).map((name) => invokeNode(name, `account-${name}`, service, "off")),
  );
}

/** The driver's outputs in the flow that compares a property set with a service call. */
export const propertyOutputs = { service: 0, same: 1, set: 2 } as const;

/** Our nodes: the same values as args of a service, twice, and as properties. */
export function propertyFlow(endpoint: URL): FlowNode[] {
  return flow(
    Object.keys(propertyOutputs),
    accountNode("account", endpoint),
    invokeNode("service", "account", service, "error"),
    invokeNode("same", "account", service, "error"),
    at("set", "aliyun-iot-set-properties", {
      account: "account",
      target: "device",
      ...target,
      productKeyType: "str",
      deviceNameType: "str",
      items: "payload",
      itemsType: "msg",
      mode: "now",
      confirm: "accepted",
      check: "error",
      result: "payload",
      resultType: "msg",
      delivery: "at-most-once",
      wires: [["driver"], ["driver"]],
    }),
  );
}

/** The driver's outputs in the flow of the accounts with and without a coordination. */
export const coordinationOutputs = { off: 0, same: 1, shared: 2 } as const;

/** Our node with a quota of its own, twice, and with one that is shared. */
export function coordinationFlow(endpoint: URL, redis: string): FlowNode[] {
  return flow(
    Object.keys(coordinationOutputs),
    { id: "coordination", type: "aliyun-iot-coordination", url: redis },
    accountNode("account-off", endpoint),
    accountNode("account-same", endpoint),
    accountNode("account-shared", endpoint, { coordination: "coordination" }),
    ...Object.keys(coordinationOutputs).map((name) => invokeNode(name, `account-${name}`, service, "off")),
  );
}

/** Those of `coordinationFlow`. */
export const coordinationCredentials = {
  "account-off": keys,
  "account-same": keys,
  "account-shared": keys,
};

/** The credentials of `ownFlow` and `propertyFlow`, as Node-RED keeps them. */
export const ownCredentials = { account: keys };

/** Those of `safetyFlow`. */
export const safetyCredentials = {
  "account-off": keys,
  "account-same": keys,
  "account-rules": keys,
  "account-audit": keys,
};
