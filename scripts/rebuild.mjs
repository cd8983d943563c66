// Builds the parts that changed files belong to, without the type check, which takes longer than everything else.
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { copyMarkup, copyRedisScripts, copyTextsAndIcons } from "./assets.mjs";
import { bundle } from "./bundle.mjs";
import { root } from "./steps.mjs";

/** The folders whose files end up in Node-RED. */
export const sources = ["nodes", "lib", "editor", "locales", "icons"];

/** Rebuilds parts; keeps track of the inputs of the browser bundle. */
export class Rebuild {
  #bundled;

  /** Bundles the browser code. */
  static async begin() {
    const rebuild = new Rebuild();
    rebuild.#bundled = await bundle();
    return rebuild;
  }

  /**
   * @param files below `sources`, relative to the repository, with slashes
   * @throws {Error} of esbuild, if it cannot parse the code
   */
  async of(files) {
    const isBrowser = files.some(
      (file) => /^editor\/|\.editor\.ts$/.test(file) || this.#bundled.inputs.includes(file),
    );
    if (isBrowser) this.#bundled = await bundle();
    await compile(files.filter((file) => /^(nodes|lib)\/.*(?<!\.editor)\.ts$/.test(file)));
    if (isBrowser || files.some((file) => file.startsWith("nodes/") && file.endsWith(".html")))
      copyMarkup(this.#bundled.addresses);
    if (files.some((file) => /^(locales|icons)\//.test(file))) copyTextsAndIcons();
    if (files.some((file) => file.endsWith(".lua"))) copyRedisScripts();
  }
}

async function compile(files) {
  const isThere = (file) => existsSync(path.join(root, file));
  const entryPoints = files.filter(isThere);
  if (entryPoints.length > 0) {
    await build({
      absWorkingDir: root,
      entryPoints,
      outbase: ".",
      outdir: "dist",
      format: "cjs",
      platform: "node",
      target: "node20",
      sourcemap: true,
      logLevel: "error",
    });
  }
  for (const file of files.filter((name) => !isThere(name))) {
    const compiled = path.join(root, "dist", file.replace(/\.ts$/, ".js"));
    rmSync(compiled, { force: true });
    rmSync(`${compiled}.map`, { force: true });
  }
}
