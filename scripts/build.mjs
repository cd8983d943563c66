// Compiles to dist/ and lays html, icons and locales beside the compiled nodes, where Node-RED looks for them.
import { cpSync, readdirSync, rmSync } from "node:fs";
import { command, node, root } from "./steps.mjs";

process.chdir(root);
const outDir = "dist";
rmSync(outDir, { recursive: true, force: true });
const compiled = node([command("typescript", "tsc"), "--outDir", outDir]);
if (compiled !== 0) process.exit(compiled);
for (const folder of ["nodes", "bench/nodes"]) {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".html"))) {
    cpSync(`${folder}/${file}`, `${outDir}/${folder}/${file}`);
  }
}
for (const folder of ["icons", "locales"]) cpSync(folder, `${outDir}/nodes/${folder}`, { recursive: true });
