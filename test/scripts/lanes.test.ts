import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { packageRoot } from "../support/npm";

interface Lane {
  args: string[];
  env?: Record<string, string>;
}

interface Lanes {
  dealt(files: string[], secondsOf: (file: string) => number, lanes?: number): string[][];
  runLanes(lanes: Lane[], write: (text: string) => void): Promise<number[]>;
}

describe("tests in several processes", () => {
  let lanes: Lanes;

  before(async () => {
    lanes = (await import(pathToFileURL(path.join(packageRoot, "scripts/lanes.mjs")).href)) as Lanes;
  });

  const script = (text: string, env?: Record<string, string>): Lane => ({
    args: ["-e", text],
    ...(env && { env }),
  });

  it("share every file out, and none twice", () => {
    const files = Array.from({ length: 11 }, (_none, n) => `${n}`);
    for (const count of [1, 2, 3, 4, 20]) {
      const dealt = lanes.dealt(files, () => 1, count);
      assert.equal(dealt.length, Math.min(count, files.length));
      assert.deepEqual(dealt.flat().toSorted(), files.toSorted());
      assert.ok(dealt.every(({ length }) => length > 0));
    }
  });

  it("take about as long as each other", () => {
    const seconds: Record<string, number> = { a: 5, b: 1, c: 4, d: 1, e: 9, f: 1 };
    const shares = lanes.dealt(Object.keys(seconds), (file) => seconds[file]!, 2);
    const sums = shares.map((files) => files.reduce((sum, file) => sum + seconds[file]!, 0));
    assert.ok(Math.abs(sums[0]! - sums[1]!) <= 1, sums.join(" and "));
    assert.deepEqual(
      shares.map((files) => files.toSorted()),
      shares,
    );
  });

  it("show their reports one after the other, and the summaries last", async () => {
    let shown = "";
    const report = (name: string): Lane =>
      script(
        `console.log("  ✔ " + process.env.NAME); console.log("\\n  \\u001B[92m 3 passing\\u001B[0m (2s)");
         console.error("  why " + process.env.NAME);`,
        { NAME: name },
      );
    const codes = await lanes.runLanes([report("first"), report("second")], (text) => (shown += text));
    assert.deepEqual(codes, [0, 0]);
    const lines = stripVTControlCharacters(shown).split("\n");
    const at = (text: string): number => lines.findIndex((line) => line.trim() === text);
    assert.ok(at("✔ first") < at("✔ second"));
    assert.equal(lines.filter((line) => line === "   3 passing (2s)").length, 2);
    assert.ok(at("✔ second") < at("3 passing (2s)"));
  });

  it("end with the last words of one that has failed without a summary", async () => {
    let shown = "";
    const dying = script('for (let n = 1; n <= 99; n++) console.log("word " + n); process.exitCode = 7');
    const passed = script('console.log("  3 passing (2s)")');
    await lanes.runLanes([dying, passed], (text) => (shown += text));
    const summaries = shown.slice(shown.indexOf("Ended with exit code 7: node -e"));
    assert.match(summaries, /word 98\nword 99\n {2}3 passing \(2s\)\n$/);
    assert.doesNotMatch(summaries, /word 1\n/);
  });

  it("report how each of them ended, even one that was killed", async () => {
    const codes = await lanes.runLanes(
      [script("process.exitCode = 3"), script('process.kill(process.pid, "SIGKILL")'), script("")],
      () => undefined,
    );
    assert.deepEqual(codes, [3, 1, 0]);
  });
});
