// The steps that the npm scripts share. Plain JavaScript without dependencies: it runs before npm has installed any.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const onlyErrors = ["ignore", "ignore", "inherit"];

/** The command of npm that installs what package-lock.json names. */
export const installArgs = [
  "ci",
  "--include=dev",
  "--prefer-offline",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
];

/** Installs what package-lock.json names, unless it is there already. Ends the process if npm fails. */
export function ensureInstalled() {
  if (isInstalled()) return;
  console.log("Installing dependencies…");
  const installed = npm(installArgs, onlyErrors);
  if (installed !== 0) fail("install", installed);
}

/**
 * Compiles to dist/ what has changed since it was last compiled. Ends the process on a
 * compile error.
 */
export function build() {
  const built = node(["scripts/build.mjs", "--unless-built"]);
  if (built !== 0) fail("build", built);
}

/** Runs a script in a Node.js of its own, its output passed on; answers its exit code. */
export function node(args, stdio) {
  return run(process.execPath, args, stdio);
}

/** As `node`, but asynchronous. */
export function nodeAsync(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    child.once("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Runs npm; answers its exit code. */
export function npm(args, stdio) {
  return run(...npmCommand(args), stdio);
}

/** A program and its arguments that run npm. */
export function npmCommand(args) {
  // npm_execpath is set in every npm script, and needs no shell on Windows.
  const script = process.env.npm_execpath;
  return script ? [process.execPath, [script, ...args]] : ["npm", args];
}

/** Prints which step failed, in the form that .ci/run counts. */
export function sayFailed(step) {
  console.error(`Step failed: ${step}`);
}

/** The script behind a command of an installed package, so that no shell is needed to start it. */
export function command(packageName, name = packageName) {
  const folder = path.join(root, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  return path.join(folder, typeof bin === "string" ? bin : bin[name]);
}

function run(program, args, stdio = "inherit") {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio });
  if (error) console.error(error.message);
  return status ?? 1;
}

function fail(step, code) {
  sayFailed(step);
  process.exit(code);
}

/**
 * Whether everything that the package-lock.json of a folder names is there.
 * Compares contents, not dates: a checkout gives the lock file a new date without changing it.
 */
export function isInstalled(parent = ".") {
  const wanted = packagesOf(path.join(parent, "package-lock.json"));
  const present = packagesOf(path.join(parent, "node_modules/.package-lock.json"));
  return Object.entries(wanted).every(
    ([folder, { version, optional }]) =>
      folder === "" ||
      optional ||
      (present[folder]?.version === version && existsSync(path.join(root, parent, folder))),
  );
}

function packagesOf(lockFile) {
  const file = path.join(root, lockFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}
