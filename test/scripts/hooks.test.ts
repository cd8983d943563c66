import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot, removeFolder, temporaryFolder } from "../support/npm";
import { gatherOutput } from "../support/output";

describe("what belongs to each test of a suite", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder("hooks");
  });

  afterEach(() => removeFolder(folder));

  /** What mocha prints of a suite with three tests and these hooks. */
  async function run(hooks: string): Promise<string> {
    const file = path.join(folder, "suite.test.js");
    const support = JSON.stringify(path.join(__dirname, "../support/hooks.js"));
    const tests = ["one", "two", "three"].map(
      (name) => `it("${name}", async () => console.log("in ${name}"));`,
    );
    const suite = `describe("suite", () => { ${hooks} ${tests.join(" ")} });`;
    await writeFile(file, `const { beginEachTest, endEachTest } = require(${support}); ${suite}`);
    const mocha = path.join(packageRoot, "node_modules/mocha/bin/mocha.js");
    const child = spawn(process.execPath, [mocha, file], { stdio: ["ignore", "pipe", "pipe"] });
    const output = gatherOutput(child);
    await once(child, "close");
    return output.text();
  }

  it("fails that test alone where it fails at its end", async () => {
    const text = await run(
      `endEachTest(async function () { if (this.test.title === "two") throw new Error("complaint of " + this.test.title); });`,
    );
    assert.match(text, /2 passing[^]*1 failing[^]*1\) suite\s+two:\s+Error: complaint of two/);
  });

  it("fails that test alone where it fails at its beginning, and does not run its body", async () => {
    const text = await run(
      `beginEachTest(async function () { if (this.test.title === "one") throw new Error("no page"); });`,
    );
    assert.match(text, /2 passing[^]*1 failing[^]*1\) suite\s+one:\s+Error: no page/);
    assert.doesNotMatch(text, /in one/);
  });

  it("comes before and after the body", async () => {
    const text = await run(
      `beginEachTest(async () => console.log("begin")); endEachTest(async () => console.log("end"));`,
    );
    assert.match(text, /begin\nin one\nend\n[^]*begin\nin two\nend\n/);
    assert.match(text, /3 passing/);
  });
});
