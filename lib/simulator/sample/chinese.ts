import type { SimulatorDefinition } from "../definition/definition";

/** Names of the sample, as a Chinese user would have entered them in the console. */
const names: Readonly<Record<string, string>> = {
  Lamp: "智能灯",
  "Stairs, slow 楼梯": "楼梯（响应慢）",
  "Cellar, broken 地下室": "地下室（故障）",
  "Nursery, stuck 苗圃": "苗圃（卡住）",
  "the valve is stuck": "阀门卡住",
  "the lamp is broken": "灯已损坏",
  Power: "电源开关",
  Off: "关",
  On: "开",
  Brightness: "亮度",
  percent: "百分比",
  "Error code": "故障码",
  None: "无",
  Overheat: "过热",
  "Sensor fault": "传感器故障",
  "Overheat alarm": "过热报警",
  "Fade to level": "渐变调光",
  "fade and report the previous level": "渐变到指定亮度，并返回原亮度",
  Level: "亮度",
  Duration: "时长",
  Curve: "渐变曲线",
  linear: "匀速",
  "ease-in": "渐快",
  "ease-out": "渐慢",
  "Old level": "原亮度",
  "Done at": "完成时间",
  "Load scenes": "加载场景",
  Title: "标题",
  Enabled: "是否启用",
  No: "否",
  Yes: "是",
  "Valid from": "生效时间",
  Color: "颜色",
  Red: "红",
  Green: "绿",
  Gamma: "伽马值",
  Levels: "各路亮度",
  Steps: "步骤",
  At: "时刻",
  Stored: "已保存数量",
  Reboot: "重启",
  "Room sensor": "温湿度传感器",
  Temperature: "温度",
  "Target temperature": "目标温度",
  Humidity: "湿度",
  "Measure now": "立即测量",
  "Door sensor": "门磁传感器",
  "Door state": "门状态",
  Closed: "关闭",
  Open: "打开",
  "Water valve": "水阀",
  Opening: "开度",
  "Opening limit": "开度上限",
  "Set the opening": "设置开度",
  "move the valve and report where it stands": "调节阀门，并返回当前开度",
  "Moved at": "到位时间",
  Flush: "冲洗",
  "open fully for a while, then close": "全开一段时间后关闭",
  slow: "慢速",
  normal: "常速",
  fast: "快速",
  Heat: "温度",
  Speed: "速度",
  "Old speed": "原速度",
  "Ready at": "就绪时间",
};

/** Properties of a thing model, a product or a device whose text is for people. */
const named = new Set([
  "productName",
  "nickname",
  "name",
  "desc",
  "unitName",
  "functionBlockName",
  "message",
]);

/**
 * The same sample with Chinese names. Product keys, device names, identifiers, types and behaviour stay as they are, so
 * that a flow runs with either.
 */
export function inChinese(sample: SimulatorDefinition): SimulatorDefinition {
  return translated(sample, new Map()) as SimulatorDefinition;
}

/** @param done what many devices share stays shared */
function translated(value: unknown, done: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const before = done.get(value);
  if (before !== undefined) return before;
  const result = Array.isArray(value)
    ? value.map((part: unknown) => translated(part, done))
    : translatedFields(value, done);
  done.set(value, result);
  return result;
}

function translatedFields(value: object, done: Map<object, unknown>): object {
  const hasLabels = "type" in value && (value.type === "bool" || value.type === "enum");
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (typeof part === "string") return [key, named.has(key) ? chinese(part) : part];
      return [key, hasLabels && key === "specs" ? labels(part) : translated(part, done)];
    }),
  );
}

function labels(specs: object): object {
  return Object.fromEntries(Object.entries(specs).map(([value, label]) => [value, chinese(String(label))]));
}

/** Names in both languages, as `River Road 滨河路 1`, lose the English words before the Chinese ones. */
function chinese(text: string): string {
  return (
    names[text] ??
    text
      .replace(/[A-Za-z][A-Za-z ]*(?=\p{Script=Han})/gu, "")
      .replace(": ", "：")
      .replace(", ", "，")
  );
}
