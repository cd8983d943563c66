import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot, removeFolder, temporaryFolder } from "../support/npm";
import { gatherOutput } from "../support/output";

const passing = "  3 passing (2s)";

describe(".ci/run", function () {
  let folder: string;

  before(function () {
    if (process.platform === "win32") this.skip();
  });

  beforeEach(async () => {
    folder = await temporaryFolder("ci");
  });

  afterEach(() => removeFolder(folder));

  /** Runs it with an npm that prints these words and ends with these codes, by the name of the script. */
  async function run(
    steps: Record<string, { prints: string; code?: number; does?: string }>,
    tools: Record<string, string> = {},
  ): Promise<[string, unknown]> {
    const cases = Object.entries(steps).map(
      ([name, { prints, code = 0, does = ":" }]) =>
        `"${name}") ${does}; printf '%b\\n' '${prints}'; exit ${code};;`,
    );
    await fake(
      "npm",
      `case "$*" in\n${cases.join("\n")}\n"run bench -- --check") ;;\n*) echo '${passing}';;\nesac`,
    );
    for (const name of ["chromium", "dpkg", "apt-get"]) await fake(name, tools[name] ?? "exit 0");
    const child = spawn("bash", [path.join(packageRoot, ".ci", "run")], {
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = gatherOutput(child);
    const [code]: unknown[] = await once(child, "close");
    return [output.text().trimEnd().split("\n").at(-1) ?? "", code];
  }

  async function fake(name: string, script: string): Promise<void> {
    await writeFile(path.join(folder, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }

  it("adds up the three runs of tests", async () => {
    assert.deepEqual(await run({ test: { prints: "  120 passing (9s)\\n  1 pending" } }), [
      "126 passed, 0 failed",
      0,
    ]);
  });

  it("counts failing tests, in colour too", async () => {
    const prints = "  \\033[92m 5 passing\\033[0m (1s)\\n  \\033[31m 2 failing\\033[0m";
    assert.deepEqual(await run({ "run test:editor": { prints, code: 2 } }), ["11 passed, 2 failed", 1]);
  });

  it("counts a linter that fails beside tests that pass", async () => {
    const prints = `${passing}\\nStep failed: lint`;
    assert.deepEqual(await run({ test: { prints, code: 1 } }), ["9 passed, 1 failed", 1]);
  });

  it("counts a node that is too slow", async () => {
    const prints = "0.70 ± 3 % of the limit, at least 0.8 wanted";
    assert.deepEqual(await run({ "run bench -- --check": { prints, code: 1 } }), ["9 passed, 1 failed", 1]);
  });

  it("counts a step that dies without a word, and runs the others", async () => {
    assert.deepEqual(await run({ "run test:runtimes": { prints: "", code: 137 } }), [
      "6 passed, 1 failed",
      1,
    ]);
  });

  describe("on a machine without the fonts", () => {
    const dpkg = "exit 1";
    const asked = async (): Promise<string[]> =>
      (await readFile(path.join(folder, "asked"), "utf8")).trimEnd().split("\n");

    it("installs them and Chromium before the tests in a browser", async () => {
      const does = `[ "$(wc -l <"${folder}/asked")" = 2 ] || exit 1`;
      assert.deepEqual(
        await run(
          { "run test:editor": { prints: passing, does } },
          { dpkg, "apt-get": `echo "$*" >>"${folder}/asked"` },
        ),
        ["9 passed, 0 failed", 0],
      );
      const [update, install] = await asked();
      assert.match(update ?? "", /^update/);
      assert.match(install ?? "", /^install .*chromium fonts-noto-cjk$/);
    });

    it("counts an installation that fails, and runs the tests", async () => {
      assert.deepEqual(await run({}, { dpkg, "apt-get": "exit 100" }), ["9 passed, 1 failed", 1]);
    });
  });
});
