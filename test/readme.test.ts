import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
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

/** Every text file of the project, the compiled and the installed ones left out. */
function texts(folder = "."): [file: string, text: string][] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const file = path.join(folder, entry.name);
    if (["node_modules", "dist", ".git"].includes(entry.name)) return [];
    if (entry.isDirectory()) return texts(file);
    return /\.(md|json|html|ts|m?js|css)$/.test(entry.name) ? [[file, readFileSync(file, "utf8")]] : [];
  });
}

describe("the command of the simulator", () => {
  it("is nowhere asked for by a name that npx would look for in the registry", () => {
    const command = ["aliyun", "iot", "simulator"].join("-");
    const found = texts().filter(([, text]) =>
      [
        ...text.matchAll(
          new RegExp(`(?:npx|npm exec|npm x|pnpm dlx|bunx|yarn dlx) ([^\\n]*?)${command}`, "g"),
        ),
      ].some(([, options]) => !/(?:-p|--package)[ =]@thing-service\/node-red-aliyun-iot\b/.test(options!)),
    );
    assert.deepEqual(
      found.map(([file]) => file),
      [],
    );
  });

  for (const file of ["README.md", "README.zh-CN.md"]) {
    it(`${file} brings the package along that devices over MQTT need`, () => {
      const commands = readFileSync(file, "utf8").match(/^\$ npx .*--mqtt-port.*$/gm) ?? [];
      assert.equal(commands.length, 1);
      for (const command of commands) assert.match(command, / -p aedes /);
    });
  }
});
