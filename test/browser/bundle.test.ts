import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { regionIds } from "../../lib/cloud/regions";
import { declaredSets } from "../support/admin";
import { packageRoot } from "../support/npm";

const sets = Object.keys(declaredSets());
/** Parts of dialogs that are loaded later. */
const laterParts = ["account-safety", "editor-check", "fleet-devices"];
/** What several dialogs share: the first by all of them, the other by those of nodes that work with one device. */
const sharedFiles = ["editor", "device"];
const files = [...sharedFiles, ...sets, ...laterParts];
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

/** The files that a bundled file imports, and the names that it asks each of them for. */
function importsOf(name: string): Map<string, string[]> {
  const found = read("resources", `${name}.js`).matchAll(/\bimport(?:\{([^}]*)\}from)?"([^"]+)"/g);
  const wanted = new Map<string, string[]>();
  // A file may be imported more than once.
  for (const [, names = "", file = ""] of found) {
    const asked = names.split(",").map((one) => one.replace(/ as .*/s, "").trim());
    wanted.set(file, [...(wanted.get(file) ?? []), ...asked]);
  }
  return wanted;
}

function exportsOf(name: string): string[] {
  const lists = read("resources", `${name}.js`).matchAll(/\bexport\{([^}]*)\}/g);
  return Array.from(lists, ([, names = ""]) => names.split(","))
    .flat()
    .map((one) => one.replace(/^.* as /s, "").trim());
}

describe("what the browser loads", () => {
  it("is one file for each node, two that they share, parts that are loaded later, and a style sheet, each with its source map", () => {
    const names = ["dialog.css", ...files.map((name) => `${name}.js`)];
    assert.deepEqual(readdirSync(resources).sort(), names.flatMap((name) => [name, `${name}.map`]).sort());
  });

  it("is small: 40 KB for each file that is shared, 15 KB for each node", () => {
    for (const name of files) {
      const { length } = readFileSync(path.join(resources, `${name}.js`));
      assert.ok(length < (sharedFiles.includes(name) ? 40_000 : 15_000), `${name}.js has ${length} bytes`);
    }
  });

  it("is made of nothing but our own code for browsers, and needs no module of Node.js", () => {
    for (const name of files) {
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
    for (const name of files) {
      assert.doesNotMatch(read("resources", `${name}.js`), /\b(window|globalThis|self)\b/, name);
    }
  });

  it("loads each later part from a file of its own", () => {
    const code = sets.map((name) => read("resources", `${name}.js`)).join("");
    for (const name of laterParts) assert.ok(code.includes(`import("./${name}.js?v=`), name);
  });

  it("holds no source twice that two files share, and asks the shared files for nothing that they lack", () => {
    for (const name of files.filter((file) => file !== "editor")) {
      const { sources } = JSON.parse(read("resources", `${name}.js.map`)) as { sources: string[] };
      // A part that is loaded later is a file of its own.
      const copied = name === "device" ? /^\.\.\/editor\/(?!device\/)/ : /^\.\.\/editor\/(?!.*\.lazy\.)/;
      assert.deepEqual(
        sources.filter((source) => copied.test(source)),
        [],
        name,
      );
      for (const [file, wanted] of importsOf(name)) {
        const offered = exportsOf(path.basename(file).replace(/\.js\?.*/, ""));
        assert.ok(wanted.length > 0 && offered.length > 0);
        assert.deepEqual(
          wanted.filter((one) => !offered.includes(one)),
          [],
          `${name} from ${file}`,
        );
      }
    }
  });

  it("is named by its content, so that no cache mixes two versions", () => {
    const [editor, device] = sharedFiles.map((name) => `./${name}.js?v=${versionOf(`${name}.js`)}`);
    assert.deepEqual([...importsOf("device").keys()], [editor]);
    for (const set of sets) {
      const isOfDevice = ["invoke-service", "set-properties", "read-device", "wait-until", "fleet"].includes(
        set,
      );
      assert.deepEqual([...importsOf(set).keys()].sort(), isOfDevice ? [device, editor] : [editor], set);
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
  it("has each part that dialogs share in place, with its texts from the catalog that has them", () => {
    const html = read("dist", "nodes", "invoke-service", "invoke-service.html");
    assert.doesNotMatch(html, /<!--/);
    assert.match(html, /id="node-input-deviceName"/);
    assert.match(
      html,
      /data-i18n="@thing-service\/node-red-aliyun-iot\/invoke-service:aliyun-iot-invoke-service\.label\.deviceName"/,
    );
    assert.match(
      html,
      /data-i18n="\[placeholder\]@thing-service\/node-red-aliyun-iot\/invoke-service:aliyun-iot-invoke-service\./,
    );
  });

  it("holds markup and nothing that runs", () => {
    for (const set of sets) {
      for (const [, attributes = "", content = ""] of read("dist", "nodes", set, `${set}.html`).matchAll(
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
