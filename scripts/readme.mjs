// Writes the table of the platform's error codes into both READMEs, from the error catalog and the locale files.
// With --check it only checks whether they are up to date. Needs a build.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { errorCatalog } = createRequire(import.meta.url)(path.join(root, "dist/lib/cloud/error-catalog.js"));
const isCheck = process.argv.includes("--check");

const pages = [
  { file: "README.md", language: "en-US", head: ["Code", "Category", "Outcome", "What to do"] },
  { file: "README.zh-CN.md", language: "zh-CN", head: ["错误码", "类别", "结果", "处理方法"] },
];

for (const { file, language, head } of pages) {
  const catalog = JSON.parse(
    readFileSync(path.join(root, `locales/${language}/invoke-service.json`), "utf8"),
  );
  const { hints } = catalog["aliyun-iot-invoke-service"];
  const rows = groups().map(({ codes, category, outcome, hint }) => [
    codes.map((code) => `\`${code}\``).join(", "),
    `\`${category}\``,
    `\`${outcome}\``,
    hints[hint.replace("hints.", "")],
  ]);
  const table = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const old = readFileSync(path.join(root, file), "utf8");
  const filled = old.replace(
    /<!-- error-catalog -->[\s\S]*<!-- \/error-catalog -->/,
    () => `<!-- error-catalog -->\n\n${table}\n\n<!-- /error-catalog -->`,
  );
  const options = await resolveConfig(path.join(root, file));
  const text = await format(filled, { ...options, filepath: file });
  if (text === old) continue;
  if (isCheck) {
    console.error(`${file} is out of date with the error catalog; run: npm run readme`);
    process.exitCode = 1;
  } else {
    writeFileSync(path.join(root, file), text);
  }
}

/** Codes that mean the same share a row. */
function groups() {
  const found = new Map();
  for (const { code, category, outcome, hint } of errorCatalog) {
    const key = `${category} ${outcome} ${hint}`;
    const group = found.get(key) ?? { codes: [], category, outcome, hint };
    group.codes.push(code);
    found.set(key, group);
  }
  return [...found.values()];
}
