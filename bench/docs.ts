import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { packageName } from "../test/support/admin";
import { packageRoot } from "../test/support/npm";
import { type Bar, barChart } from "./chart";
import type { Name } from "./contenders";
import { readRows } from "./kept-rows";
import { labels, type Listed, type Report } from "./report";
import { markdownOf } from "./row-table";
import { median } from "./statistics";

interface Page {
  file: string;
  language: "en-US" | "zh-CN";
  chart: string;
  head: string[];
  labels: Record<Listed, string>;
  text(report: Report): string;
}

const pages: Page[] = [
  {
    file: "docs/benchmark.md",
    language: "en-US",
    chart: "Calls per second with 64 in flight, plain HTTP",
    head: ["", "calls/s: 1 / 16 / 64", "TLS: 64", "CPU, µs", "p99, ms", "MB"],
    labels: { ...labels, own: "**our node**" },
    text: (report) => {
      const { ofLimit, cpuOfLimit, timesSdk, timesRequest } = report.ratios["http 64"]!;
      return [
        `With 64 calls in flight the node makes ${share(ofLimit)} of the calls that one process could make at best, the leanest loop and the flow in sequence, at ${cpuOfLimit.toFixed(2)} times the CPU; that is ${timesSdk.toFixed(1)} times a function node with the official SDK and ${timesRequest.toFixed(1)} times core’s http request.`,
        own(
          report,
          ({ milliseconds, inUse, bytes, packages }) =>
            `Loading all nodes takes ${milliseconds} ms and ${inUse} MB; a production install is ${bytes} MB in ${packages} packages.`,
        ),
        `Measured on ${report.date.slice(0, 10)} against a server that answers at once: ${describe(report)}. Calls per second are for plain HTTP with 1, 16 and 64 in flight, and for TLS with 64; CPU of a call and p99 are for plain HTTP with 64 in flight, memory is after 100,000 calls. Ratios say more than numbers here: repeat them with \`npm run bench\`.`,
      ].join("\n\n");
    },
  },
  {
    file: "docs/zh/benchmark.md",
    language: "zh-CN",
    chart: "每秒调用数（并发 64，明文 HTTP）",
    head: ["", "每秒调用：1 / 16 / 64", "TLS：64", "CPU/µs", "p99/ms", "MB"],
    labels: {
      lean: "最精简的循环：只签名、发送、读取",
      "bare-http": "裸循环，node:http",
      "bare-undici": "裸循环，undici",
      pass: "只转发消息的流程",
      client: "本包的客户端，不经 Node-RED",
      own: "**本节点**",
      sdk: "function 节点加 @alicloud/iot20180120",
      pop: "function 节点加 @alicloud/pop-core",
      request: "核心 http request 节点，由 function 节点签名",
    },
    text: (report) => {
      const { ofLimit, cpuOfLimit, timesSdk, timesRequest } = report.ratios["http 64"]!;
      return [
        `并发 64 时，本节点的吞吐量达到单个进程理论上限（最精简的循环与流程依次执行）的 ${share(ofLimit)}，CPU 为其 ${cpuOfLimit.toFixed(2)} 倍；是 function 节点加官方 SDK 的 ${timesSdk.toFixed(1)} 倍，核心 http request 节点的 ${timesRequest.toFixed(1)} 倍。`,
        own(
          report,
          ({ milliseconds, inUse, bytes, packages }) =>
            `加载全部节点需 ${milliseconds} 毫秒、${inUse} MB 内存；生产安装共 ${packages} 个包，${bytes} MB。`,
        ),
        `测于 ${report.date.slice(0, 10)}，服务器立即应答：${describe(report)}。每秒调用数为明文 HTTP、并发 1、16、64 以及 TLS、并发 64 时的数值；每次调用的 CPU 与 p99 为明文 HTTP、并发 64 时的数值，内存为 100,000 次调用之后的数值。比值比绝对数值更有意义，可用 \`npm run bench\` 自行重测。`,
      ].join("\n\n");
    },
  },
];

/** Writes the table, the chart and what they say between the markers of the page in both languages. */
export async function writeDocs(report: Report): Promise<void> {
  for (const page of pages) {
    const chart = `charts/benchmark.${page.language}.svg`;
    const content = [`![${page.chart}](/${chart})`, tableOf(page, report), page.text(report)].join("\n\n");
    await fill(page.file, "bench", content);
    writeFileSync(path.join(packageRoot, "docs/public", chart), barChart(page.chart, barsOf(page, report)));
  }
}

/** Writes the table of all rows that were kept into the page in both languages. */
export async function writeRows(): Promise<void> {
  const rows = Object.values(readRows()).flat();
  for (const { file, language } of pages) await fill(file, "bench-rows", markdownOf(rows, language));
}

/** Puts a text between two markers of a page. */
async function fill(name: string, marker: string, content: string): Promise<void> {
  const file = path.join(packageRoot, name);
  const old = readFileSync(file, "utf8");
  const section = new RegExp(`<!-- ${marker} -->[^]*<!-- /${marker} -->`);
  if (!section.test(old)) throw new Error(`${name} has no place for ${marker}`);
  const filled = old.replace(section, () => `<!-- ${marker} -->\n\n${content}\n\n<!-- /${marker} -->`);
  const options = await resolveConfig(file);
  writeFileSync(file, await format(filled, { ...options, filepath: file }));
}

/** The flow that only passes messages on makes no calls, and has no bar. */
function barsOf({ labels: named }: Page, report: Report): Bar[] {
  const lanes = report.races.find((race) => race.scheme === "http")?.lanes ?? [];
  return (Object.keys(labels) as Listed[])
    .filter((name) => name !== "pass")
    .flatMap((name) => {
      const lane = lanes.find((one) => one.name === name && one.inFlight === 64);
      if (!lane) return [];
      const label = named[name].replaceAll("*", "");
      return [{ label, value: median(lane.callsPerSecond), isOurs: name === "own" }];
    });
}

function tableOf({ head, labels: named }: Page, report: Report): string {
  const rows = (Object.keys(labels) as Listed[]).map((name) => [
    named[name],
    [1, 16, 64].map((inFlight) => value(report, "http", name, inFlight, "callsPerSecond")).join(" / "),
    value(report, "https", name, 64, "callsPerSecond"),
    value(report, "http", name, 64, "cpuPerCall"),
    value(report, "http", name, 64, "p99"),
    memoryOf(report, name),
  ]);
  return [head, head.map((_cell, column) => (column === 0 ? "---" : "--:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function value(
  report: Report,
  scheme: string,
  name: Name,
  inFlight: number,
  what: "callsPerSecond" | "cpuPerCall" | "p99",
): string {
  const lanes = report.races.find((race) => race.scheme === scheme)?.lanes ?? [];
  const lane = lanes.find((one) => one.name === name && one.inFlight === inFlight);
  if (!lane || (scheme === "https" && name === "pass")) return "–";
  const found = median(lane[what]);
  return found < 10 ? found.toFixed(1) : Math.round(found).toLocaleString("en-US");
}

function memoryOf(report: Report, name: Name): string {
  const memory = report.races[0]?.memory[name];
  return memory ? String(Math.round(memory.resident / 1e6)) : "–";
}

function own(report: Report, say: (figures: Record<string, string>) => string): string {
  const loaded = report.weight?.loaded[packageName];
  const installed = report.weight?.installed[packageName];
  if (!loaded || !installed) return "";
  return say({
    milliseconds: loaded.milliseconds.toFixed(0),
    inUse: (loaded.inUse / 1e6).toFixed(1),
    bytes: (installed.bytes / 1e6).toFixed(1),
    packages: String(installed.packages),
  });
}

function describe({ machine }: Report): string {
  const memory = Math.round(machine.memoryBytes / 2 ** 30);
  return `${machine.processor}, ${machine.cores} × CPU, ${memory} GB, ${machine.system}, Node.js ${machine.node}, Node-RED ${machine.nodeRed}, ${Object.entries(
    machine.packages,
  )
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")}`;
}

const share = (value_: number): string => `${Math.round(value_ * 100)} %`;
