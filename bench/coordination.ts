import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { packageRoot } from "../test/support/npm";
import { TestRedis } from "../test/support/redis";
import { type Contender, startCoordination, startServer } from "./contenders";
import {
  type CoordinationFigures,
  coordinationLines,
  coordinationTables,
  isCoordinationCheap,
} from "./coordination-report";
import { coordinationOutputs } from "./flows";
import { raceInTurns } from "./in-turns";

/**
 * What a call costs whose account shares its quota over a Redis, and how many requests Redis gets for that. The figures are
 * written to `test/output`, and with `--readme` into both READMEs.
 * @returns whether it costs little enough
 */
export async function raceCoordination(isQuick: boolean, say: (line: string) => void): Promise<boolean> {
  const figures = await measureCoordination(isQuick, say);
  console.log(coordinationLines(figures).join("\n"));
  const folder = path.join(packageRoot, "test", "output");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "bench-coordination.json"), `${JSON.stringify(figures, null, 2)}\n`);
  if (process.argv.includes("--readme")) await writeTables(figures);
  return isCoordinationCheap(figures);
}

async function measureCoordination(
  isQuick: boolean,
  say: (line: string) => void,
): Promise<CoordinationFigures> {
  const server = await startServer("http");
  const redis = await TestRedis.start();
  let contender: Contender | undefined;
  try {
    contender = await startCoordination(server.endpoint, redis.url);
    say("coordination");
    const { ratio, text, failures } = await raceInTurns(contender, coordinationOutputs, isQuick ? 60 : 200);
    const before = await evaluations(redis);
    const calls = 20_000;
    await contender.run({ inFlight: 64, calls }, coordinationOutputs.shared);
    return {
      date: new Date().toISOString(),
      ratio: ratio.shared,
      ratioText: text.shared,
      sameText: text.same,
      requestsPerThousand: (1000 * ((await evaluations(redis)) - before)) / calls,
      calls,
      failures,
    };
  } finally {
    await contender?.stop();
    await redis.stop();
    await server.stop();
  }
}

async function writeTables(figures: CoordinationFigures): Promise<void> {
  for (const [name, tableOf] of Object.entries(coordinationTables)) {
    const file = path.join(packageRoot, name);
    const old = readFileSync(file, "utf8");
    const [begin, end] = ["<!-- bench-coordination -->", "<!-- /bench-coordination -->"];
    const [before, rest] = old.split(begin);
    const after = rest?.split(end)[1];
    if (after === undefined) throw new Error(`${name} has no place for the figures of a coordination`);
    const options = await resolveConfig(file);
    const filled = `${before}${begin}\n\n${tableOf(figures)}\n\n${end}${after}`;
    writeFileSync(file, await format(filled, { ...options, filepath: file }));
  }
}

async function evaluations(redis: TestRedis): Promise<number> {
  const stats = String(await redis.command("INFO", "commandstats"));
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}
