// Compiles to dist/ and lays html, icons and locales beside the compiled nodes, where Node-RED looks for them.
import { cpSync, readdirSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import path from "node:path";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const outDir = "dist";
rmSync(outDir, { recursive: true, force: true });
const typescript = path.join(
  path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
  "bin/tsc",
);
const compiled = spawnSync(process.execPath, [typescript, "--outDir", outDir], { stdio: "inherit" });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
for (const file of readdirSync("nodes").filter((name) => name.endsWith(".html"))) {
  cpSync(`nodes/${file}`, `${outDir}/nodes/${file}`);
}
for (const folder of ["icons", "locales"]) cpSync(folder, `${outDir}/nodes/${folder}`, { recursive: true });
