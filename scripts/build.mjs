// Compiles to dist/ and copies html, icons and locales to the compiled nodes, where Node-RED looks for them.
// Bundles the code of the browser into resources/. With `--unless-built`, does nothing if the build is up to date.
import { rmSync } from "node:fs";
import { copyMarkup, copyRedisScripts, copyTextsAndIcons } from "./assets.mjs";
import { isBuilt, noteBuilt, sourcesNow } from "./built.mjs";
import { bundle } from "./bundle.mjs";
import { command, nodeAsync, root } from "./steps.mjs";

process.chdir(root);
if (process.argv.includes("--unless-built") && isBuilt()) process.exit(0);
const sources = sourcesNow();
rmSync("dist", { recursive: true, force: true });
const compiler = command("typescript", "tsc");
const [compiled, checked, bundled] = await Promise.all([
  nodeAsync([compiler, "--outDir", "dist"]),
  nodeAsync([compiler, "--project", "tsconfig.editor.json"]),
  // It has printed its errors.
  bundle().catch(() => undefined),
]);
if (compiled !== 0 || checked !== 0 || !bundled) process.exit(1);
copyMarkup(bundled.addresses);
copyTextsAndIcons();
copyRedisScripts();
noteBuilt(sources);
