// npm run bench: what the node costs, beside what people would use instead. --quick for a first look,
// --check to fail where the node is too slow, --http for plain HTTP alone, --docs to write the tables and the chart into
// the documentation, --only=own,sdk for some contenders, --only=calls for the table of calls without the parts below,
// --only=PART for one of them, with --docs --again to keep a second run of it beside the first; docs/development.md
// describes them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageName } from "../test/support/admin";
import { packageRoot } from "../test/support/npm";
import { raceArgs } from "./args";
import { raceBoot } from "./boot";
import { isFastEnough } from "./check";
import { type Name, names, type Scheme } from "./contenders";
import { raceCoordination } from "./coordination";
import { writeDocs, writeRows } from "./docs";
import { raceDialogs, raceKeys } from "./editor";
import { raceFleet } from "./fleet";
import { growth } from "./growth";
import { keepAgain, keepRows } from "./kept-rows";
import { raceLeft } from "./left";
import { weighKept } from "./memory";
import { areMessagesCheap, raceMessages } from "./messages";
import { raceProperties } from "./properties";
import { raceQuiet } from "./quiet";
import { race, type Race } from "./race";
import { allRatios, type Machine, type Report, reportText } from "./report";
import { isMet, type Row } from "./row";
import { rowLines } from "./row-table";
import { raceSafety } from "./safety";
import { raceSmall } from "./small";
import { alternatives, weigh } from "./weight";

const isQuick = process.argv.includes("--quick");
const isForDocs = process.argv.includes("--docs");
const isAgain = process.argv.includes("--again");
const only = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length);
const say = (line: string): void => console.error(line);

/** Measures something and returns its figures. */
type Part = (isQuick: boolean, log: typeof say) => Promise<Row[]>;

/** What is measured apart from the races, each also by itself. */
const parts = new Map<string, Part>([
  ["safety", raceSafety],
  ["properties", raceProperties],
  ["fleet", raceFleet],
  ["coordination", raceCoordination],
  ["messages", raceMessages],
  ["left", raceLeft],
  ["boot", raceBoot],
  ["memory", weighKept],
  ["small", raceSmall],
  ["dialogs", raceDialogs],
  ["keys", raceKeys],
  ["quiet", (_isQuick, log) => raceQuiet(log)],
]);

async function main(): Promise<void> {
  if (process.argv.includes("--check")) {
    const areArgsFast = raceArgs(say) || raceArgs(say);
    const areCallsFast = await isFastEnough(say);
    if (!(await areMessagesCheap(say)) || !areCallsFast || !areArgsFast) process.exitCode = 1;
    return;
  }
  if (only === "args") {
    if (!raceArgs(say)) process.exitCode = 1;
    return;
  }
  const part = only === undefined ? undefined : parts.get(only);
  if (only !== undefined && part) {
    const rows = await rowsOf(part);
    console.log(rowLines(rows).join("\n"));
    if (!isForDocs) return;
    (isAgain ? keepAgain : keepRows)(only, rows);
    await writeRows();
    return;
  }
  const races: Race[] = [];
  const schemes: Scheme[] = isQuick || process.argv.includes("--http") ? ["http"] : ["http", "https"];
  const isTable = only === undefined || only === "calls";
  const chosen: readonly Name[] = isTable ? names : only.split(",").map((name) => name as Name);
  for (const scheme of schemes) {
    const options = { ...raceOptions(), scheme, names: chosen };
    // TLS makes no difference to what stays in memory, and 100,000 calls of the slow ones take minutes.
    if (scheme === "https") options.memoryAfter = 0;
    races.push(await race(options, say));
  }
  const report: Report = {
    date: new Date().toISOString(),
    machine: machine(),
    races,
    ratios: allRatios(races),
    weight: isTable ? await weigh(!isQuick, say) : undefined,
    growth: isTable ? await growth(growthOptions(), say) : undefined,
    rows: [],
  };
  if (only === undefined) {
    for (const [name, measure] of parts) {
      if (isQuick && name === "quiet") continue;
      const rows = await rowsOf(measure);
      report.rows.push(...rows);
      if (isForDocs) keepRows(name, rows);
    }
  }
  const folder = path.join(packageRoot, "test", "output");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "bench.json"), `${JSON.stringify(report, null, 2)}\n`);
  console.log(reportText(report));
  if (!isForDocs) return;
  await writeDocs(report);
  await writeRows();
}

/** The figures of a part. Where one misses its target, the process fails. */
async function rowsOf(part: Part): Promise<Row[]> {
  const rows = await part(isQuick, say);
  if (!rows.every(isMet)) process.exitCode = 1;
  return rows;
}

function raceOptions(): Omit<Parameters<typeof race>[0], "scheme" | "names"> {
  return isQuick
    ? { levels: [64], rounds: 5, milliseconds: 300, warmUp: 40_000, memoryAfter: 0 }
    : { levels: [1, 16, 64], rounds: 7, milliseconds: 800, warmUp: 40_000, memoryAfter: 100_000 };
}

function growthOptions(): Parameters<typeof growth>[0] {
  return isQuick
    ? { queued: [1000, 10_000], messages: 10_000, rounds: 1, milliseconds: 300 }
    : { queued: [1000, 10_000, 100_000], messages: 100_000, rounds: 2, milliseconds: 800 };
}

function machine(): Machine {
  const versionOf = (name: string): string => {
    const folder = name === packageName ? packageRoot : path.join(packageRoot, "node_modules", name);
    return (JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { version: string })
      .version;
  };
  const packages = [packageName, "undici", ...alternatives].map((name) => [name, versionOf(name)]);
  return {
    processor: os.cpus()[0]?.model ?? "",
    cores: os.cpus().length,
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.arch()}`,
    node: process.versions.node,
    nodeRed: versionOf("node-red"),
    packages: Object.fromEntries(packages) as Record<string, string>,
  };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
