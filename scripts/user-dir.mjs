// The user directory of npm start: .node-red/ in the repository, never committed.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { mergeExamples } from "./example-flows.mjs";
import { languages } from "./options.mjs";
import { root } from "./steps.mjs";

export { mergeExamples };

const userDir = path.join(root, ".node-red");
const flowFiles = ["flows.json", "flows_cred.json"];

/**
 * Creates what is missing in the user directory and returns the matching settings. Nothing is done in between, so that
 * Ctrl-C comes before or after it, and every file is written under another name first.
 * @param choice `isFresh`: the examples replace the flows there; `language`: of the examples
 * @returns the settings, and `backup`: the folder of the flows that were replaced
 */
export function makeUserDir({ isFresh, language }) {
  mkdirSync(userDir, { recursive: true });
  linkPackage();
  const backup = isFresh ? moveFlows() : undefined;
  const flows = path.join(userDir, "flows.json");
  if (!existsSync(flows) || isUntouched(flows)) write(flows, flowText(language));
  // The debug sidebar shows what the tab at hand says, not what the tabs that run by themselves say.
  const users = path.join(userDir, ".config.users.json");
  if (!existsSync(users))
    write(users, JSON.stringify({ _: { debug: { filter: "filterCurrent" } } }, null, 4));
  return { settings: { userDir, credentialSecret: credentialSecret() }, backup };
}

/** Whether nobody has changed the flows since they were written, so that those in another language may replace them. */
function isUntouched(flows) {
  const text = readFileSync(flows, "utf8");
  return languages.some((language) => flowText(language) === text);
}

function flowText(language) {
  return JSON.stringify(mergeExamples(language), null, 4);
}

/** Moves the flows to a folder of their own and answers which; undefined where there are none. */
function moveFlows() {
  const present = flowFiles.filter((name) => existsSync(path.join(userDir, name)));
  if (present.length === 0) return undefined;
  const time = new Date().toISOString().replaceAll(":", "-").replace("Z", "");
  const folder = path.join(userDir, "backup", time);
  mkdirSync(folder, { recursive: true });
  for (const name of present) renameSync(path.join(userDir, name), path.join(folder, name));
  return folder;
}

/**
 * Links the repository to where npm would install it, so that Node-RED loads nodes, locales, icons and examples as usual.
 * It is listed as a dependency, so that installing another package keeps the link.
 */
function linkPackage() {
  const { name } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const link = path.join(userDir, "node_modules", name);
  mkdirSync(path.dirname(link), { recursive: true });
  if (!existsSync(link)) {
    // A dangling link, as after the repository was moved, has to be removed.
    rmSync(link, { force: true });
    // A junction needs no administrator rights on Windows; other systems ignore the type.
    symlinkSync(root, link, "junction");
  }
  const manifest = path.join(userDir, "package.json");
  if (existsSync(manifest)) return;
  const content = { name: "node-red-project", private: true, dependencies: { [name]: "file:.." } };
  write(manifest, `${JSON.stringify(content, null, 2)}\n`);
}

/** Generated once: it encrypts credentials that are entered in the editor. */
function credentialSecret() {
  const file = path.join(userDir, "credential-secret");
  if (!existsSync(file)) write(file, randomBytes(32).toString("hex"), 0o600);
  return readFileSync(file, "utf8");
}

/** The file is there as a whole or not at all. */
function write(file, text, mode = 0o666) {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, text, { mode });
  renameSync(unfinished, file);
}
