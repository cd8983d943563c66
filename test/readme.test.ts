import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { ramPolicy } from "../lib/look-up/ram-policy";

describe("READMEs", () => {
  it("show the error book as it is", () => {
    const check = spawnSync(process.execPath, ["scripts/readme.mjs", "--check"], { encoding: "utf8" });
    assert.equal(check.status, 0, check.stderr);
  });

  for (const file of ["README.md", "README.zh-CN.md"]) {
    it(`${file} shows the policy that the account's dialog offers`, () => {
      const [, block] = /```json\n( *\{\s+"Version"[^]*?)```/.exec(readFileSync(file, "utf8")) ?? [];
      assert.deepEqual(JSON.parse(block ?? ""), JSON.parse(ramPolicy()));
    });

    it(`${file} links to files that are there`, () => {
      const links = [...readFileSync(file, "utf8").matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(
        (match) => match[1]!,
      );
      assert.ok(links.length >= 4);
      for (const link of links) assert.ok(existsSync(link), link);
    });
  }
});
