// npm run docs: builds the documentation site into docs/.vitepress/dist. `-- --serve` shows it while it is being
// written, and `-- --serve --port N` on another port than 5173. Installs VitePress where it is missing: it is no
// dependency of the package.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { installArgs, node, npm, root, sayFailed } from "./steps.mjs";

process.chdir(root);
const [, , ...args] = process.argv;
const isServed = args.includes("--serve");
const others = args.filter((argument) => argument !== "--serve");

if (!isInstalled()) {
  console.log("Installing VitePress…");
  const installed = npm([...installArgs, "--prefix=docs"], ["ignore", "ignore", "inherit"]);
  if (installed !== 0) end("install VitePress", installed);
}
const vitepress = path.join("docs", "node_modules", "vitepress", "bin", "vitepress.js");
const command = isServed ? ["dev", "docs", "--host", "127.0.0.1"] : ["build", "docs"];
const code = node([vitepress, ...command, ...others]);
if (code !== 0) end("docs", code);

/** Whether docs/node_modules has what its lock file names. */
function isInstalled() {
  const wanted = versionsIn("docs/package-lock.json");
  const present = versionsIn("docs/node_modules/.package-lock.json");
  return Object.entries(wanted).every(
    ([folder, { version, optional }]) => folder === "" || optional || present[folder]?.version === version,
  );
}

function versionsIn(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, "utf8")).packages : {};
}

function end(step, exitCode) {
  sayFailed(step);
  process.exit(exitCode);
}
