// The examples as a cookbook: their themes, which are tabs of npm start, and which task pages of the documentation
// show them. Scripts and tests read this table.

/**
 * The folders of `examples/`, which Node-RED shows as submenus of Import → Examples, with their Chinese names. The first
 * has no folder. The Chinese flows are made from the English ones, by scripts/examples.mjs.
 */
export const themes = [
  { folder: "", chinese: "", flows: ["0-start-here"] },
  {
    folder: "Commands",
    chinese: "指令",
    flows: [
      "1-call-a-service-from-a-timer",
      "2-webhook",
      "4-failures-by-outcome",
      "5-wait-for-an-asynchronous-service",
      "8-set-a-thermostat-and-be-sure",
      "15-convert-units",
    ],
  },
  {
    folder: "Reading",
    chinese: "读取",
    flows: ["3-read-one-act-on-another", "9-chart-of-yesterdays-temperature", "11-read-decide-act"],
  },
  {
    folder: "Device messages",
    chinese: "设备消息",
    flows: [
      "6-property-change-starts-a-flow",
      "7-offline-alarm",
      "10-wait-until-the-door-is-closed",
      "16-mqtt-bridge",
    ],
  },
  {
    folder: "Fleets",
    chinese: "批量指令",
    flows: [
      "12-close-all-valves-of-a-group",
      "13-roll-out-with-a-canary",
      "14-each-device-its-own-set-point",
    ],
  },
  {
    folder: "Safety and limits",
    chinese: "安全与限流",
    flows: ["17-rules-for-a-valve", "18-alarm-when-throttled"],
  },
  {
    folder: "Larger projects",
    chinese: "大型项目",
    flows: ["19-reusable-subflow", "20-several-sites"],
  },
  {
    folder: "Dashboard 2",
    chinese: "Dashboard 2",
    flows: ["21-slider-gauge-notification", "22-chart-of-yesterdays-temperature"],
  },
];

/** The folder of the Chinese flows. */
export const chineseFolder = "中文";

/** The tabs of npm start, by the numbers of the examples: what a newcomer wants to try, without another package. */
export const tabs = [0, 1, 2, 4, 5, 6, 8, 10, 11, 13];

/** Examples with nodes of another package. */
export const needDashboard = [21, 22];

/** Which example each task page of the documentation shows: `docs/tasks/<page>.md`, `docs/zh/tasks/<page>.md`. */
export const taskPages = {
  schedule: 1,
  webhook: 2,
  dashboard: 21,
  "read-decide-act": 11,
  "set-and-be-sure": 8,
  "wait-until": 10,
  "reply-later": 5,
  "device-messages": 6,
  alarm: 7,
  "fleet-canary": 13,
  "valve-rules": 17,
  units: 15,
  "mqtt-bridge": 16,
  subflow: 19,
  "several-sites": 20,
  "tests-in-ci": 6,
  throttled: 18,
};
