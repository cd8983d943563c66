import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { declaredSets } from "./support/admin";
import { packageRoot } from "./support/npm";

const languages = ["en-US", "zh-CN"];
const sets = Object.keys(declaredSets());

/** Chinese texts that are the field's own words in every language. */
const namesInEveryLanguage = new Set([
  "AccessKey",
  "AccessKey ID",
  "AccessKey Secret",
  "BigInt __value__",
  "Buffer",
  "IotId",
  "Symbol",
  "null",
]);

type Texts = Map<string, string>;

function read(...parts: string[]): string {
  return readFileSync(path.join(packageRoot, ...parts), "utf8");
}

/** Every text of a set, by the dots between its keys. */
function texts(language: string, set: string): Texts {
  const found: Texts = new Map();
  const walk = (branch: object, prefix: string): void => {
    for (const [key, value] of Object.entries(branch) as [string, unknown][]) {
      assert.ok(!key.includes("."), `${key}: a dot in a key separates levels`);
      if (typeof value === "string") found.set(`${prefix}${key}`, value);
      else if (typeof value === "object" && value !== null) walk(value, `${prefix}${key}.`);
      else assert.fail(`${prefix}${key} is no text`);
    }
  };
  walk(JSON.parse(read("locales", language, `${set}.json`)) as object, "");
  return found;
}

function placeholders(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/__(\w+?)__/g), ([, name]) => name ?? ""))].sort();
}

/** Not only placeholders and what stands between them. */
function hasWords(text: string): boolean {
  return /\p{L}/u.test(text.replace(/__\w+?__/g, ""));
}

/** What the browser runs of a node and shows of it. */
function editorSource(set: string): string {
  return [read("nodes", set, `${set}.html`), ...sources(`nodes/${set}`, ".editor.ts")].join("\n");
}

/** What dialogs share whose nodes work with one device: code, and markup that the build puts into theirs. */
function deviceSource(): string {
  return [...sources("editor/device", ".ts"), ...sources("editor/device", ".html")].join("\n");
}

/** All code that asks for texts. */
function allSources(): string {
  return [...sources("nodes", ".ts"), ...sources("lib", ".ts"), ...sources("editor", ".ts")].join("\n");
}

/** The sources below a folder, one text each. */
function sources(folder: string, extension: string): string[] {
  return readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .map((name) => read(folder, name));
}

function matches(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, found]) => found ?? "");
}

/** What the code asks for of each set's texts. The code holds whole keys, never pieces of them. */
function usedKeys(): Map<string, Set<string>> {
  const used = new Map(sets.map((set) => [set, new Set<string>()]));
  for (const set of sets) {
    // Its catalog has the shared texts.
    const source = editorSource(set) + (set === "invoke-service" ? deviceSource() : "");
    for (const key of matches(source, /(?<![\w/:-])(aliyun-iot-[\w-]+\.[\w-]+(?:\.[\w-]+)*)/g))
      used.get(set)?.add(key);
    const category = /category: "([\w-]+)"/.exec(source)?.[1];
    // The palette looks for a category's label in the set of its first node, by the part before the hyphen.
    if (category !== "config") used.get(set)?.add(`palette.label.${category?.split("-")[0]}`);
  }
  for (const key of matches(
    allSources(),
    /["'`]((?:aliyun-iot-invoke-service\.)?(?:errors|check|hints|status|picker|panel|connection|reply|shape)\.[\w-]+)["'`]/g,
  )) {
    used
      .get("invoke-service")
      ?.add(`aliyun-iot-invoke-service.${key.replace("aliyun-iot-invoke-service.", "")}`);
  }
  return used;
}

function help(language: string, set: string): string {
  return read("locales", language, `${set}.html`);
}

describe("the texts of the package", () => {
  const used = usedKeys();

  for (const set of sets) {
    const english = texts("en-US", set);

    for (const language of languages) {
      const own = texts(language, set);

      it(`${set}, ${language}: no text is missing`, () => {
        assert.deepEqual([...(used.get(set) ?? [])].filter((key) => !own.has(key)).sort(), []);
      });

      it(`${set}, ${language}: no text is unused`, () => {
        assert.deepEqual([...own.keys()].filter((key) => !used.get(set)?.has(key)).sort(), []);
      });

      it(`${set}, ${language}: no text is blank`, () => {
        assert.deepEqual(
          [...own].filter(([, text]) => text.trim() === ""),
          [],
        );
      });

      it(`${set}, ${language}: the same keys and placeholders as in English`, () => {
        assert.deepEqual([...own.keys()].sort(), [...english.keys()].sort());
        for (const [key, text] of own) {
          assert.deepEqual(placeholders(text), placeholders(english.get(key) ?? ""), key);
        }
      });

      it(`${set}, ${language}: help for every node`, () => {
        const types = matches(editorSource(set), /registerType\("([\w-]+)"/g);
        assert.deepEqual(matches(help(language, set), /data-help-name="([\w-]+)"/g), types);
      });

      it(`${set}, ${language}: help with the same sections as in English`, () => {
        for (const tag of ["h3", "h4", "li", "dt", "dl", "p", "a"]) {
          const count = (text: string): number => matches(text, new RegExp(`<(${tag})[ >]`, "g")).length;
          assert.equal(count(help(language, set)), count(help("en-US", set)), `<${tag}>`);
        }
      });
    }

    it(`${set}: Chinese is Chinese and English is English`, () => {
      const untranslated = [...texts("zh-CN", set)].filter(
        ([, text]) => !/\p{Script=Han}/u.test(text) && hasWords(text) && !namesInEveryLanguage.has(text),
      );
      assert.deepEqual(untranslated, []);
      assert.deepEqual(
        [...english].filter(([, text]) => /\p{Script=Han}/u.test(text)),
        [],
      );
    });
  }

  it("no text in the html of a node but what a translation replaces", () => {
    for (const set of sets) {
      const [, template = ""] =
        /<script type="text\/html"[^>]*>([\s\S]*?)<\/script>/.exec(read("nodes", set, `${set}.html`)) ?? [];
      assert.deepEqual(matches(template, />\s*([^<>\s][^<>]*)</g), [], set);
    }
    assert.deepEqual(
      sources("editor/device", ".html").flatMap((part) => matches(part, />\s*([^<>\s][^<>]*)</g)),
      [],
    );
  });

  it("texts taken from Node-RED are there, in both languages", () => {
    const keys = sets.flatMap((set) => matches(read("nodes", set, `${set}.html`), /node-red:([\w.-]+)/g));
    assert.ok(keys.length > 0);
    for (const language of languages) {
      const file = require.resolve(`@node-red/nodes/locales/${language}/messages.json`);
      const catalog = JSON.parse(readFileSync(file, "utf8")) as unknown;
      for (const key of keys) {
        const text = key
          .split(".")
          .reduce<unknown>(
            (branch, name) => (branch as Record<string, unknown> | undefined)?.[name],
            catalog,
          );
        assert.equal(typeof text, "string", `${language}: ${key}`);
      }
    }
  });

  it("every placeholder is filled in by the code", () => {
    const code = allSources();
    for (const set of sets) {
      for (const [key, text] of texts("en-US", set)) {
        for (const name of placeholders(text)) {
          assert.match(code, new RegExp(`[{,(]\\s*${name}\\b\\s*[:,})]`), `__${name}__ in ${key}`);
        }
      }
    }
  });

  it("status texts fit below a node", () => {
    for (const language of languages) {
      const status = [...texts(language, "invoke-service")]
        .filter(([key]) => key.includes(".status."))
        // As long as what they are filled in with: a code of a device, seconds, a number of calls.
        .map(([key, text]): [string, string] => [
          key,
          // Of a roll-out, no more than 5000 devices are in flight.
          text.replace("__inFlight__", "5000").replace(/__\w+?__/g, "100000"),
        ]);
      assert.ok(status.length > 0);
      assert.deepEqual(
        // A sign and the time stand before them.
        status.filter(([, text]) => text.length > 24),
        [],
      );
    }
  });
});

describe("the icons of the package", () => {
  it("are there, are used, and are white on nothing", () => {
    const used = sets.flatMap((set) => matches(editorSource(set), /icon: "(?=[\w-]+\.svg)([\w.-]+)"/g));
    assert.deepEqual(readdirSync(path.join(packageRoot, "icons")).sort(), used.sort());
    for (const icon of used) {
      const svg = read("icons", icon);
      assert.match(svg, /viewBox="0 0 40 60"/);
      const colours = matches(svg, /(?:fill|stroke)="([^"]+)"/g);
      assert.deepEqual([...new Set(colours)].sort(), ["#fff", "none"]);
    }
  });
});
