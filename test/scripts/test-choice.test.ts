import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../support/npm";

interface Choice {
  name: string;
  isPart: boolean;
  files: string[];
  options: string[];
}

interface Suites {
  choose(args: string[], from: string): Choice;
  allTests(): string[];
  compiled(file: string): string;
  slowest: Record<string, number>;
  alone: string[];
  waiting: string[];
  sharing: string[];
  inOneVersion: Record<string, string>;
}

describe("npm test, told what to run", () => {
  let suites: Suites;

  before(async () => {
    suites = (await import(pathToFileURL(path.join(packageRoot, "scripts/suites.mjs")).href)) as Suites;
  });

  const choose = (...args: string[]): Choice => suites.choose(args, packageRoot);

  it("runs every test in one of its three suites, and none in two", () => {
    const files = [[], ["editor"], ["runtimes"]].flatMap((args) => choose(...args).files);
    assert.deepEqual(files.toSorted(), suites.allTests());
    assert.ok(suites.allTests().includes("test/scripts/test-choice.test.ts"));
    for (const file of files) assert.ok(existsSync(path.join(packageRoot, suites.compiled(file))), file);
  });

  it("keeps the long runs for npm run soak, which does them in full", () => {
    const { files } = choose("soak");
    assert.ok(files.includes("test/runtimes/soak.test.ts"));
    for (const file of files) assert.ok(suites.allTests().includes(file), file);
  });

  it("runs every editor test in one version of Node-RED at least, and in both for npm run soak", () => {
    for (const [file, version] of Object.entries(suites.inOneVersion)) {
      assert.ok(["4", "5"].includes(version), file);
      assert.ok(choose("editor").files.includes(file), file);
      assert.ok(choose("soak").files.includes(file), file);
    }
  });

  it("knows only files that are there as slow, or as better run alone", () => {
    for (const file of [...Object.keys(suites.slowest), ...suites.alone, ...suites.waiting])
      assert.ok(suites.allTests().includes(file), file);
  });

  it("knows which files share a Node-RED", () => {
    const shares = (file: string): boolean => /from ".*\/shared-runtime"/.test(readFileSync(file, "utf8"));
    const sharing = choose("runtimes").files.filter(shares);
    assert.deepEqual(suites.sharing, sharing);
  });

  for (const file of [
    "test/cloud/client.test.ts",
    "./test/cloud/client.test.ts",
    "dist/test/cloud/client.test.js",
    "test/cloud/client.test.js",
    path.join(packageRoot, "test/cloud/client.test.ts"),
  ]) {
    it(`finds a file by ${path.isAbsolute(file) ? "its absolute path" : file}`, () => {
      assert.deepEqual(choose(file), {
        name: "units",
        isPart: true,
        files: ["test/cloud/client.test.ts"],
        options: [],
      });
    });
  }

  it("finds a file from the folder that npm was called in, and all files of a folder", () => {
    const from = path.join(packageRoot, "test/cloud");
    assert.deepEqual(suites.choose(["client.test.ts"], from).files, ["test/cloud/client.test.ts"]);
    const { files } = choose("test/cloud");
    assert.ok(files.length > 5 && files.every((file) => file.startsWith("test/cloud/")));
  });

  it("gives a file the time that its suite has", () => {
    assert.equal(choose("test/editor/looks.test.ts").name, "editor");
    assert.equal(choose("test/runtimes/load.test.ts").name, "runtimes");
  });

  it("passes --grep on, in all its spellings, and searches the whole suite", () => {
    for (const options of [
      ["--grep", "signs"],
      ["-g", "signs"],
      ["--grep=signs"],
      ["--bail", "--grep", "a b"],
    ]) {
      const choice = choose("editor", ...options);
      assert.deepEqual([choice.name, choice.isPart, choice.options], ["editor", true, options]);
      assert.deepEqual(choice.files, choose("editor").files);
    }
  });

  it("accepts a file and options in any order", () => {
    for (const args of [
      ["test/cloud/client.test.ts", "--grep", "signs"],
      ["--grep", "signs", "test/cloud/client.test.ts"],
    ]) {
      const { files, options } = choose(...args);
      assert.deepEqual([files, options], [["test/cloud/client.test.ts"], ["--grep", "signs"]]);
    }
  });

  it("names what it cannot find", () => {
    for (const name of [
      "test/cloud/cleint.test.ts",
      "test/support/nodes.ts",
      "lib/cloud/client.ts",
      "edtior",
    ]) {
      assert.throws(() => choose(name), { message: `There is no test at ${name}.` });
    }
  });
});
