import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { packageName } from "../support/admin";
import { packageRoot, removeFolder, temporaryFolder } from "../support/npm";
import { gatherOutput } from "../support/output";
import { type ExampleFlows, script } from "../support/scripts";

const source = path.join(packageRoot, "docs/tasks/tests-in-ci");

describe("the project that shows how to test a flow", () => {
  let folder: string;

  before(async () => {
    folder = await temporaryFolder("tests-in-ci");
    await cp(source, folder, { recursive: true });
    const modules = path.join(folder, "node_modules");
    // Installing would take a minute; these are the same packages.
    await mkdir(path.join(modules, path.dirname(packageName)), { recursive: true });
    await symlink(packageRoot, path.join(modules, packageName), "junction");
    for (const name of ["node-red", "@node-red", "node-red-node-test-helper"])
      await symlink(path.join(packageRoot, "node_modules", name), path.join(modules, name), "junction");
  });

  after(() => removeFolder(folder));

  it("tests the flow of the page", async () => {
    const { flowOfPage, readExample } = await script<ExampleFlows>("example-flows.mjs");
    assert.deepEqual(
      JSON.parse(readFileSync(path.join(source, "flows.json"), "utf8")),
      readExample(flowOfPage("tests-in-ci")),
    );
  });

  it("passes as it is copied", async function () {
    this.timeout(60_000);
    const { code, text } = await runTests(folder);
    assert.equal(code, 0, text);
    assert.match(text, /pass 3\b/);
  });

  it("says which types the flows need where a node is not loaded", async function () {
    this.timeout(60_000);
    const plant = path.join(folder, "plant.js");
    const whole = readFileSync(plant, "utf8");
    await writeFile(plant, whole.replace(/.*15-change\.js.*/, ""));
    const { code, text } = await runTests(folder);
    await writeFile(plant, whole);
    assert.notEqual(code, 0);
    assert.match(text, /The flows did not start\. .* all of these: .*\bchange\b/);
  });
});

async function runTests(cwd: string): Promise<{ code: unknown; text: string }> {
  const child = spawn(process.execPath, ["--test"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const output = gatherOutput(child);
  const [code]: unknown[] = await once(child, "close");
  return { code, text: output.text() };
}
