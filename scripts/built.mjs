// Whether dist/ and resources/ are up to date, so that nobody waits for the same build twice.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./steps.mjs";

const inputs = [
  "bench",
  "docs/.vitepress/links.ts",
  "docs/.vitepress/pages.ts",
  "docs/.vitepress/slug.ts",
  "docs/.vitepress/texts.ts",
  "docs/pictures",
  "editor",
  "icons",
  "lib",
  "locales",
  "nodes",
  "scripts",
  "test",
  "package.json",
  "package-lock.json",
  "tsconfig.editor.json",
  "tsconfig.json",
];
const outputs = ["dist", "resources"];
const note = path.join("dist", "built.json");

/** Returns whether the build is up to date. */
export function isBuilt() {
  try {
    const { sources, products } = JSON.parse(readFileSync(path.join(root, note), "utf8"));
    return sources === sourcesNow() && products === productsNow();
  } catch {
    // No build has been completed.
    return false;
  }
}

/**
 * Notes that these sources have been built.
 * @param sources what `sourcesNow` answered before the build: they may have changed meanwhile
 */
export function noteBuilt(sources) {
  writeFileSync(path.join(root, note), JSON.stringify({ sources, products: productsNow() }));
}

/** Compares contents, as a checkout gives files new dates. */
export function sourcesNow() {
  return digest(inputs, (file) => readFileSync(file));
}

/** Compares sizes and dates: whatever was changed or removed by hand, or by npm run dev, is rebuilt. */
function productsNow() {
  return digest(outputs, (file) => {
    const { size, mtimeMs } = statSync(file);
    return `${size} ${mtimeMs}`;
  });
}

function digest(names, read) {
  const hash = createHash("sha256");
  for (const file of names.flatMap(filesAt)) {
    if (file === note || file.startsWith(path.join("test", "output"))) continue;
    hash
      .update(`${file}\0`)
      .update(read(path.join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesAt(name) {
  const location = path.join(root, name);
  if (!existsSync(location)) return [];
  if (statSync(location).isFile()) return [name];
  return readdirSync(location, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .toSorted();
}
