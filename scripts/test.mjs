// npm test: installs and builds where needed, lints, and runs every test that needs no browser and no other runtime.
// `editor` and `runtimes` run those tests instead, which need Chromium and a second Node-RED; `soak` the long runs in
// full. `npm test -- --grep TEXT` and `npm test -- FILE…` run some tests alone, without the linter and in one process.
import { dealt, runLanes } from "./lanes.mjs";
import { build, command, ensureInstalled, npm, root, sayFailed } from "./steps.mjs";
import { alone, choose, compiled, secondsOf, suites } from "./suites.mjs";

process.chdir(root);
const { name, isPart, options, files } = chosen();
const { seconds, by, env } = suites[name];
for (const [variable, value] of Object.entries(env ?? {})) process.env[variable] ??= value;
ensureInstalled();
build();
// The tests run even where the linter fails: they tell something else.
const linted = name === "units" && !isPart ? npm(["run", "--silent", "lint"]) : 0;
const mocha = [
  "--enable-source-maps",
  command("mocha"),
  `--timeout=${seconds}s`,
  "--require=dist/test/support/leaks.js",
  // Where nothing matches, a name was misspelt.
  "--fail-zero",
  ...(process.env.CI ? ["--forbid-only"] : []),
  ...(process.stdout.isTTY ? ["--color"] : []),
  ...options,
];
const codes = [];
for (const together of rounds()) codes.push(...(await runLanes(together)));
const tested = codes.find((code) => code !== 0) ?? 0;
if (linted !== 0) sayFailed("lint");
process.exit(tested || linted);

function chosen() {
  try {
    // npm runs scripts in the package's folder, wherever it was called.
    return choose(process.argv.slice(2), process.env.INIT_CWD ?? root);
  } catch (error) {
    console.error(error.message);
    return process.exit(1);
  }
}

/** What runs at once, one round after the other. */
function rounds() {
  const lane = (own, variables) => ({ args: [...mocha, ...own.map(compiled)], env: variables });
  if (isPart || by === "nothing") return [[lane(files)]];
  if (by === "files") {
    const shares = dealt(
      files.filter((file) => !alone.includes(file)),
      secondsOf,
    );
    const last = files.filter((file) => alone.includes(file));
    return [shares.map((own) => lane(own)), ...(last.length > 0 ? [[lane(last)]] : [])];
  }
  const versions = process.env.NODE_RED ? [process.env.NODE_RED] : ["4", "5"];
  return [versions.map((version) => lane(files, { NODE_RED: version }))];
}
