// Which pictures there are, and what each showed when it was made.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../test/support/npm";
import type { Language } from "./picture";

const list = path.join(packageRoot, "docs", "pictures", "made.json");

/** By `<language>/<file>`: the fingerprint of what the picture shows. */
export type Made = Record<string, string>;

/** The file of a picture. */
export function fileOf(language: Language, file: string): string {
  return path.join(packageRoot, "docs", "public", "pictures", language, file);
}

/** What the pictures showed when they were made. */
export function readMade(): Made {
  return existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as Made) : {};
}

/** Notes what the pictures show now. */
export function writeMade(made: Made): void {
  const sorted = Object.fromEntries(Object.entries(made).sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(list, `${JSON.stringify(sorted, null, 2)}\n`);
}
