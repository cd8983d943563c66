/** A page of the site in both languages: its address without an ending, and its title in the sidebar. */
export interface Page {
  path: string;
  en: string;
  zh: string;
  /** Whether the page is in English only; its Chinese address then refers to it. */
  isEnglish?: true;
}

/** Every page of the site, by its group in the sidebar, in that order. The navigation and the tests of the links read it. */
export const sections: { en: string; zh: string; pages: Page[] }[] = [
  {
    en: "Start",
    zh: "开始使用",
    pages: [
      { path: "start/index", en: "What it is", zh: "简介" },
      { path: "start/try-it", en: "Try it without an account", zh: "无需账号，先试一试" },
      { path: "start/connect", en: "Connect your account", zh: "连接您的账号" },
      { path: "start/ram-policy", en: "RAM policy", zh: "RAM 权限策略" },
      { path: "start/consumer-group", en: "Consumer group", zh: "消费组" },
    ],
  },
  {
    en: "Tasks",
    zh: "常见任务",
    pages: [
      { path: "tasks/schedule", en: "Call a service on a schedule", zh: "定时调用服务" },
      { path: "tasks/webhook", en: "Command a device by HTTP", zh: "通过 HTTP 控制设备" },
      {
        path: "tasks/dashboard",
        en: "A dashboard: slider, gauge, notification",
        zh: "仪表盘：滑块、仪表、通知",
      },
      { path: "tasks/read-decide-act", en: "Read, decide, act", zh: "读取、判断、执行" },
      { path: "tasks/set-and-be-sure", en: "Set a value and be sure", zh: "设置并确认" },
      { path: "tasks/wait-until", en: "Wait until a device meets a condition", zh: "等到设备满足条件" },
      { path: "tasks/reply-later", en: "A device that replies later", zh: "稍后回复的设备" },
      { path: "tasks/device-messages", en: "Act when a device reports something", zh: "设备消息触发流程" },
      { path: "tasks/alarm", en: "An alarm that somebody has to acknowledge", zh: "需要有人确认的报警" },
      { path: "tasks/fleet-canary", en: "A fleet with a canary", zh: "批量指令与先行设备" },
      { path: "tasks/valve-rules", en: "Rules for a valve", zh: "水阀的规则" },
      { path: "tasks/units", en: "Convert units", zh: "换算单位" },
      { path: "tasks/mqtt-bridge", en: "A bridge to MQTT", zh: "MQTT 桥接" },
      { path: "tasks/subflow", en: "A reusable subflow", zh: "可复用的子流程" },
      { path: "tasks/several-sites", en: "Several sites, one flow", zh: "多个站点，一个流程" },
      { path: "tasks/tests-in-ci", en: "Tests of your flows in CI", zh: "在 CI 中测试流程" },
      { path: "tasks/throttled", en: "Alarm when the account is being throttled", zh: "限流报警" },
    ],
  },
  {
    en: "Reference",
    zh: "参考",
    pages: [
      { path: "reference/account", en: "Account", zh: "账号" },
      { path: "reference/invoke-service", en: "Invoke service", zh: "调用服务" },
      { path: "reference/set-properties", en: "Set properties", zh: "设置属性" },
      { path: "reference/read-device", en: "Read device", zh: "读取设备" },
      { path: "reference/wait-until", en: "Wait until", zh: "等待条件" },
      { path: "reference/fleet", en: "Fleet command", zh: "批量指令" },
      { path: "reference/subscription", en: "Subscription", zh: "订阅" },
      { path: "reference/coordination", en: "Coordination", zh: "协调" },
      { path: "reference/message-in", en: "Device messages", zh: "设备消息" },
      { path: "reference/outcomes", en: "Outcomes and retries", zh: "结果与重试" },
      { path: "reference/errors", en: "Error codes", zh: "错误码" },
      { path: "reference/limits", en: "Limits", zh: "限制" },
    ],
  },
  {
    en: "Simulator",
    zh: "模拟器",
    pages: [
      { path: "simulator/command", en: "Command", zh: "命令" },
      { path: "simulator/file", en: "File format", zh: "文件格式" },
      { path: "simulator/control", en: "Control API", zh: "控制接口" },
      { path: "simulator/devices", en: "Device programs", zh: "设备程序" },
    ],
  },
  {
    en: "Operations",
    zh: "运维",
    pages: [
      { path: "operations/side-by-side", en: "Several Node-REDs", zh: "多个 Node-RED 并行运行" },
      { path: "operations/figures", en: "Figures to watch", zh: "运行指标" },
      { path: "operations/audit", en: "Audit", zh: "审计" },
      { path: "operations/security", en: "Security", zh: "安全" },
      { path: "operations/proxies", en: "Proxies and TLS", zh: "代理与 TLS" },
      { path: "operations/offline-install", en: "Install offline", zh: "离线安装" },
      { path: "operations/raspberry-pi", en: "Raspberry Pi", zh: "树莓派" },
      { path: "operations/docker", en: "Docker", zh: "Docker" },
    ],
  },
  {
    en: "Good to know",
    zh: "须知",
    pages: [
      { path: "faq", en: "Questions and answers", zh: "常见问题" },
      { path: "unknown", en: "What is not known", zh: "尚未证实的行为" },
      { path: "benchmark", en: "How fast it is", zh: "性能" },
    ],
  },
  {
    en: "Contributing",
    zh: "参与开发",
    pages: [
      { path: "contributing/index", en: "Where to begin", zh: "从这里开始" },
      { path: "architecture", en: "Architecture", zh: "架构（英文）", isEnglish: true },
      { path: "protocol", en: "The platform's protocols", zh: "平台协议（英文）", isEnglish: true },
      { path: "development", en: "Development", zh: "开发（英文）", isEnglish: true },
    ],
  },
];
