// The examples of scripts/cookbook.mjs: where they are, what they are in each language, and those of npm start in one.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { chineseFolder, tabs, taskPages, themes } from "./cookbook.mjs";
import { root } from "./steps.mjs";

/** Between the English and the Chinese part of a description in an example. */
const separator = "\n\n---\n\n";

/**
 * All examples, by number.
 * @returns for each its `number`, and the files of the English and of the Chinese flow, relative to the repository
 */
export function allExamples() {
  const names = namesIn("zh-CN");
  return themes
    .flatMap(({ folder, chinese, flows }) =>
      flows.map((name) => {
        const number = Number.parseInt(name, 10);
        const file = path.posix.join("examples", folder, `${name}.json`);
        const tab = readExample(file).find(({ type }) => type === "tab");
        const chineseName = `${number}-${names[tab.id]?.label}.json`;
        return { number, file, chineseFile: path.posix.join("examples", chineseFolder, chinese, chineseName) };
      }),
    )
    .toSorted((one, other) => one.number - other.number);
}

/**
 * The flow of a task page, relative to the repository.
 * @param page name of the page, such as `webhook`
 */
export function flowOfPage(page, language = "en-US") {
  const example = allExamples().find(({ number }) => number === taskPages[page]);
  return language === "zh-CN" ? example.chineseFile : example.file;
}

/** The nodes of an example as it is in the repository. */
export function readExample(file) {
  return JSON.parse(readFileSync(path.join(root, file), "utf8"));
}

/**
 * Examples as one flow file. A node that several of them have, such as the account, occurs once.
 * @param language of names and descriptions; locales/<language>/examples.json holds the names where they are not English
 * @param numbers which examples; those of npm start unless told otherwise
 */
export function mergeExamples(language = "en-US", numbers = tabs) {
  const nodes = new Map();
  for (const { number, file } of allExamples()) {
    if (!numbers.includes(number)) continue;
    for (const node of inLanguage(readExample(file), language)) nodes.set(node.id, node);
  }
  return [...nodes.values()];
}

/** The nodes of an example with names and descriptions in one language. */
export function inLanguage(nodes, language) {
  const names = namesIn(language);
  return nodes.map((node) => ({ ...node, ...descriptionIn(node, language), ...names[node.id] }));
}

function namesIn(language) {
  const file = path.join(root, "locales", language, "examples.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

function descriptionIn({ info }, language) {
  if (!info) return {};
  const [english, chinese] = info.split(separator);
  return { info: language === "zh-CN" ? (chinese ?? english) : english };
}
