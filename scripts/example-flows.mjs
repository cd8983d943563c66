// The examples as the flows of npm start, in one language.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./steps.mjs";

/** Between the English and the Chinese part of a description in an example. */
const separator = "\n\n---\n\n";

/**
 * All examples as one flow file. A node that several of them have, such as the account, occurs once.
 * @param language of names and descriptions; locales/<language>/examples.json holds the names where they are not English
 */
export function mergeExamples(language = "en-US") {
  const examples = path.join(root, "examples");
  const names = namesIn(language);
  const nodes = new Map();
  for (const file of readdirSync(examples)
    .filter((name) => name.endsWith(".json"))
    .toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }))) {
    for (const node of JSON.parse(readFileSync(path.join(examples, file), "utf8"))) {
      nodes.set(node.id, { ...node, ...descriptionIn(node, language), ...names[node.id] });
    }
  }
  return [...nodes.values()];
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
