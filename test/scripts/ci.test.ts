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

  type Steps = Record<string, { prints: string; code?: number; does?: string }>;

  /** Its last line and its exit code. */
  async function run(steps: Steps, tools?: Record<string, string>): Promise<[string, unknown]> {
    const { lines, code } = await outputOf(steps, tools);
    return [lines.at(-1) ?? "", code];
  }

  /** Runs it with an npm that prints these words and ends with these codes, by the name of the script. */
  async function outputOf(
    steps: Steps,
    tools: Record<string, string> = {},
  ): Promise<{ lines: string[]; code: unknown }> {
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
    return { lines: output.text().trimEnd().split("\n"), code };
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

  describe("repeats before its last line", () => {
    /** What stands there, blank lines left out. */
    async function repeated(steps: Steps): Promise<string[]> {
      const { lines } = await outputOf(steps);
      return lines.slice(lines.lastIndexOf("== What failed") + 1, -1).filter((line) => line !== "");
    }

    const failure = (n: number): string[] => [
      `  ${n}) the dialogs`,
      `       test ${n}:`,
      "     Error: no such lamp",
      ...Array.from({ length: 9 }, (_none, m) => `      at frame${m} (file.ts:${m}:1)`),
    ];
    const printed = (...failures: string[][]): string =>
      [
        "  ✔ fine",
        passing,
        `  ${failures.length} failing`,
        "",
        ...failures.flatMap((one) => [...one, ""]),
      ].join("\\n");

    it("what failed in every step: titles, error and the first lines of the stack", async () => {
      const prints = printed(failure(1), failure(2));
      const steps = {
        test: { prints, code: 2 },
        "run test:editor": { prints: printed(failure(1)), code: 1 },
      };
      const short = (n: number): string[] => failure(n).slice(0, 6);
      assert.deepEqual(await repeated(steps), [
        "-- npm test",
        ...short(1),
        ...short(2),
        "-- npm run test:editor",
        ...short(1),
      ]);
    });

    it("nothing where nothing failed", async () => {
      const { lines } = await outputOf({});
      assert.ok(!lines.includes("== What failed"));
    });

    it("no more than 200 lines, and says that there are more", async () => {
      const prints = printed(...Array.from({ length: 100 }, (_none, n) => failure(n + 1)));
      const lines = await repeated({
        test: { prints, code: 1 },
        "run test:editor": { prints, code: 1 },
        "run test:runtimes": { prints, code: 1 },
      });
      assert.ok(lines.length <= 200, String(lines.length));
      assert.ok(lines.includes("(510 more lines in the output of this step)"), lines.at(-1));
    });

    it("the last lines of a step that is no test, and of a process without a summary", async () => {
      const check = { prints: "measuring\\n0.70 ± 3 % of the limit, at least 0.8 wanted", code: 1 };
      assert.deepEqual(await repeated({ "run bench -- --check": check }), [
        "-- npm run bench -- --check",
        "Step failed: npm run bench -- --check (exit code 1)",
        "measuring",
        "0.70 ± 3 % of the limit, at least 0.8 wanted",
      ]);
      const lint = `Ended with exit code 1: node scripts/lint.mjs\\nlib/x.ts: unused\\n${passing}\\nStep failed: lint`;
      assert.deepEqual(await repeated({ test: { prints: lint, code: 1 } }), [
        "-- npm test",
        "Ended with exit code 1: node scripts/lint.mjs",
        "lib/x.ts: unused",
        "Step failed: lint",
      ]);
    });
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
      assert.match(install ?? "", /^install .*chromium-headless-shell fonts-noto-cjk$/);
    });

    it("installs the whole of Chromium where there is no package without windows", async () => {
      const apt = `echo "$*" >>"${folder}/asked"; case "$*" in *headless*) exit 100;; esac`;
      assert.deepEqual(await run({}, { dpkg, "apt-get": apt }), ["9 passed, 0 failed", 0]);
      assert.match((await asked()).at(-1) ?? "", /^install .*chromium fonts-noto-cjk$/);
    });

    it("counts an installation that fails, and runs the tests", async () => {
      assert.deepEqual(await run({}, { dpkg, "apt-get": "exit 100" }), ["9 passed, 1 failed", 1]);
    });
  });
});
