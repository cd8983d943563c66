import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { declaredSets, packageName } from "../test/support/admin";
import {
  install,
  installedUserDir,
  nodeBinary,
  packageRoot,
  removeFolder,
  temporaryFolder,
} from "../test/support/npm";
import type { Memory } from "./load";
import { median } from "./statistics";

/** A production install. */
interface Installed {
  packages: number;
  bytes: number;
}

/** What requiring takes. */
interface Loaded extends Memory {
  milliseconds: number;
}

export interface Weight {
  loaded: Record<string, Loaded>;
  /** Without those that could not be installed, as on a machine without a network. */
  installed: Record<string, Installed>;
}

export const alternatives = ["@alicloud/iot20180120", "@alicloud/pop-core"];
const times = 9;

/** What the package weighs, and what the alternatives weigh. */
export async function weigh(isWithInstalls: boolean, say: (line: string) => void): Promise<Weight> {
  say("loading");
  const userDir = await installedUserDir();
  const loaded: Weight["loaded"] = { [packageName]: await loadOwn() };
  const installed: Weight["installed"] = { [packageName]: installation(userDir) };
  for (const name of alternatives) {
    loaded[name] = await loadedMany(path.join(packageRoot, "package.json"), [name]);
    if (!isWithInstalls) continue;
    say(`installing ${name}`);
    const found = await installedSize(name);
    if (found) installed[name] = found;
  }
  return { loaded, installed };
}

/** What requiring all nodes of the installed package takes. */
export async function loadOwn(): Promise<Loaded> {
  const own = path.join(await installedUserDir(), "node_modules", packageName, "package.json");
  const sets = Object.values(declaredSets()).map((file) => `./${file}`);
  return loadedMany(own, sets);
}

/** What Node-RED would need at least: as many files, in folders of the same names, that do nothing. */
export async function loadEmpty(): Promise<Loaded> {
  const folder = await temporaryFolder("empty");
  try {
    const sets = Object.values(declaredSets());
    for (const file of sets) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), "module.exports = function () {};\n");
    }
    const own = path.join(folder, "package.json");
    writeFileSync(own, "{}");
    return await loadedMany(
      own,
      sets.map((file) => `./${file}`),
    );
  } finally {
    await removeFolder(folder);
  }
}

async function loadedMany(from: string, specifiers: string[]): Promise<Loaded> {
  const all: Loaded[] = [];
  for (let time = 0; time < times; time++) {
    const file = path.join(__dirname, "require-process.js");
    const child = fork(file, [from, ...specifiers], { execPath: await nodeBinary(20) });
    const exit = once(child, "exit");
    const [loaded] = (await once(child, "message")) as [Loaded];
    await exit;
    all.push(loaded);
  }
  return {
    milliseconds: median(all.map(({ milliseconds }) => milliseconds)),
    inUse: median(all.map(({ inUse }) => inUse)),
    resident: median(all.map(({ resident }) => resident)),
  };
}

async function installedSize(name: string): Promise<Installed | undefined> {
  const manifest: { version: string } = JSON.parse(
    readFileSync(path.join(packageRoot, "node_modules", name, "package.json"), "utf8"),
  );
  const folder = await temporaryFolder("weight");
  try {
    await install(folder, `${name}@${manifest.version}`);
    return installation(folder);
  } catch {
    return undefined;
  } finally {
    await removeFolder(folder);
  }
}

/** Bytes of all files, and packages as npm counts them. */
function installation(folder: string): Installed {
  const modules = path.join(folder, "node_modules");
  const lock: { packages: object } = JSON.parse(
    readFileSync(path.join(modules, ".package-lock.json"), "utf8"),
  );
  const files = readdirSync(modules, { recursive: true, encoding: "utf8" });
  const sizes = files.map((file) => statSync(path.join(modules, file), { throwIfNoEntry: false }));
  return {
    packages: Object.keys(lock.packages).length,
    bytes: sizes.reduce((sum, stats) => sum + (stats?.isFile() ? stats.size : 0), 0),
  };
}
