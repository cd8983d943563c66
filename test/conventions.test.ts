import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  declaredNames,
  misplacedImports,
  oddLateLoads,
  oddThrows,
  type Source,
  undocumentedThrows,
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

/** Words of our own that field terms have replaced, and the ones that stand for them now. */
const oldWords: Record<string, string> = {
  bag: "list, index",
  gatekeeper: "authenticator",
  handout: "pending",
  handouts: "pending",
  house: "definition",
  intermission: "buffer",
  mend: "recover",
  place: "permit, target, index, position",
  places: "permits, targets, indexes, positions",
  sentence: "text, message",
  sentences: "texts, messages",
  surroundings: "context",
  told: "reported",
  verdict: "classification",
  visit: "context",
  visitor: "session",
};
const oldNames = [
  "around",
  "door",
  "errorBook",
  "frontDesk",
  "inTime",
  "isInTheWay",
  "numberNoise",
  "shownService",
  "stand",
  "unlessAborted",
];
const oldBeginnings = /^(?:most|longest|least|largest|highest)(?![a-z])|^Waiting$|timeOut/;

function hasOldName(name: string): boolean {
  const words = name.split(/(?=[A-Z])|_/).map((word) => word.toLowerCase());
  const own = name.charAt(0).toLowerCase() + name.slice(1);
  return (
    words.some((word) => Object.hasOwn(oldWords, word)) || oldNames.includes(own) || oldBeginnings.test(name)
  );
}

describe("conventions (docs/development.md)", () => {
  it("imports come in one order: Node.js, packages, own files from far to near", () => {
    assert.ok(all.length > 400);
    assert.deepEqual(all.flatMap(misplacedImports), []);
  });

  it("modules are loaded late by a typed require, but for the one that is an ES module", () => {
    assert.deepEqual(product.flatMap(oddLateLoads), [
      "lib/simulator/mqtt/broker.ts loads aedes",
      // A browser has no require.
      "nodes/account/account-dialog.editor.ts loads ./safety.lazy.editor.js",
      "nodes/account/connection-check.editor.ts loads ../../editor/check.lazy.editor.js",
      "nodes/fleet/fleet-look-ups.editor.ts loads ./devices.lazy.editor.js",
      "nodes/subscription/subscription-check.editor.ts loads ../../editor/check.lazy.editor.js",
    ]);
  });

  it("what a function throws is said in one form", () => {
    assert.deepEqual(all.flatMap(oddThrows), []);
    assert.deepEqual(product.flatMap(undocumentedThrows), []);
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

  it("what is declared has the field's name, not one of the old ones", () => {
    const found = all.flatMap((source) =>
      declaredNames(source)
        .filter(hasOldName)
        .map((name) => `${source[0]}: ${name}`),
    );
    assert.deepEqual(found, []);
  });
});

describe("conventions: what would be found", () => {
  const source = (text: string): Source => ["lib/base/a.ts", text];
  const imports = (...names: string[]): Source =>
    source(names.map((name) => `import { a } from "${name}";\n`).join(""));

  it("imports out of order", () => {
    const orders = [
      ["undici", "node:fs"],
      ["./b", "undici"],
      ["./b", "../b"],
      ["../b", "../../b"],
      ["node:path", "node:fs"],
    ];
    for (const order of orders) assert.equal(misplacedImports(imports(...order)).length, 1, order.join());
    assert.deepEqual(misplacedImports(imports("node:fs", "undici", "../../z", "../a", "./a", "./b")), []);
  });

  it("late loading by import(), or by a require without its type", () => {
    for (const text of [
      'await import("./b");',
      'const b = require("./b");',
      'const b: typeof import("./c") = require("./b");',
    ]) {
      assert.deepEqual(oddLateLoads(source(text)), ["lib/base/a.ts loads ./b"], text);
    }
    const typed =
      'const { b }: typeof import("./b") = require("./b");\nconst c = (): typeof import("./c") => require("./c");';
    assert.deepEqual(oddLateLoads(source(`${typed}\nlet d: import("./d").D;`)), []);
  });

  it("a comment that says Throws, a tag without a type, and a throw without a comment", () => {
    for (const text of ["/** Throws Failure. */", " * @throws Failure", " * Rejects with Failure."]) {
      assert.equal(oddThrows(source(text)).length, 1, text);
    }
    const throwing = "export function a() {\n  if (b) throw c;\n}\n";
    assert.deepEqual(undocumentedThrows(source(`/** Does. */\n${throwing}`)), ["lib/base/a.ts: a throws"]);
    assert.deepEqual(undocumentedThrows(source(`/** @throws {C} where b */\n${throwing}`)), []);
  });

  it("an export that nobody imports, or a test only", () => {
    const text = "export const a = 1;\n/** For its test. */\nexport const b = 2;\nexport type C = 3;\n";
    const test: Source = ["test/base/text.test.ts", 'import { a, b, type C } from "../../lib/base/text";'];
    assert.deepEqual(unusedExports([["lib/base/text.ts", text]], [], []).length, 3);
    assert.deepEqual(unusedExports([["lib/base/text.ts", text]], [], [test]), ["lib/base/text.ts exports a"]);
    assert.deepEqual(unusedExports([["lib/base/text.ts", text]], [test], []), []);
  });

  it("an old name, wherever it is declared", () => {
    const text =
      "class FrontDesk {}\nconst mostBytes = 1;\nfunction verdictOf(told: string) {}\ninterface A {\n  place: number;\n}\n";
    const more =
      "const { bag } = it;\nfor (const sentence of all) {}\nall.map((house) => 1);\nconst longest = 1;\n";
    const found = declaredNames(source(text + more))
      .filter(hasOldName)
      .toSorted();
    const names = [
      "FrontDesk",
      "bag",
      "house",
      "longest",
      "mostBytes",
      "place",
      "sentence",
      "told",
      "verdictOf",
    ];
    assert.deepEqual(found, names);
    const free = ["replace", "placeholder", "mostly", "timedOut", "timeout", "waiting", "leastOf"];
    assert.deepEqual(free.filter(hasOldName), ["leastOf"]);
  });
});
