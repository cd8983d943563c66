import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  misplacedImports,
  oddLateLoads,
  oddThrows,
  type Source,
  untoldThrows,
  unusedExports,
} from "./support/conventions";
import { filesIn } from "./support/import-graph";

const read = (folders: readonly string[]): Source[] =>
  filesIn(folders, [".ts", ".mjs", ".js"]).map((file) => [file, readFileSync(file, "utf8")]);

const product = read(["nodes", "lib", "editor"]);
// The two have examples of what is wrong.
const examples = ["test/conventions.test.ts", "test/structure.test.ts"];
const everything = [...product, ...read(["bench", "scripts", "test"])];
const all = everything.filter(([file]) => !examples.includes(file));

describe("conventions (docs/development.md)", () => {
  it("imports come in one order: Node.js, packages, own files from far to near", () => {
    assert.ok(all.length > 400);
    assert.deepEqual(all.flatMap(misplacedImports), []);
  });

  it("modules are loaded late by a typed require, but for the one that is an ES module", () => {
    assert.deepEqual(product.flatMap(oddLateLoads), ["lib/simulator/mqtt/broker.ts loads aedes"]);
  });

  it("what a function throws is said in one form", () => {
    assert.deepEqual(all.flatMap(oddThrows), []);
    assert.deepEqual(product.flatMap(untoldThrows), []);
  });

  it("what is exported is imported by another file, or is there for a test", () => {
    const tests = all.filter(([file]) => file.startsWith("test/"));
    const others = all.filter(([file]) => file.startsWith("bench/") || file.startsWith("scripts/"));
    // Scripts load these from dist/.
    const forScripts = [
      "lib/base/local-requests.ts exports guardLocalServer",
      "lib/cloud/error-catalog.ts exports errorCatalog",
    ];
    assert.deepEqual(unusedExports(product, [...product, ...others], tests), forScripts);
    // Mocha reads these hooks.
    assert.deepEqual(unusedExports([...read(["bench"]), ...tests], everything, []), [
      "test/support/leaks.ts exports mochaHooks",
    ]);
  });
});
