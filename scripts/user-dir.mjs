// The user directory of npm start: .node-red/ in the repository, never committed.
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { root } from "./steps.mjs";

const folder = path.join(root, ".node-red");

/**
 * Creates what is missing in the user directory and returns the matching settings.
 * `fresh` brings the examples back in place of the flows there.
 */
export function makeUserDir({ fresh }) {
  mkdirSync(folder, { recursive: true });
  linkPackage();
  const flows = path.join(folder, "flows.json");
  if (fresh)
    for (const name of ["flows.json", "flows_cred.json"]) rmSync(path.join(folder, name), { force: true });
  if (!existsSync(flows)) writeFileSync(flows, JSON.stringify(mergeExamples(), null, 4));
  return { settings: { userDir: folder, credentialSecret: credentialSecret() } };
}

/** All examples as one flow file. A node that several of them have, such as the account, occurs once. */
export function mergeExamples() {
  const examples = path.join(root, "examples");
  const nodes = new Map();
  for (const file of readdirSync(examples)
    .filter((name) => name.endsWith(".json"))
    .sort()) {
    for (const node of JSON.parse(readFileSync(path.join(examples, file), "utf8"))) nodes.set(node.id, node);
  }
  return [...nodes.values()];
}

/**
 * Links the repository to where npm would install it, so that Node-RED loads nodes, locales, icons and examples as usual.
 * It is listed as a dependency, so that installing another package keeps the link.
 */
function linkPackage() {
  const { name } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const link = path.join(folder, "node_modules", name);
  mkdirSync(path.dirname(link), { recursive: true });
  if (!existsSync(link)) {
    // A dangling link, as after the repository was moved, has to be removed.
    rmSync(link, { force: true });
    // A junction needs no administrator rights on Windows; other systems ignore the type.
    symlinkSync(root, link, "junction");
  }
  const manifest = path.join(folder, "package.json");
  if (existsSync(manifest)) return;
  const content = { name: "node-red-project", private: true, dependencies: { [name]: "file:.." } };
  writeFileSync(manifest, `${JSON.stringify(content, null, 2)}\n`);
}

/** Generated once: it encrypts credentials that are entered in the editor. */
function credentialSecret() {
  const file = path.join(folder, "credential-secret");
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("hex"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}
