// What npm start does before Node-RED can start: installs and builds what is missing, and says how far it is.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { runChild } from "./children.mjs";
import { installArgs, isInstalled, npmCommand, root, sayFailed } from "./steps.mjs";

const secondsBetween = 5;

/**
 * Installs what package-lock.json names, unless it is there already. Ends the process if npm fails.
 * @param words of `wordsIn`
 */
export async function install(words) {
  if (isInstalled()) return;
  console.log(words("installing"));
  const folders = wantedFolders();
  const [program, args] = npmCommand(installArgs);
  const total = folders.length;
  const installed = await withProgress(runChild(program, args, true), (seconds) => {
    // npm makes all folders first, and fills them one by one.
    const count = folders.filter((folder) => existsSync(path.join(root, folder, "package.json"))).length;
    return words("installed-so-far", { count, total, seconds });
  });
  if (installed !== 0) fail("install", installed);
}

/** Compiles to dist/ what has changed since it was last compiled. Ends the process on a compile error. */
export async function build(words) {
  const building = runChild(process.execPath, ["scripts/build.mjs", "--unless-built"]);
  const built = await withProgress(building, (seconds) => words("building", { seconds }));
  if (built !== 0) fail("build", built);
}

async function withProgress(work, line) {
  let seconds = 0;
  const timer = setInterval(() => console.log(line((seconds += secondsBetween))), secondsBetween * 1000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

function wantedFolders() {
  const { packages } = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
  return Object.keys(packages).filter((folder) => folder !== "" && !packages[folder].optional);
}

function fail(step, code) {
  sayFailed(step);
  process.exit(code);
}
