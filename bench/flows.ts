import path from "node:path";
import type { FlowNode } from "../test/support/admin";
import { packageRoot } from "../test/support/npm";
import { args, keys, largeArgs, largeService, service, target } from "./wire";

/** The driver's outputs in the flow of our node. */
export const outputs = { plain: 0, checked: 1, large: 2, largeChecked: 3 } as const;

const at = (id: string, type: string, more: Record<string, unknown>): FlowNode => ({
  id,
  type,
  z: "tab",
  x: 100,
  y: 100,
  ...more,
});

const flow = (starts: string[], ...nodes: FlowNode[]): FlowNode[] => [
  { id: "tab", type: "tab", label: "bench" },
  at("driver", "bench-driver", {
    payloads: starts.map((start) => (start.startsWith("large") ? largeArgs : args)),
    wires: starts.map((start) => [start]),
  }),
  ...nodes,
];

/** What a flow costs by itself: the driver and a node that passes messages on. */
export const passFlow = (): FlowNode[] => flow(["pass"], at("pass", "bench-pass", { wires: [["driver"]] }));

const invokeNode = (id: string, account: string, identifier: string, check: string): FlowNode =>
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

const accountNode = (id: string, endpoint: URL, more: Record<string, unknown> = {}): FlowNode => ({
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

/** The credentials of `ownFlow` and `propertyFlow`, as Node-RED keeps them. */
export const ownCredentials = { account: keys };

/** Those of `safetyFlow`. */
export const safetyCredentials = {
  "account-off": keys,
  "account-same": keys,
  "account-rules": keys,
  "account-audit": keys,
};

/** Both packages of Alibaba Cloud are the ones that the project tests against. */
const load = `const load = module.createRequire(${JSON.stringify(path.join(packageRoot, "package.json"))});`;
const libs = (...names: string[]): object[] => names.map((name) => ({ var: name, module: name }));

/** A function node around the official SDK, as its documentation shows it. */
export function sdkFlow(endpoint: URL): FlowNode[] {
  const config = { ...keys, endpoint: endpoint.host, protocol: endpoint.protocol.slice(0, -1) };
  return flow(
    ["call"],
    at("call", "function", {
      libs: libs("module"),
      initialize: `${load}
const { default: Client, InvokeThingServiceRequest } = load("@alicloud/iot20180120");
context.set("client", new Client(${JSON.stringify(config)}));
context.set("Request", InvokeThingServiceRequest);`,
      func: `const Request = context.get("Request");
const request = new Request({
  productKey: "${target.productKey}",
  deviceName: "${target.deviceName}",
  identifier: "${service}",
  args: JSON.stringify(msg.payload),
});
try {
  const { body } = await context.get("client").invokeThingService(request);
  msg.payload = JSON.parse(body.data.result).data;
} catch (error) {
  msg.error = error.message;
}
return msg;`,
      wires: [["driver"]],
    }),
  );
}

/** A function node around the older core package. */
export function popFlow(endpoint: URL): FlowNode[] {
  const config = { ...keys, endpoint: endpoint.origin, apiVersion: "2018-01-20" };
  return flow(
    ["call"],
    at("call", "function", {
      libs: libs("module"),
      initialize: `${load}
const Client = load("@alicloud/pop-core");
context.set("client", new Client(${JSON.stringify(config)}));`,
      func: `const parameters = {
  ProductKey: "${target.productKey}",
  DeviceName: "${target.deviceName}",
  Identifier: "${service}",
  Args: JSON.stringify(msg.payload),
};
try {
  const body = await context.get("client").request("InvokeThingService", parameters, { method: "POST" });
  msg.payload = JSON.parse(body.Data.Result).data;
} catch (error) {
  msg.error = error.message;
}
return msg;`,
      wires: [["driver"]],
    }),
  );
}

/** A function node that signs, core's http request, and a function node that reads the answer. */
export function requestFlow(endpoint: URL): FlowNode[] {
  return flow(
    ["sign"],
    at("sign", "function", {
      libs: libs("crypto"),
      func: sign(endpoint),
      wires: [["request"]],
    }),
    at("request", "http request", {
      method: "use",
      ret: "obj",
      paytoqs: "ignore",
      url: "",
      persist: true,
      authType: "",
      senderr: false,
      headers: [],
      wires: [["read"]],
    }),
    at("read", "function", {
      libs: [],
      func: `if (msg.statusCode !== 200 || !msg.payload.Success) msg.error = String(msg.statusCode);
else msg.payload = JSON.parse(msg.payload.Data.Result).data;
return msg;`,
      wires: [["driver"]],
    }),
  );
}

const sign = (endpoint: URL): string => `
const sha256 = (text) => crypto.createHash("sha256").update(text).digest("hex");
const parameters = {
  Args: JSON.stringify(msg.payload),
  DeviceName: "${target.deviceName}",
  Identifier: "${service}",
  ProductKey: "${target.productKey}",
};
const query = Object.keys(parameters).sort()
  .map((name) => name + "=" + encodeURIComponent(parameters[name])).join("&");
const headers = {
  host: "${endpoint.host}",
  "x-acs-action": "InvokeThingService",
  "x-acs-content-sha256": sha256(""),
  "x-acs-date": new Date().toISOString().slice(0, 19) + "Z",
  "x-acs-signature-nonce": crypto.randomUUID(),
  "x-acs-version": "2018-01-20",
};
const names = Object.keys(headers).sort();
const canonical = ["POST", "/", query, ...names.map((name) => name + ":" + headers[name]), "", names.join(";"),
  headers["x-acs-content-sha256"]].join("\\n");
const signature = crypto.createHmac("sha256", "${keys.accessKeySecret}")
  .update("ACS3-HMAC-SHA256\\n" + sha256(canonical)).digest("hex");
delete headers.host;
msg.method = "POST";
msg.url = "${endpoint.origin}/?" + query;
msg.headers = {
  ...headers,
  accept: "application/json",
  authorization: "ACS3-HMAC-SHA256 Credential=${keys.accessKeyId},SignedHeaders=" + names.join(";") + ",Signature=" + signature,
};
msg.payload = "";
return msg;`;
