import type { KeptRow } from "./kept-rows";
import { isMet, type PartName, type Row } from "./row";
import { table } from "./table";

type Language = "en-US" | "zh-CN";

const titles: Record<PartName, Record<Language, string>> = {
  calls: { "en-US": "Calls", "zh-CN": "调用" },
  left: { "en-US": "What the rest of a call costs", "zh-CN": "调用的其余开销" },
  boot: { "en-US": "From start to first answer", "zh-CN": "从启动到首次应答" },
  quiet: { "en-US": "First call after a quiet minute", "zh-CN": "静默一分钟后的首次调用" },
  messages: { "en-US": "Messages in", "zh-CN": "接收消息" },
  fleet: { "en-US": "Fleets", "zh-CN": "批量设备" },
  coordination: { "en-US": "Several Node-REDs", "zh-CN": "多个 Node-RED" },
  safety: { "en-US": "Rules and audit", "zh-CN": "规则与审计" },
  memory: { "en-US": "Memory", "zh-CN": "内存" },
  editor: { "en-US": "Editor", "zh-CN": "编辑器" },
  small: { "en-US": "A small machine", "zh-CN": "低配机器" },
};

const heads: Record<Language, string[]> = {
  "en-US": ["", "before", "now", "once more", "target"],
  "zh-CN": ["", "之前", "现在", "再测一次", "目标"],
};

/** The rows as a Markdown table for the documentation, with a line for each part that says when it was measured. */
export function markdownOf(rows: readonly KeptRow[], language: Language): string {
  const lines = byPart(rows).flatMap(([part, own]) => [
    [`**${titles[part][language]}** · ${own[0]?.day ?? ""}`, "", "", "", ""],
    ...own.map((row) => cellsOf(row, language).toSpliced(3, 0, againOf(row))),
  ]);
  return [heads[language], ["---", "--:", "--:", "--:", "--:"], ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** The rows for a terminal; a missed target is marked. */
export function rowLines(rows: readonly Row[]): string[] {
  const lines = byPart(rows).flatMap(([part, own]) => [
    [titles[part]["en-US"], "", "", "", ""],
    ...own.map((row) => [...cellsOf(row, "en-US", "  "), isMet(row) ? "" : "missed"]),
  ]);
  return rows.length === 0 ? [] : table([["figure", "before", "now", "target", ""], ...lines]);
}

function byPart<R extends Row>(rows: readonly R[]): [PartName, R[]][] {
  const names = Object.keys(titles) as PartName[];
  return names
    .map((part): [PartName, R[]] => [part, rows.filter((row) => row.part === part)])
    .filter(([, own]) => own.length > 0);
}

function cellsOf(
  { line, value, unit, target, before, error }: Row,
  language: Language,
  indent = "",
): string[] {
  const bound = target && ("atMost" in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`);
  const exact = error === undefined ? "" : ` ± ${(error * 100).toFixed(1)} %`;
  return [
    indent + (language === "zh-CN" ? line.zh : line.en),
    before === undefined ? "–" : withUnit(figure(before), unit),
    withUnit(figure(value), unit) + exact,
    bound ? withUnit(bound, unit) : "–",
  ];
}

function againOf({ again, unit }: KeptRow): string {
  return again === undefined ? "–" : withUnit(figure(again), unit);
}

function figure(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function withUnit(text: string, unit: string): string {
  return unit === "" || unit === "×" ? text + unit : `${text} ${unit}`;
}
