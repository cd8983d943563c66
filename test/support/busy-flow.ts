import type { FlowNode } from "./admin";

/** Secrets that nothing else contains, so that finding one means a leak. */
export const secrets = {
  key: "SECRET-of-the-permanent-key-7Qx2",
  sts: "SECRET-of-the-temporary-key-9Lm4",
  wrong: "SECRET-that-does-not-fit-3Vb8",
  token: "TOKEN-of-the-temporary-key/5Tz+1==",
};

export const accounts = ["key", "sts", "wrong", "nowhere"] as const;
export const devices = ["light01", "light02", "cut", "slow", "garbled", "broken", "throttled"] as const;

/** A simulator that knows both keys and has a device for every way to fail. */
export const simulation = {
  accessKeys: [
    { accessKeyId: "key-id", accessKeySecret: secrets.key },
    { accessKeyId: "sts-id", accessKeySecret: secrets.sts, securityToken: secrets.token },
  ],
  products: [
    {
      productKey: "a1BusyFlow01",
      devices: devices.map((deviceName) => ({
        deviceName,
        status: deviceName === "light02" ? "OFFLINE" : "ONLINE",
      })),
      thingModel: { services: [{ identifier: "Toggle", callType: "sync", inputData: [], outputData: [] }] },
    },
  ],
  faults: [
    { deviceName: "cut", fault: "drop-after" },
    { deviceName: "slow", fault: "hang" },
    { deviceName: "garbled", fault: "garbage" },
    { deviceName: "broken", fault: "server-error" },
    { deviceName: "throttled", fault: "throttle" },
  ],
};

/** Credentials by account node. */
export const credentials = {
  "account-key": { accessKeyId: "key-id", accessKeySecret: secrets.key },
  "account-sts": { accessKeyId: "sts-id", accessKeySecret: secrets.sts, securityToken: secrets.token },
  "account-wrong": { accessKeyId: "key-id", accessKeySecret: secrets.wrong },
  "account-nowhere": { accessKeyId: "key-id", accessKeySecret: secrets.key },
};

/**
 * `/busy/:account/:device` calls a device and answers the whole message, from either port or from Catch;
 * every message and status is shown in sidebar and log too. `POST /plant` lets the body leak on purpose.
 */
export function busyFlow(endpoint: string): FlowNode[] {
  const tab = { id: "tab", type: "tab", label: "busy" };
  const account = (id: (typeof accounts)[number]): FlowNode => ({
    // A config node whose id stood in another of its properties, "sts" for one, would seem to need itself.
    id: `account-${id}`,
    type: "aliyun-iot-account",
    platform: "cloud",
    endpoint: id === "nowhere" ? "http://127.0.0.1:1" : endpoint,
    credentialType: id === "sts" ? "sts" : "access_key",
    timeout: 3,
  });
  const invoke = (id: string, wires: string[][]): FlowNode => ({
    ...within("invoke", id, "aliyun-iot-invoke-service", wires),
    account: `account-${id}`,
    productKey: "a1BusyFlow01",
    deviceName: "req.params.device",
    deviceNameType: "msg",
    service: "Toggle",
    args: "{}",
    argsType: "json",
  });
  const route = {
    ...within(
      "",
      "route",
      "switch",
      accounts.map((id) => [`invoke-${id}`]),
    ),
    property: "req.params.account",
    rules: accounts.map((id) => ({ t: "eq", v: id, vt: "str" })),
  };
  return [
    tab,
    ...accounts.map(account),
    { ...within("", "in", "http in", [["route"]]), url: "/busy/:account/:device", method: "get" },
    route,
    // Catch gets the failures of one account, port 2 those of the others.
    ...accounts.map((id) => invoke(id, id === "wrong" ? [["record"]] : [["record"], ["record"]])),
    { ...within("", "catch", "catch", [["record"]]), scope: null },
    {
      ...within("", "record", "function", [["answer"], ["show"]]),
      func: "const { req, res, ...rest } = msg; return [{ res, payload: rest }, { payload: rest }];",
      outputs: 2,
      libs: [],
    },
    { ...within("", "status", "status", [["show"]]), scope: null },
    { ...within("", "show", "debug"), active: true, tosidebar: true, console: true, complete: "true" },
    within("", "answer", "http response"),
    { ...within("", "plant-in", "http in", [["plant"]]), url: "/plant", method: "post" },
    {
      ...within("", "plant", "function", [["answer", "show"]]),
      func: "node.warn(msg.payload.text); node.status({ text: msg.payload.text }); return msg;",
      libs: [],
    },
  ];
}

function within(prefix: string, id: string, type: string, wires: string[][] = []): FlowNode {
  // Without a place on the canvas Node-RED takes a node for a config node.
  return { id: prefix ? `${prefix}-${id}` : id, type, z: "tab", x: 100, y: 100, wires };
}
