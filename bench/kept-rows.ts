// The rows of the benchmark table, each with the day on which it was measured: a part that is measured by itself replaces
// its own rows and leaves the others.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../test/support/npm";
import type { Row } from "./row";

/** A row with its day, such as `2026-11-27`. */
export interface KeptRow extends Row {
  day: string;
  /** The value of a second run. */
  again?: number | undefined;
}

const file = path.join(packageRoot, "bench", "rows.json");

/** All rows that were measured for the documentation, by the name of the part that `--only` takes. */
export function readRows(): Record<string, KeptRow[]> {
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, KeptRow[]>;
}

/**
 * Keeps the values of a second run beside those of the rows of one part.
 * @throws {Error} where there was no first run
 */
export function keepAgain(part: string, rows: readonly Row[]): void {
  const all = readRows();
  const first = all[part];
  if (!first) throw new Error(`${part} has no first run; leave out --again`);
  const second = new Map(rows.map(({ line, value }) => [line.en, value]));
  write({ ...all, [part]: first.map((row) => ({ ...row, again: second.get(row.line.en) })) });
}

/** Replaces the rows of one part. */
export function keepRows(part: string, rows: readonly Row[]): void {
  const day = new Date().toISOString().slice(0, 10);
  write({ ...readRows(), [part]: rows.map((row): KeptRow => ({ ...row, day })) });
}

function write(rows: Record<string, KeptRow[]>): void {
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
}
