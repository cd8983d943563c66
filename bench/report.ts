import { packageName } from "../test/support/admin";
import type { Name } from "./contenders";
import type { Growth } from "./growth";
import type { MessageFigures } from "./messages";
import { type Lane, type Race, ratios, type Ratios } from "./race";
import { median, spread } from "./statistics";
import type { Weight } from "./weight";

/** One run of the bench, as it is written to the file. */
export interface Report {
  date: string;
  machine: Machine;
  races: Race[];
  /** By scheme and calls in flight, such as `http 64`. */
  ratios: Record<string, Ratios>;
  weight: Weight | undefined;
  growth: Growth | undefined;
  messages: MessageFigures | undefined;
}

export interface Machine {
  processor: string;
  cores: number;
  memoryBytes: number;
  system: string;
  node: string;
  nodeRed: string;
  /** Versions of the packages that take part. */
  packages: Record<string, string>;
}

export const labels: Record<Name, string> = {
  "bare-http": "bare loop, node:http",
  "bare-undici": "bare loop, undici",
  pass: "flow that only passes messages on",
  client: "our client without Node-RED",
  own: "our node",
  sdk: "function node, @alicloud/iot20180120",
  pop: "function node, @alicloud/pop-core",
  request: "core http request, signing function node",
};

/** The whole report as text for a terminal. */
export function reportText(report: Report): string {
  const { machine } = report;
  return [
    `${report.date}  ${machine.processor}, ${machine.cores} cores, ${gigabytes(machine.memoryBytes)} GB, ${machine.system}, Node.js ${machine.node}, Node-RED ${machine.nodeRed}`,
    Object.entries(machine.packages)
      .map((entry) => entry.join(" "))
      .join(", "),
    ...report.races.flatMap((race) => ["", ...raceLines(race)]),
    "",
    ...ratioLines(report.ratios),
    ...(report.weight ? ["", ...weightLines(report.weight)] : []),
    ...(report.growth ? ["", ...growthLines(report.growth)] : []),
    ...(report.messages ? ["", ...messageLines(report.messages)] : []),
  ].join("\n");
}

function raceLines(race: Race): string[] {
  const head = [race.scheme, "in flight", "calls/s", "±", "CPU µs", "p50 ms", "p99 ms", "failed", "server"];
  const rows = race.lanes.map((lane) => laneCells(lane));
  const sockets = Object.entries(race.sockets).map(([name, count]) => {
    const memory = race.memory[name as Name];
    const weighed = memory ? [megabytes(memory.inUse), megabytes(memory.resident)] : ["–", "–"];
    return [labels[name as Name], String(count), ...weighed];
  });
  return [
    ...table([head, ...rows]),
    "",
    ...table([[race.scheme, "sockets opened", "MB in use", "MB resident"], ...sockets]),
  ];
}

function laneCells(lane: Lane): string[] {
  return [
    labels[lane.name],
    String(lane.inFlight),
    median(lane.callsPerSecond).toFixed(0),
    percent(spread(lane.callsPerSecond)),
    median(lane.cpuPerCall).toFixed(1),
    median(lane.p50).toFixed(2),
    median(lane.p99).toFixed(2),
    String(lane.failures),
    percent(lane.serverShare),
  ];
}

function ratioLines(all: Report["ratios"]): string[] {
  const head = ["our node", "of the limit", "±", "CPU of it", "× SDK", "× pop-core", "× http request"];
  const rows = Object.entries(all).map(([where, found]) => [
    where,
    found.ofLimit.toFixed(2),
    percent(found.ofLimitSpread),
    found.cpuOfLimit.toFixed(2),
    ...[found.timesSdk, found.timesPop, found.timesRequest].map((times) => times.toFixed(1)),
  ]);
  return table([head, ...rows]);
}

function weightLines({ loaded, installed }: Weight): string[] {
  const rows = Object.entries(loaded).map(([name, { milliseconds, inUse, resident }]) => {
    const size = installed[name];
    return [
      name === packageName ? "our nodes" : name,
      milliseconds.toFixed(1),
      megabytes(inUse),
      megabytes(resident),
      size ? megabytes(size.bytes) : "–",
      size ? String(size.packages) : "–",
    ];
  });
  return table([["require", "ms", "MB in use", "MB resident", "MB installed", "packages"], ...rows]);
}

function growthLines({ cpuPerQueued, cpuPerPassed, check }: Growth): string[] {
  const queued = Object.entries(cpuPerQueued).map(([size, cpu]) => [
    size,
    cpu.toFixed(1),
    cpuPerPassed[Number(size)]!.toFixed(1),
  ]);
  const checked = Object.entries(check).map(([kind, { cpuPerCall, callsPerSecond }]) => [
    kind,
    cpuPerCall.toFixed(1),
    callsPerSecond.toFixed(0),
  ]);
  return [
    ...table([["messages at once", "CPU µs for each", "of that the flow's own"], ...queued]),
    "",
    ...table([["check of args", "CPU µs", "calls/s"], ...checked]),
  ];
}

function messageLines({ cpu, ...figures }: MessageFigures): string[] {
  const rows = [
    ["rhea alone", cpu.bare, 1],
    ["subscription, one listener", cpu.subscription, figures.subscription],
    ["subscription, 2,000 filtered listeners", cpu.filtered, figures.subscription / figures.filtered],
    ["message-in", cpu["message-in"], figures.messageIn],
    ["a node that only sends", cpu["send-only"], figures.sendOnly],
  ].map(([name, each, share]) => [String(name), Number(each).toFixed(1), Number(share).toFixed(2)]);
  return table([["messages in", "CPU µs", "of rhea alone"], ...rows]);
}

function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join("  "),
  );
}

export function allRatios(races: Race[]): Report["ratios"] {
  const found: Report["ratios"] = {};
  for (const race of races) {
    for (const inFlight of new Set(race.lanes.map((lane) => lane.inFlight))) {
      found[`${race.scheme} ${inFlight}`] = ratios(race, inFlight);
    }
  }
  return found;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(0);
