// Flows without our node, that call the service in the ways that people know.
import path from "node:path";
import type { FlowNode } from "../test/support/admin";
import { packageRoot } from "../test/support/npm";
import { at, flow } from "./flows";
import { keys, service, target } from "./wire";

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
