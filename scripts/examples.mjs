// npm run examples: writes the Chinese examples from the English ones, and the flow of the project that shows how to
// test flows. With --check it only says which files are out of date.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { chineseFolder } from "./cookbook.mjs";
import { allExamples, flowOfPage, inLanguage, readExample } from "./example-flows.mjs";
import { root } from "./steps.mjs";

const isCheck = process.argv.includes("--check");
const folder = path.posix.join("examples", chineseFolder);
const written = new Map(
  allExamples().map(({ file, chineseFile }) => [chineseFile, inLanguage(readExample(file), "zh-CN")]),
);
written.set("docs/tasks/tests-in-ci/flows.json", readExample(flowOfPage("tests-in-ci")));

const stale = readdirSync(path.join(root, "examples"), { recursive: true, encoding: "utf8" })
  .map((name) => path.posix.join("examples", name.replaceAll("\\", "/")))
  .filter((name) => name.startsWith(folder) && name.endsWith(".json") && !written.has(name));
for (const name of stale) {
  if (isCheck) report(name);
  else rmSync(path.join(root, name));
}
for (const [name, nodes] of written) {
  const file = path.join(root, name);
  const options = await resolveConfig(file);
  const text = await format(JSON.stringify(nodes, null, 2), { ...options, filepath: file });
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  if (isCheck) {
    report(name);
    continue;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function report(name) {
  console.error(`${name} is out of date; run: npm run examples`);
  process.exitCode = 1;
}
