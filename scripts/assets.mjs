// What belongs beside the compiled code: html, icons and texts of the nodes, and the scripts that Redis runs.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withVersions } from "./bundle.mjs";
import { root } from "./steps.mjs";

const outDir = path.join(root, "dist");

/**
 * Copies the html files of all nodes to dist/, with the versions of the bundled files in their URLs.
 * @param addresses as `bundle` answered them
 */
export function copyMarkup(addresses) {
  for (const folder of ["nodes", "bench/nodes"]) {
    const from = path.join(root, folder);
    if (!existsSync(from)) continue;
    for (const file of readdirSync(from, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".html")) continue;
      const target = path.join(outDir, folder, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, withVersions(withParts(readFileSync(path.join(from, file), "utf8")), addresses));
    }
  }
}

/** Copies the scripts that Redis runs to where the compiled code looks for them. */
export function copyRedisScripts() {
  const folder = "lib/coordination/lua";
  cpSync(path.join(root, folder), path.join(outDir, folder), { recursive: true });
}

const sharedTexts = "@thing-service/node-red-aliyun-iot/invoke-service";

/**
 * Puts the markup that dialogs share in place of comments such as `<!-- part: editor/device/target.html -->`. Its texts
 * are in the catalog of the invoke node, whichever node shows them.
 */
function withParts(html) {
  return html.replace(/^ *<!-- part: (editor\/device\/[\w-]+\.html) -->\n/gm, (_comment, file) =>
    readFileSync(path.join(root, file), "utf8").replace(
      /(?<=\bdata-i18n="(?:\[\w+\])?)(?=aliyun-iot-)/g,
      `${sharedTexts}:`,
    ),
  );
}

/** Copies each node's icon and its texts in every language to the folder of the compiled node. */
export function copyTextsAndIcons() {
  const { "node-red": manifest } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  for (const [set, file] of Object.entries(manifest.nodes)) {
    const folder = path.join(root, path.dirname(file));
    cpSync(path.join(root, "icons", `${set}.svg`), path.join(folder, "icons", `${set}.svg`));
    for (const language of readdirSync(path.join(root, "locales"))) {
      for (const extension of ["json", "html"]) {
        const name = path.join(root, "locales", language, `${set}.${extension}`);
        for (const named of foldersOf(language)) {
          cpSync(name, path.join(folder, "locales", named, `${set}.${extension}`));
        }
      }
    }
  }
}

// From LANG=zh_CN.UTF-8 Node-RED uses only the first two letters, and it falls back to that folder for other variants of
// Chinese.
function foldersOf(language) {
  return language === "zh-CN" ? ["zh-CN", "zh"] : [language];
}
