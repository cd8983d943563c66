// Compiles to dist/ and lays html, icons and locales beside the compiled nodes, where Node-RED looks for them.
// Bundles the code of the browser into resources/.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bundle, withVersions } from "./bundle.mjs";
import { command, nodeAsync, root } from "./steps.mjs";

process.chdir(root);
const outDir = "dist";
rmSync(outDir, { recursive: true, force: true });
const compiler = command("typescript", "tsc");
const [compiled, checked, bundled] = await Promise.all([
  nodeAsync([compiler, "--outDir", outDir]),
  nodeAsync([compiler, "--project", "tsconfig.editor.json"]),
  // What it has to say, it has said.
  bundle().catch(() => undefined),
]);
if (compiled !== 0 || checked !== 0 || !bundled) process.exit(1);
for (const folder of ["nodes", "bench/nodes"]) {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".html"),
  )) {
    writeFileSync(
      `${outDir}/${folder}/${file}`,
      withVersions(readFileSync(`${folder}/${file}`, "utf8"), bundled),
    );
  }
}
// Node-RED looks for a node's icon and texts beside its own file. From LANG=zh_CN.UTF-8 it takes the first two letters
// only, and whoever asks for another Chinese than these is given that folder as well.
const foldersOf = (language) => (language === "zh-CN" ? ["zh-CN", "zh"] : [language]);
const { "node-red": manifest } = JSON.parse(readFileSync("package.json", "utf8"));
for (const [set, file] of Object.entries(manifest.nodes)) {
  const folder = path.dirname(file);
  cpSync(`icons/${set}.svg`, `${folder}/icons/${set}.svg`);
  for (const language of readdirSync("locales")) {
    for (const extension of ["json", "html"]) {
      const name = `${language}/${set}.${extension}`;
      for (const named of foldersOf(language)) {
        cpSync(`locales/${name}`, `${folder}/locales/${named}/${set}.${extension}`);
      }
    }
  }
}
