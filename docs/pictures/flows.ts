import type { FlowNode } from "../../test/support/admin";
import type { Language } from "./picture";

/** The tab that the flows of the pictures are on. */
export const tab = { "en-US": "Garden and house", "zh-CN": "花园与房屋" } as const;

const names = {
  "en-US": {
    fade: "Fade the lamp",
    scenes: "Load the scenes",
    target: "Set point",
    read: "Climate",
    wait: "Until the door is closed",
    fleet: "Close all valves",
    overheated: "Overheated",
    level: "Level 50",
    result: "result",
    failure: "failure",
    house: "House",
    guarded: "Garden, guarded",
  },
  "zh-CN": {
    fade: "调光",
    scenes: "加载场景",
    target: "设定温度",
    read: "温湿度",
    wait: "等门关上",
    fleet: "关闭全部水阀",
    overheated: "过热告警",
    level: "亮度 50",
    result: "结果",
    failure: "失败",
    house: "房屋",
    guarded: "花园（受保护）",
  },
} as const;

/** One node of each kind with devices of the simulator's sample, for the pictures of the dialogs. */
export function dialogFlows(language: Language): FlowNode[] {
  const name = names[language];
  const at = (id: string, type: string, y: number): FlowNode => ({ id, type, z: "house", x: 400, y });
  const lamp = { account: "account", productKey: "a1BwAGV0001", deviceName: "light01" };
  const room = { account: "account", productKey: "a1RoomSens01", deviceName: "room01" };
  return [
    { id: "house", type: "tab", label: tab[language] },
    { id: "account", type: "aliyun-iot-account", name: name.house, platform: "simulator" },
    { id: "cloud", type: "aliyun-iot-account", regionId: "cn-shanghai", instanceId: "iot-060a0abc" },
    {
      id: "guarded",
      type: "aliyun-iot-account",
      name: name.guarded,
      platform: "simulator",
      allow: "a1WaterValv1/*/*\na1BwAGV0001/light*/FadeTo",
      confirm: "a1WaterValv1/*/SetOpening",
      audit: "file",
    },
    { id: "messages", type: "aliyun-iot-subscription", account: "account" },
    {
      id: "group",
      type: "aliyun-iot-subscription",
      account: "cloud",
      consumerGroupId: "DEFAULT_GROUP",
    },
    { id: "redis", type: "aliyun-iot-coordination", url: "redis://127.0.0.1:6379" },
    {
      ...at("level", "inject", 100),
      name: name.level,
      x: 150,
      props: [{ p: "payload", v: "50", vt: "num" }],
      wires: [["fade"]],
    },
    {
      ...at("fade", "aliyun-iot-invoke-service", 100),
      ...lamp,
      name: name.fade,
      service: "FadeTo",
      args: '{"Level":{"type":"msg","value":"payload"},"DurationMs":{"type":"num","value":"500"},"Curve":{"type":"num","value":"1"}}',
      argsType: "form",
      wires: [["result"], ["failure"]],
    },
    {
      ...at("now", "aliyun-iot-invoke-service", 160),
      ...lamp,
      name: name.fade,
      service: "FadeTo",
      args: '{"Level":{"type":"num","value":"50"},"DurationMs":{"type":"num","value":"500"},"Curve":{"type":"num","value":"1"}}',
      argsType: "form",
      wires: [[], []],
    },
    { ...at("result", "debug", 60), name: name.result, x: 650, active: true, wires: [] },
    { ...at("failure", "debug", 140), name: name.failure, x: 650, active: true, wires: [] },
    {
      ...at("scenes", "aliyun-iot-invoke-service", 220),
      ...lamp,
      name: name.scenes,
      service: "LoadScenes",
      awaitReply: true,
      subscription: "messages",
      wires: [[], []],
    },
    {
      ...at("target", "aliyun-iot-set-properties", 300),
      ...room,
      name: name.target,
      items: '{"TargetTemperature":{"type":"msg","value":"payload"}}',
      itemsType: "form",
      confirm: "reported",
      subscription: "messages",
      wires: [[], []],
    },
    {
      ...at("read", "aliyun-iot-read-device", 380),
      ...room,
      name: name.read,
      what: "property-history",
      identifiers: "Temperature, Humidity",
      wires: [[], []],
    },
    {
      ...at("wait", "aliyun-iot-wait-until", 460),
      subscription: "messages",
      productKey: "a1DoorSens01",
      deviceName: "door01",
      name: name.wait,
      kind: "property",
      identifier: "DoorState",
      condition: "false",
      wires: [[], []],
    },
    {
      ...at("fleet", "aliyun-iot-fleet", 540),
      account: "account",
      name: name.fleet,
      service: "SetOpening",
      args: '{"Percent":{"type":"num","value":"0"}}',
      argsType: "form",
      targets: "group",
      productKey: "a1WaterValv1",
      groupId: "GrpWaterValves01",
      canary: "1",
      stopAt: "5",
      wires: [[], [], []],
    },
    {
      ...at("overheated", "aliyun-iot-message-in", 620),
      subscription: "messages",
      name: name.overheated,
      kind: "event",
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      identifier: "Overheat",
      wires: [[]],
    },
  ];
}
