import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Each file with the files of this repository that it imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The files of some folders whose names end in one of `endings`, with slashes, in the order of their names. */
export function filesIn(folders: readonly string[], endings: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) =>
        path.posix.join(folder, name.replaceAll("\\", "/")),
      ),
    )
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .toSorted();
}

/** What a source imports, in whichever way: types, re-exports and modules that are loaded late as well. */
export function importsOf(source: string): string[] {
  const way =
    /(?:^import |^\} from |^(?:import|export)\b[^"'`;]*? from |\b(?:import|require)\()["'`]([^"'`]+)["'`]/gm;
  return [...source.matchAll(way)].map((match) => match[1]!);
}

/** The file that a relative import means. */
export function targetOf(file: string, imported: string): string {
  const base = path.posix.join(path.posix.dirname(file), imported);
  const candidates = [base, base.replace(/\.js$/, ".ts"), `${base}.ts`, `${base}.d.ts`, `${base}/index.ts`];
  return candidates.find((candidate) => /\.[a-z]+$/.test(candidate) && existsSync(candidate)) ?? base;
}

/** Which file imports which. */
export function importGraph(files: readonly string[]): ImportGraph {
  return new Map(
    files.map((file) => [
      file,
      importsOf(readFileSync(file, "utf8"))
        .filter((imported) => imported.startsWith("."))
        .map((imported) => targetOf(file, imported)),
    ]),
  );
}

/** One circle for each group of files that import each other in the end, as `a → b → a`. */
export function circlesIn(graph: ImportGraph): string[] {
  const circles: string[] = [];
  const reported = new Set<string>();
  for (const file of graph.keys()) {
    const way = reported.has(file) ? undefined : wayBack(graph, file);
    if (!way) continue;
    circles.push([...way, file].join(" → "));
    for (const other of reachableFrom(graph, file)) {
      if (reachableFrom(graph, other).has(file)) reported.add(other);
    }
  }
  return circles;
}

/** Every file that a file imports, directly or by way of others; itself only where it stands in a circle. */
export function reachableFrom(graph: ImportGraph, file: string): Set<string> {
  const found = new Set<string>();
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const target of graph.get(next) ?? []) {
      if (found.has(target)) continue;
      found.add(target);
      waiting.push(target);
    }
  }
  return found;
}

/** The shortest way from a file to itself. */
function wayBack(graph: ImportGraph, file: string): string[] | undefined {
  const seen = new Set<string>();
  let ways = [[file]];
  while (ways.length > 0) {
    const longer: string[][] = [];
    for (const way of ways) {
      for (const target of graph.get(way.at(-1)!) ?? []) {
        if (target === file) return way;
        if (seen.has(target)) continue;
        seen.add(target);
        longer.push([...way, target]);
      }
    }
    ways = longer;
  }
  return undefined;
}
