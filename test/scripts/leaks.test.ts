import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot, removeFolder, temporaryFolder } from "../support/npm";
import { gatherOutput } from "../support/output";

describe("a run of tests", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder("leaks");
  });

  afterEach(() => removeFolder(folder));

  it("fails if a test leaves a rejection unhandled, and names the test", async () => {
    const file = path.join(folder, "lost.test.js");
    const test = `() => { Promise.reject(new Error("lost")); return new Promise((go) => setTimeout(go, 5)); }`;
    await writeFile(file, `it("loses one", ${test}); it("is innocent", () => {});`);
    const mocha = path.join(packageRoot, "node_modules/mocha/bin/mocha.js");
    const leaks = path.join(__dirname, "../support/leaks.js");
    const child = spawn(process.execPath, [mocha, "--require", leaks, file], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = gatherOutput(child);
    const [code]: unknown[] = await once(child, "close");
    assert.equal(code, 1);
    assert.match(output.text(), /A rejection was not handled during\s+x? ?loses one: Error: lost/);
    assert.match(output.text(), /2 passing/);
  });
});
