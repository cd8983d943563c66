import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { regionIds } from "../../lib/cloud/regions";
import { declaredSets } from "../support/admin";
import { packageRoot } from "../support/npm";

const sets = Object.keys(declaredSets());
/** Parts of dialogs that are loaded later. */
const laterParts = ["account-safety", "editor-check"];
const resources = path.join(packageRoot, "resources");

function read(...parts: string[]): string {
  return readFileSync(path.join(packageRoot, ...parts), "utf8");
}

function versionOf(name: string): string {
  return createHash("sha256")
    .update(readFileSync(path.join(resources, name)))
    .digest("hex")
    .slice(0, 8);
}

describe("what the browser loads", () => {
  it("is one file for each node, one that they share, parts that are loaded later, and a style sheet, each with its source map", () => {
    const names = ["dialog.css", "editor.js", ...[...sets, ...laterParts].map((name) => `${name}.js`)];
    assert.deepEqual(readdirSync(resources).sort(), names.flatMap((name) => [name, `${name}.map`]).sort());
  });

  it("is small: 40 KB for what is shared, 15 KB for each node", () => {
    for (const name of ["editor", ...sets, ...laterParts]) {
      const { length } = readFileSync(path.join(resources, `${name}.js`));
      assert.ok(length < (name === "editor" ? 40_000 : 15_000), `${name}.js has ${length} bytes`);
    }
  });

  it("is made of nothing but our own code for browsers, and needs no module of Node.js", () => {
    for (const name of ["editor", ...sets, ...laterParts]) {
      const { sources } = JSON.parse(read("resources", `${name}.js.map`)) as { sources: string[] };
      assert.ok(sources.length > 0);
      for (const source of sources) {
        assert.match(
          source,
          /^\.\.\/(editor\/|lib\/|nodes\/defaults\/|nodes\/[\w-]+\/[\w.-]+\.editor\.ts$)/,
          name,
        );
      }
      const code = read("resources", `${name}.js`);
      assert.doesNotMatch(code, /\brequire\(|["']node:|\bprocess\.|\bBuffer\b/, name);
    }
  });

  it("leaves nothing in the global object", () => {
    for (const name of ["editor", ...sets, ...laterParts]) {
      assert.doesNotMatch(read("resources", `${name}.js`), /\b(window|globalThis|self)\b/, name);
    }
  });

  it("is named by its content, so that no cache mixes two versions", () => {
    const shared = `./editor.js?v=${versionOf("editor.js")}`;
    for (const set of sets) {
      const imported = [...read("resources", `${set}.js`).matchAll(/\bfrom"([^"]+)"/g)].map(
        ([, name]) => name,
      );
      assert.deepEqual([...new Set(imported)], [shared], set);
      for (const [, name = ""] of read("resources", `${set}.js`).matchAll(/\bimport\("\.\/([^"?]+)/g)) {
        assert.ok(read("resources", `${set}.js`).includes(`./${name}?v=${versionOf(name)}`), name);
      }
      const html = read("dist", "nodes", set, `${set}.html`);
      const named = [...html.matchAll(/(?:src|href)="resources\/@[^"/]+\/[^"/]+\/([^"]+)"/g)].map(
        ([, name]) => name,
      );
      const expected = ["dialog.css", `${set}.js`].map((name) => `${name}?v=${versionOf(name)}`);
      assert.deepEqual(named, expected, set);
    }
  });
});

describe("the html of a node", () => {
  it("holds markup and nothing that runs", () => {
    for (const set of sets) {
      for (const [, attributes = "", content = ""] of read("nodes", set, `${set}.html`).matchAll(
        /<script([^>]*)>([\s\S]*?)<\/script>/g,
      )) {
        const isTemplate = attributes.includes('type="text/html"');
        assert.ok(isTemplate || content.trim() === "", set);
      }
    }
  });

  it("offers every region that the runtime knows", () => {
    const [, list = ""] =
      /<select id="aliyun-iot-region">([\s\S]*?)<\/select>/.exec(read("nodes", "account", "account.html")) ??
      [];
    const offered = [...list.matchAll(/<option value="([^"]*)"/g)].map(([, id]) => id);
    assert.deepEqual(offered, [...regionIds, ""]);
  });
});
