// What a picture shows: a fingerprint of everything that decides how its dialog looks and reads.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { packageRoot } from "../../test/support/npm";
import type { Language, Shown } from "./picture";

const bundles = new Map<string, Promise<string>>();

/**
 * A fingerprint of what is shown, as 64 hexadecimal digits. Of the nodes it takes the markup, the code of the
 * dialog without comments and what it shares with others, the style, and the texts in that language.
 */
export async function fingerprint(shown: Shown, language: Language): Promise<string> {
  const hash = createHash("sha256");
  for (const node of shown.nodes) {
    for (const text of await contentsOf(node, language)) hash.update(`${text.length}:${text}`);
  }
  for (const file of shown.files?.(language) ?? []) hash.update(read(file));
  return hash.digest("hex");
}

async function contentsOf(node: string, language: Language): Promise<string[]> {
  const markup = read(`nodes/${node}/${node}.html`);
  const parts = [...markup.matchAll(/<!-- part: (\S+) -->/g)].map(([, file]) => read(file!));
  // All dialogs take texts that they share from the invoke node's.
  const texts = ["invoke-service", node].map((set) => read(`locales/${language}/${set}.json`));
  return [markup, ...parts, ...texts, await bundled("editor/dialog.css"), await codeOf(node)];
}

async function codeOf(node: string): Promise<string> {
  const folder = `nodes/${node}`;
  const lazy = readdirSync(path.join(packageRoot, folder)).filter((name) => name.endsWith(".lazy.editor.ts"));
  const files = [`${node}.editor.ts`, ...lazy].map((name) => `${folder}/${name}`);
  return (await Promise.all(files.map(bundled))).join("\n");
}

/** A module and all that it uses, without comments, blanks and what nothing uses. */
function bundled(file: string): Promise<string> {
  const known = bundles.get(file) ?? bundle(file);
  bundles.set(file, known);
  return known;
}

async function bundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: packageRoot,
    entryPoints: [file],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    write: false,
    logLevel: "error",
  });
  return outputFiles.map(({ text }) => text).join("\n");
}

function read(file: string): string {
  const where = path.join(packageRoot, file);
  return existsSync(where) ? readFileSync(where, "utf8") : "";
}
