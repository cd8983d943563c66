// Writes the platform's error codes into the page of error codes in both languages, from the error catalog and the locale
// files. With --check it only checks whether they are up to date. Needs a build.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { errorCatalog } = createRequire(import.meta.url)(path.join(root, "dist/lib/cloud/error-catalog.js"));
const isCheck = process.argv.includes("--check");

const pages = [
  { file: "docs/reference/errors.md", language: "en-US", head: ["Code", "Outcome", "What to do"] },
  { file: "docs/zh/reference/errors.md", language: "zh-CN", head: ["错误码", "结果", "处理方法"] },
];

for (const { file, language, head } of pages) {
  const catalog = JSON.parse(
    readFileSync(path.join(root, `locales/${language}/invoke-service.json`), "utf8"),
  );
  const { hints } = catalog["aliyun-iot-invoke-service"];
  const sections = [...byCategory()].map(([category, groups]) => {
    const rows = groups.map(({ codes, outcome, hint }) => [
      codes.map((code) => `\`${code}\``).join(", "),
      `\`${outcome}\``,
      hints[hint.replace("hints.", "")],
    ]);
    return `### \`${category}\`\n\n${table([head, ...rows])}`;
  });
  const old = readFileSync(path.join(root, file), "utf8");
  // The formatter would pad each cell to the length of the longest list of codes.
  const text = old.replace(
    /<!-- error-catalog -->[\s\S]*<!-- \/error-catalog -->/,
    () =>
      `<!-- error-catalog -->\n<!-- prettier-ignore-start -->\n\n${sections.join("\n\n")}\n\n<!-- prettier-ignore-end -->\n<!-- /error-catalog -->`,
  );
  if (text === old) continue;
  if (isCheck) {
    console.error(`${file} is out of date with the error catalog; run: npm run docs:errors`);
    process.exitCode = 1;
  } else {
    writeFileSync(path.join(root, file), text);
  }
}

function table([head, ...rows]) {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** By category, the codes that mean the same. */
function byCategory() {
  const found = new Map();
  for (const { code, category, outcome, hint } of errorCatalog) {
    const groups = found.get(category) ?? [];
    found.set(category, groups);
    const group = groups.find((one) => one.outcome === outcome && one.hint === hint);
    if (group) group.codes.push(code);
    else groups.push({ codes: [code], outcome, hint });
  }
  return found;
}
