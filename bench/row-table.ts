import { isMet, type PartName, type Row } from "./row";
import { table } from "./table";

type Language = "en" | "zh";

const titles: Record<PartName, Record<Language, string>> = {
  calls: { en: "Calls", zh: "调用" },
  left: { en: "What the rest of a call costs", zh: "调用的其余开销" },
  boot: { en: "From start to first answer", zh: "从启动到首次应答" },
  quiet: { en: "First call after a quiet minute", zh: "静默一分钟后的首次调用" },
  messages: { en: "Messages in", zh: "接收消息" },
  fleet: { en: "Fleets", zh: "批量设备" },
  coordination: { en: "Several Node-REDs", zh: "多个 Node-RED" },
  safety: { en: "Rules and audit", zh: "规则与审计" },
  memory: { en: "Memory", zh: "内存" },
  editor: { en: "Editor", zh: "编辑器" },
  small: { en: "A small machine", zh: "低配机器" },
};

const heads: Record<Language, string[]> = {
  en: ["", "before", "now", "target"],
  zh: ["", "之前", "现在", "目标"],
};

/** The rows as a Markdown table for the documentation, with a line of its own for each part. */
export function markdownOf(rows: readonly Row[], language: Language): string {
  const lines = byPart(rows).flatMap(([part, own]) => [
    [`**${titles[part][language]}**`, "", "", ""],
    ...own.map((row) => cellsOf(row, language)),
  ]);
  return [heads[language], ["---", "--:", "--:", "--:"], ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** The rows for a terminal; a missed target is marked. */
export function rowLines(rows: readonly Row[]): string[] {
  const lines = byPart(rows).flatMap(([part, own]) => [
    [titles[part].en, "", "", "", ""],
    ...own.map((row) => [...cellsOf(row, "en", "  "), isMet(row) ? "" : "missed"]),
  ]);
  return rows.length === 0 ? [] : table([["figure", "before", "now", "target", ""], ...lines]);
}

function byPart(rows: readonly Row[]): [PartName, Row[]][] {
  const names = Object.keys(titles) as PartName[];
  return names
    .map((part): [PartName, Row[]] => [part, rows.filter((row) => row.part === part)])
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
    indent + line[language],
    before === undefined ? "–" : withUnit(figure(before), unit),
    withUnit(figure(value), unit) + exact,
    bound ? withUnit(bound, unit) : "–",
  ];
}

function figure(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function withUnit(text: string, unit: string): string {
  return unit === "" || unit === "×" ? text + unit : `${text} ${unit}`;
}
