// Bundles the browser code into resources/: one file for each node, editor.js for what they share, and device.js for what
// those share that work with one device.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { root } from "./steps.mjs";

const editorFolder = path.join(root, "editor") + path.sep;
const deviceFolder = path.join(editorFolder, "device") + path.sep;
const options = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  // Makes the build fail on an import of a Node.js module.
  platform: "browser",
  target: "es2022",
  minify: true,
  sourcemap: true,
  legalComments: "none",
  outdir: "resources",
  entryNames: "[name]",
  metafile: true,
  logLevel: "error",
};

/**
 * Bundles everything.
 * @returns `addresses`: each file's address with a version that changes with its content. Browsers do
 * not cache the html of a node, but may cache the files that it refers to; files of two versions must not be mixed.
 * `inputs`: the sources that went in, relative to the repository, with slashes.
 */
export async function bundle() {
  const { metafile: common } = await build({
    ...options,
    entryPoints: [
      { in: "editor/index.ts", out: "editor" },
      { in: "editor/dialog.css", out: "dialog" },
    ],
  });
  const shared = { editor: `./${versioned("editor.js")}`, device: "" };
  const { metafile: ofDevice } = await build({
    ...options,
    entryPoints: [{ in: "editor/device/index.ts", out: "device" }],
    plugins: [sharedBy(shared)],
  });
  shared.device = `./${versioned("device.js")}`;
  const sources = readdirSync(path.join(root, "nodes"), { recursive: true, encoding: "utf8" });
  const nodes = sources
    .filter((name) => path.basename(name) === `${path.dirname(name)}.editor.ts`)
    .map((name) => ({ in: path.join("nodes", name), out: path.dirname(name) }));
  const inEditor = readdirSync(path.join(root, "editor")).map((name) => path.join("editor", name));
  const parts = [...sources.map((name) => path.join("nodes", name)), ...inEditor]
    .filter((name) => name.endsWith(lazy))
    .map((name) => ({ in: name, out: nameOfPart(name) }));
  const sharing = sharedBy(shared);
  const { metafile: late } = await build({ ...options, entryPoints: parts, plugins: [sharing] });
  const { metafile: own } = await build({ ...options, entryPoints: nodes, plugins: [sharing, lateParts] });
  // Only now, so that the previous bundle stays if the code cannot be parsed.
  const all = [common, ofDevice, late, own];
  const made = all.flatMap(({ outputs }) => Object.keys(outputs).map((file) => path.basename(file)));
  for (const name of readdirSync(path.join(root, "resources"))) {
    if (!made.includes(name)) rmSync(path.join(root, "resources", name), { recursive: true, force: true });
  }
  return {
    addresses: [versioned("dialog.css"), ...nodes.map(({ out }) => versioned(`${out}.js`))],
    inputs: all.flatMap(({ inputs }) => Object.keys(inputs)),
  };
}

/** Parts of a dialog that the browser loads when they are needed; each is a file of its own. */
const lazy = ".lazy.editor.ts";

/** `nodes/account/safety.lazy.editor.ts` becomes `account-safety`. */
function nameOfPart(file) {
  return `${path.basename(path.dirname(file))}-${path.basename(file, lazy)}`;
}

const lateParts = {
  name: "late",
  setup({ onResolve }) {
    onResolve({ filter: /\.lazy\.editor\.js$/ }, ({ path: imported, resolveDir }) => {
      const file = path.resolve(resolveDir, imported.replace(/\.js$/, ".ts"));
      return { path: `./${versioned(`${nameOfPart(file)}.js`)}`, external: true };
    });
  },
};

/** Modules of lib from which the shared code exports what nodes import. */
const sharedModules = ["lib/base/identifiers.ts", "lib/base/number-bounds.ts"].map((name) =>
  path.join(root, name),
);

/**
 * Leaves the shared code where it is: every node imports the same files, which the browser runs once. The index of
 * each exports what others import from any file beside it.
 */
function sharedBy(addresses) {
  return {
    name: "shared",
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ kind, path: imported, resolveDir }) => {
        if (kind === "entry-point") return undefined;
        const file = path.resolve(resolveDir, `${imported}.ts`);
        if (file.startsWith(deviceFolder)) {
          const isInside = `${resolveDir}${path.sep}` === deviceFolder;
          return isInside ? undefined : { path: addresses.device, external: true };
        }
        const isShared = file.startsWith(editorFolder) || sharedModules.includes(file);
        return isShared ? { path: addresses.editor, external: true } : undefined;
      });
    },
  };
}

function versioned(name) {
  const content = readFileSync(path.join(root, "resources", name));
  return `${name}?v=${createHash("sha256").update(content).digest("hex").slice(0, 8)}`;
}

/**
 * Names the bundled files in the html of a node by their version.
 * @param html as it stands in the repository
 * @param addresses as `bundle` answered them
 */
export function withVersions(html, addresses) {
  return html.replace(/(?<=\b(?:src|href)="resources\/[^"]*\/)([\w.-]+\.(?:js|css))(?=")/g, (name) => {
    const address = addresses.find((candidate) => candidate.startsWith(`${name}?`));
    if (!address) throw new Error(`An html file asks for ${name}, which nothing bundles.`);
    return address;
  });
}
