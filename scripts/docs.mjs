// npm run docs: builds the documentation site into docs/.vitepress/dist. `-- --serve` shows it while it is being
// written, and `-- --serve --port N` on another port than 5173. Installs VitePress where it is missing: it is no
// dependency of the package.
import path from "node:path";
import { installArgs, isInstalled, node, npm, root, sayFailed } from "./steps.mjs";

process.chdir(root);
const args = process.argv.slice(2);
const isServed = args.includes("--serve");
const others = args.filter((argument) => argument !== "--serve");

if (!isInstalled("docs")) {
  console.log("Installing VitePress…");
  const installed = npm([...installArgs, "--prefix=docs"], ["ignore", "ignore", "inherit"]);
  if (installed !== 0) end("install VitePress", installed);
}
const vitepress = path.join("docs", "node_modules", "vitepress", "bin", "vitepress.js");
const command = isServed ? ["dev", "docs", "--host", "127.0.0.1"] : ["build", "docs"];
const code = node([vitepress, ...command, ...others]);
if (code !== 0) end("docs", code);

function end(step, exitCode) {
  sayFailed(step);
  process.exit(exitCode);
}
