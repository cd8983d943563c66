import type { SimulatorDefinition } from "../lib/simulator/definition/definition";
import { choice, model, param, property, range, service, type Tsl } from "../lib/simulator/sample/tsl";
import { tabLabel } from "../test/editor/browser";
import type { FlowNode } from "../test/support/admin";

const productKey = "a1BigPlant1";
const devices = 10_000;
/** As many functions as a thing model may have (docs/protocol.md, 5); half of them are services. */
const functions = 300;

const kinds: Tsl[] = [
  range("int", "0", "86400", "1", "s"),
  range("double", "-20", "250", "0.01", "°C"),
  choice("enum", "slow", "normal", "fast"),
  choice("bool", "off", "on"),
  { type: "text", specs: { length: "128" } },
  { type: "date", specs: {} },
];
const kind = (index: number): Tsl => kinds[index % kinds.length]!;
const inputs = Array.from({ length: 20 }, (_none, n) => param(`Input${n + 1}`, `Input ${n + 1}`, kind(n)));
const alarm: Tsl = { identifier: "Alarm", name: "Alarm", type: "alert", required: false, outputData: [] };

/** An account with ten thousand devices of one product, whose thing model is as large as the platform allows. */
export function largeHome(): SimulatorDefinition {
  const half = functions / 2;
  const services = Array.from({ length: half }, (_none, n) =>
    service({
      identifier: `Station${n + 1}Set`,
      name: `Station ${n + 1}: set`,
      callType: "sync",
      inputs,
      outputs: [],
    }),
  );
  const properties = Array.from({ length: half - 1 }, (_none, n) =>
    property(`Value${n + 1}`, `Value ${n + 1}`, "rw", false, kind(n)),
  );
  return {
    products: [
      {
        productKey,
        productName: "Plant",
        thingModel: model(productKey, properties, [alarm], services),
        devices: Array.from({ length: devices }, (_none, n) => ({
          deviceName: `lamp-${String(n + 1).padStart(5, "0")}`,
          nickname: `Hall lamp ${n + 1}`,
          status: n % 10 === 9 ? ("OFFLINE" as const) : ("ONLINE" as const),
        })),
      },
    ],
  };
}

/** What the bench opens: our nodes by their short names, with one of Node-RED's own for each size of dialog. */
export const dialogs = [
  "json",
  "inject",
  "invoke-service",
  "set-properties",
  "read-device",
  "wait-until",
  "fleet",
] as const;
export type Dialog = (typeof dialogs)[number];
export const isOurs = (name: string): boolean => dialogs.indexOf(name as Dialog) > 1;

const device = { account: "home", target: "device", productKey, deviceName: "lamp-00001" };
const settings: Record<Dialog, object> = {
  json: { property: "payload", action: "", pretty: false },
  inject: { props: [{ p: "payload" }, { p: "topic", vt: "str" }], repeat: "", crontab: "", once: false },
  "invoke-service": { ...device, service: "Station1Set", args: "{}", argsType: "form" },
  "set-properties": { ...device, items: "{}", itemsType: "form" },
  "read-device": { ...device, what: "properties" },
  "wait-until": {
    ...device,
    account: undefined,
    subscription: "sub",
    kind: "property",
    identifier: "Value1",
  },
  fleet: {
    ...device,
    targets: "product",
    operation: "service",
    service: "Station1Set",
    args: "{}",
    argsType: "form",
  },
};

export const credentials = { home: { accessKeyId: "testid", accessKeySecret: "testsecret" } };

/** A node for each dialog, named as the dialog is; `blank` names no device yet. */
export function editorFlow(endpoint: string): FlowNode[] {
  const nodes = dialogs.map((name, index) => ({
    ...settings[name],
    id: name,
    type: isOurs(name) ? `aliyun-iot-${name}` : name,
    z: "tab",
    name,
    x: 300,
    y: 60 + index * 60,
    wires: [],
  }));
  return [
    { id: "tab", type: "tab", label: tabLabel },
    { id: "home", type: "aliyun-iot-account", name: "Home", endpoint, credentialType: "access_key" },
    { id: "sub", type: "aliyun-iot-subscription", account: "home", endpoint: "amqp://127.0.0.1:9" },
    ...nodes,
    { ...nodes[2]!, id: "blank", name: "blank", productKey: "", deviceName: "", service: "", y: 600 },
  ];
}

const keysOf = (text: string): string[] => Array.from(text);

/** Lists that are typed into: the button that opens one, what is chosen before it, and the keys. */
export const lists = [
  {
    name: "a list of devices",
    zh: "设备列表中的一次按键",
    node: "blank",
    button: "#aliyun-iot-choose-device",
    rows: ["Plant"],
    keys: [...keysOf("lamp-0423"), "Backspace", "ArrowDown", "PageDown"],
  },
  {
    name: "a list of services",
    zh: "服务列表中的一次按键",
    node: "invoke-service",
    button: "#aliyun-iot-choose-service",
    rows: [],
    keys: [...keysOf("Station1"), "Backspace", "ArrowDown", "PageDown"],
  },
];
