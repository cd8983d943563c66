// npm test: installs and builds where needed, lints and runs every test that needs no browser and no other runtime.
// `editor` and `runtimes` run those tests instead, which need Chromium and a second Node-RED; `soak` the long runs in
// full. `npm test -- --grep TEXT` and `npm test -- FILE…` run some tests alone, without the linter and in one process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { dealt, runLanes } from "./lanes.mjs";
import { build, command, ensureInstalled, node, root, sayFailed } from "./steps.mjs";
import { alone, choose, compiled, inOneVersion, secondsOf, sharing, suites, waiting } from "./suites.mjs";

process.chdir(root);
const { name, isPart, options, files } = chosen();
const { seconds, by, env, needsPackage } = suites[name];
for (const [variable, value] of Object.entries(env ?? {})) process.env[variable] ??= value;
ensureInstalled();
build();
if (needsPackage && !isPart && !process.env.ALIYUN_IOT_INSTALLED) install();
const mocha = [
  "--enable-source-maps",
  command("mocha"),
  `--timeout=${seconds}s`,
  "--require=dist/test/support/leaks.js",
  // No match means that a name was misspelt.
  "--fail-zero",
  // A hook that fails, fails the tests that it keeps from running: otherwise nobody counts them.
  "--fail-hook-affected-tests",
  ...(process.env.CI ? ["--forbid-only"] : []),
  ...(process.stdout.isTTY ? ["--color"] : []),
  ...options,
];
// In parallel with the tests, which often wait. They run even if it fails.
const linter = name === "units" && !isPart ? [{ args: ["scripts/lint.mjs"] }] : [];
const codes = [];
for (const [n, together] of rounds().entries()) {
  codes.push(...(await runLanes(n === 0 ? [...linter, ...together] : together)));
}
if (linter.length > 0 && codes[0] !== 0) sayFailed("lint");
process.exit(codes.findLast((code) => code !== 0) ?? 0);

function chosen() {
  try {
    // npm runs scripts in the package's folder, wherever it was called.
    return choose(process.argv.slice(2), process.env.INIT_CWD ?? root);
  } catch (error) {
    console.error(error.message);
    return process.exit(1);
  }
}

/** The rounds of processes that run in parallel. */
function rounds() {
  const lane = (own, variables) => ({ args: [...mocha, ...own.map(compiled)], env: variables });
  if (isPart || by === "nothing") return [[lane(files)]];
  const versions = process.env.NODE_RED ? [process.env.NODE_RED] : ["4", "5"];
  const byVersion = (own) => versions.map((version) => lane(own, { NODE_RED: version }));
  if (by === "versions") {
    const isIn = (version) => (file) => process.env.NODE_RED || (inOneVersion[file] ?? version) === version;
    return [versions.map((version) => lane(files.filter(isIn(version)), { NODE_RED: version }))];
  }
  const last = files.filter((file) => alone.includes(file));
  const shared = files.filter((file) => sharing.includes(file));
  const idle = files.filter((file) => waiting.includes(file));
  const others = files.filter((file) => ![...last, ...shared, ...idle].includes(file));
  return [
    [
      ...dealt(others, secondsOf).map((own) => lane(own)),
      ...(idle.length > 0 ? [lane(idle)] : []),
      ...(shared.length > 0 ? byVersion(shared) : []),
    ],
    ...(last.length > 0 ? [[lane(last)]] : []),
  ];
}

/** Installs once what each process would otherwise install. If it fails, each process installs for itself. */
function install() {
  const folder = mkdtempSync(path.join(tmpdir(), "aliyun-iot-installed-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  if (node(["dist/test/support/prepare.js", folder]) === 0) process.env.ALIYUN_IOT_INSTALLED = folder;
}
