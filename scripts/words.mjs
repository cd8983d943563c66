// What npm start says, in both languages. Plain JavaScript without dependencies: it runs before npm has installed any.
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./steps.mjs";

/** Answers a text of locales/<language>/start.json by its key, with `params` in place of `__name__`. */
export function wordsIn(language) {
  const texts = JSON.parse(readFileSync(path.join(root, "locales", language, "start.json"), "utf8"));
  return (key, params = {}) => texts[key].replace(/__(\w+?)__/g, (_blank, name) => String(params[name]));
}
