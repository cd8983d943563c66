// npm test: installs and builds where needed, lints, and runs every test that needs no browser and no other runtime.
// `editor` and `runtimes` run those tests instead, which need Chromium and a second Node-RED; `soak` a long run.
import { build, command, ensureInstalled, node, npm, root, sayFailed } from "./steps.mjs";

const suites = {
  units: { spec: "dist/test/**/*.test.js", seconds: 10 },
  editor: { spec: "dist/test/editor/**/*.test.js", seconds: 120 },
  runtimes: { spec: "dist/test/runtimes/**/*.test.js", seconds: 240 },
  soak: { spec: "dist/test/runtimes/soak.test.js", seconds: 240, env: { SOAK_MESSAGES: "1000000" } },
};
const [name = "units"] = process.argv.slice(2);
const suite = suites[name];
if (!suite) {
  console.error(`There are no tests called ${name}; npm test takes editor, runtimes or soak, or nothing.`);
  process.exit(1);
}
process.chdir(root);
for (const [variable, value] of Object.entries(suite.env ?? {})) process.env[variable] ??= value;
ensureInstalled();
build();
// The tests run even where the linter fails: they tell something else.
const linted = name === "units" ? npm(["run", "--silent", "lint"]) : 0;
const mocha = [command("mocha"), "--timeout", `${suite.seconds}s`, "--require", "dist/test/support/leaks.js"];
if (process.env.CI) mocha.push("--forbid-only");
if (name === "units") {
  for (const other of ["editor", "runtimes"]) mocha.push("--ignore", `dist/test/${other}/**`);
}
const tested = node([...mocha, suite.spec]);
if (linted !== 0) sayFailed("lint");
process.exit(tested || linted);
