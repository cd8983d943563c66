// npm run bench: what the node costs, beside what people would use instead. --quick for a first look,
// --check to fail where the node is too slow, --http for plain HTTP alone, --readme to write the table into both
// READMEs, --only=own,sdk for some contenders, --only=args for the check of large args alone (part of --check),
// --only=safety for what rules and an audit file cost, --only=properties for a property set beside a service call,
// --only=fleet for a command to ten thousand devices, --only=coordination for what a quota costs that is shared over a
// Redis, --only=messages for what it costs to receive messages, --only=quiet for the first call after a quiet minute.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageName } from "../test/support/admin";
import { packageRoot } from "../test/support/npm";
import { raceArgs } from "./args";
import { isFastEnough } from "./check";
import { type Name, names, type Scheme } from "./contenders";
import { raceCoordination } from "./coordination";
import { raceFleet } from "./fleet";
import { growth } from "./growth";
import { areMessagesCheap, messageFigures, raceMessages } from "./messages";
import { raceProperties } from "./properties";
import { raceQuiet } from "./quiet";
import { race, type Race } from "./race";
import { writeReadmes } from "./readme";
import { allRatios, type Machine, type Report, reportText } from "./report";
import { raceSafety } from "./safety";
import { alternatives, weigh } from "./weight";

const isQuick = process.argv.includes("--quick");
const only = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length);
const say = (line: string): void => console.error(line);

/** What is measured apart from the races, each also by itself. */
const parts = new Map([
  ["safety", raceSafety],
  ["properties", raceProperties],
  ["fleet", raceFleet],
  ["coordination", raceCoordination],
  ["messages", raceMessages],
  ["quiet", (_isQuick: boolean, log: typeof say) => raceQuiet(log)],
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
  if (part) {
    if (!(await part(isQuick, say))) process.exitCode = 1;
    return;
  }
  const races: Race[] = [];
  const schemes: Scheme[] = isQuick || process.argv.includes("--http") ? ["http"] : ["http", "https"];
  const chosen = only ? only.split(",").map((name) => name as Name) : names;
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
    weight: only ? undefined : await weigh(!isQuick, say),
    growth: only ? undefined : await growth(growthOptions(), say),
    messages: only ? undefined : await messageFigures(isQuick, say),
  };
  const folder = path.join(packageRoot, "test", "output");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "bench.json"), `${JSON.stringify(report, null, 2)}\n`);
  console.log(reportText(report));
  if (!only) {
    const apart = [...parts].filter(([name]) => name !== "messages" && !(isQuick && name === "quiet"));
    for (const [, measure] of apart) await measure(isQuick, say);
  }
  if (process.argv.includes("--readme")) await writeReadmes(report);
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
