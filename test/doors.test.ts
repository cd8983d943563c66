import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const sources = ["nodes", "lib"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.posix.join(folder, name)),
  )
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, text: readFileSync(file, "utf8") }));

const filesWith = (pattern: RegExp): string[] =>
  sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

describe("single points of entry", () => {
  it("every admin route is registered through the guard", () => {
    assert.deepEqual(filesWith(/httpAdmin\b(?!Cors)/), ["nodes/admin/routes.ts"]);
    assert.deepEqual(filesWith(/httpNode\b/), []);
  });

  it("every file is read by the one reader that cannot hang", () => {
    assert.deepEqual(filesWith(/"(?:node:)?fs(?:\/promises)?"/), [
      // Writes the audit file, and lets nobody wait for a disk that hangs.
      "lib/audit/disk.ts",
      "lib/base/bounded-file.ts",
      // A pipe with a time limit, for the simulator's command alone.
      "lib/simulator/definition/piped-file.ts",
    ]);
    assert.deepEqual(filesWith(/takesPipes: true/), ["lib/simulator/cli.ts"]);
  });

  it("rhea is loaded only by the module that checks its internals", () => {
    const loaded = /require\("rhea"\)|import\("rhea"\)(?!\.|;$|>)|^import (?!type)[^;]*from "rhea"/m;
    const loading = sources.filter(({ text }) => loaded.test(text.replace(/typeof import\("rhea"\)/g, "")));
    assert.deepEqual(
      loading.map(({ file }) => file),
      ["lib/base/rhea.ts"],
    );
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      dependencies: Record<string, string>;
    };
    assert.match(dependencies["rhea"]!, /^\d+\.\d+\.\d+$/);
  });
});
