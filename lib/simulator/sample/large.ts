import type { DeviceDefinition, DeviceStatus, ProductDefinition } from "../definition/definition";
import { riverRoadGroup } from "./groups";
import { lamp } from "./models";
import { choice, model, param, property, range, service, type Tsl } from "./tsl";

const streets = ["River Road 滨河路", "Station Street 车站街", "Garden Lane 花园巷", "Harbour Quay 港口街"];
const streetTags = ["river-road", "station-street", "garden-lane", "harbour-quay"].map((street) => ({
  street,
}));
const lampsPerStreet = 2500;
/** So many lamps of River Road are in a group. */
const grouped = 100;
const groups = [riverRoadGroup];
/** Lamps take their time, each another one. */
const usual = { Reboot: { delayMs: 500, maxDelayMs: 5000 }, LoadScenes: { delayMs: 100, maxDelayMs: 2000 } };
const broken = { delayMs: 100, maxDelayMs: 500, code: 100001, message: "the lamp is broken" };
const failing = { Reboot: broken, LoadScenes: broken, FadeTo: broken };

/** 10,000 devices, to try pickers, paging and commands to many devices. */
export function streetLights(): ProductDefinition {
  const devices = streets.flatMap((street, index) =>
    Array.from({ length: lampsPerStreet }, (_none, n) => streetLight(street, index * lampsPerStreet + n, n)),
  );
  return { productKey: "a1StreetLt1", productName: "Street lights 路灯", thingModel: lamp, devices };
}

function streetLight(street: string, index: number, number: number): DeviceDefinition {
  return {
    deviceName: `lamp-${String(index + 1).padStart(5, "0")}`,
    nickname: `${street} ${number + 1}`,
    status: statusOf(index),
    services: index % 100 === 50 ? failing : usual,
    tags: streetTags[Math.floor(index / lampsPerStreet)]!,
    ...(index < grouped ? { groups } : {}),
    // One lamp has a loose contact.
    ...(index === 0 ? { togglesEveryMs: 10_000 } : {}),
  };
}

/** Most are online; one in ten is offline, inactive or disabled. */
function statusOf(index: number): DeviceStatus {
  if (index % 10 !== 9) return "ONLINE";
  return (["OFFLINE", "OFFLINE", "UNACTIVE", "DISABLE"] as const)[Math.floor(index / 10) % 4]!;
}

const speed = (): Tsl => range("float", "0", "100", "0.5", "%");
const heat = (): Tsl => range("double", "-20", "250", "0.01", "°C");
const seconds = (): Tsl => range("int", "0", "86400", "1", "s");
const text = (length: string): Tsl => ({ type: "text", specs: { length } });
const date = (): Tsl => ({ type: "date", specs: {} });
const array = (size: string, item: Tsl): Tsl => ({ type: "array", specs: { size, item } });
const batch = (): Tsl[] => [
  param("Order", "Order 订单号", text("32")),
  param("Pieces", "Pieces 件数", range("int", "1", "100000", "1")),
  param("DueAt", "Due 交货时间", date()),
];

type Kind = [verb: string, name: string, callType: "sync" | "async", inputs: Tsl[], outputs: Tsl[]];

/** What every station of the plant can do. */
const kinds: Kind[] = [
  [
    "Start",
    "Start 启动",
    "async",
    [param("Mode", "Mode 模式", choice("enum", "slow", "normal", "fast"))],
    [],
  ],
  ["Stop", "Stop 停止", "async", [param("AtOnce", "At once 立即", choice("bool", "No", "Yes"))], []],
  [
    "SetSpeed",
    "Set the speed 设定速度",
    "sync",
    [param("Speed", "Speed 速度", speed())],
    [param("Old", "Old speed", speed())],
  ],
  [
    "SetHeat",
    "Set the heat 设定温度",
    "sync",
    [param("Target", "Target 目标温度", heat()), param("Within", "Within 限时", seconds())],
    [param("ReadyAt", "Ready at", date())],
  ],
  [
    "Show",
    "Show a text 显示文字",
    "async",
    [param("Text", "Text 文字", text("128")), param("For", "For 时长", seconds())],
    [],
  ],
  [
    "LoadBatch",
    "Load a batch 装载批次",
    "async",
    [param("Batch", "Batch 批次", { type: "struct", specs: batch() })],
    [],
  ],
  [
    "SetCurve",
    "Set the curve 设定曲线",
    "async",
    [param("Points", "Points 各点", array("16", { type: "float" }))],
    [],
  ],
  [
    "SetPlan",
    "Set the plan 设定计划",
    "async",
    [param("Steps", "Steps 步骤", array("8", { type: "struct", specs: batch() }))],
    [],
  ],
  [
    "Measure",
    "Measure 测量",
    "sync",
    [],
    [param("Heat", "Heat 温度", heat()), param("Speed", "Speed 速度", speed())],
  ],
  [
    "Calibrate",
    "Calibrate 校准",
    "async",
    [param("Offset", "Offset 偏移", range("double", "-5", "5", "0.001"))],
    [],
  ],
];

function services(station: string, title: string): Tsl[] {
  return kinds.map(([verb, name, callType, inputs, outputs]) =>
    service({
      identifier: `${station}${verb}`,
      name: `${title}: ${name}`,
      callType,
      desc: `${name}, ${title}`,
      inputs,
      outputs,
    }),
  );
}

const line = (count: number, station: string, title: string): Tsl[] =>
  Array.from({ length: count }, (_none, n) => services(`${station}${n + 1}`, `${title} ${n + 1}`)).flat();

/**
 * A thing model as large as the platform allows, 300 functions (docs/protocol.md, 5): a default module and two others.
 */
export function plantController(): ProductDefinition {
  const productKey = "a1PlantCtl1";
  const module = (id: string, name: string, list: Tsl[]): Tsl => ({
    ...model(productKey, [], [], list),
    functionBlockId: id,
    functionBlockName: name,
  });
  const load = property("Load", "Load 负荷", "r", true, speed());
  return {
    productKey,
    productName: "Plant controller 工厂控制器",
    thingModel: [
      model(productKey, [load], [], line(24, "Station", "Station 工位").slice(0, 239)),
      module("packing", "Packing 包装", line(4, "Packer", "Packer 包装机")),
      module("energy", "Energy 能源", line(2, "Boiler", "Boiler 锅炉")),
    ],
    devices: [
      { deviceName: "plant01", nickname: "Hall north 北车间", status: "ONLINE" },
      { deviceName: "plant02", nickname: "Hall south 南车间", status: "OFFLINE" },
    ],
  };
}
