import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { needs, ramActions } from "../lib/look-up/ram-policy";

describe("the table of the platform's error codes", () => {
  it("is that of the catalog, in both languages", () => {
    const check = spawnSync(process.execPath, ["scripts/error-pages.mjs", "--check"], { encoding: "utf8" });
    assert.equal(check.status, 0, check.stderr);
  });
});

/** Every text file of the project, the compiled and the installed ones left out. */
function texts(folder = "."): [file: string, text: string][] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const file = path.join(folder, entry.name);
    if (["node_modules", "dist", "cache", ".git"].includes(entry.name)) return [];
    if (entry.isDirectory()) return texts(file);
    return /\.(md|json|html|ts|m?js|css)$/.test(entry.name) ? [[file, readFileSync(file, "utf8")]] : [];
  });
}

describe("the command of the simulator", () => {
  it("is never shown under a name that npx would look up in the registry", () => {
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

  for (const file of ["docs/simulator/command.md", "docs/zh/simulator/command.md"]) {
    it(`${file} includes the package that MQTT devices need`, () => {
      const commands = readFileSync(file, "utf8").match(/^\$ npx .*--mqtt-port.*$/gm) ?? [];
      assert.equal(commands.length, 1);
      for (const command of commands) assert.match(command, / -p aedes /);
    });
  }
});

describe("the actions that RAM has to allow", () => {
  const actionsIn = (text: string): string[] =>
    Array.from(text.matchAll(/(?<![\w-])iot:[A-Za-z]\w+/g), ([action]) => action);

  for (const language of ["en-US", "zh-CN"]) {
    it(`${language}: the account's help lists all of them and no other`, () => {
      const help = readFileSync(`locales/${language}/account.html`, "utf8");
      assert.deepEqual(actionsIn(help).sort(), [...ramActions].sort());
    });
  }

  it("no text names one that is not among them", () => {
    const files = readdirSync("locales", { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(json|html)$/.test(name))
      .map((name) => path.join("locales", name));
    const pages = readdirSync("docs", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
      .map((name) => path.join("docs", name));
    assert.ok(pages.length > 50);
    for (const file of [...files, ...pages, "README.md", "README.zh-CN.md"]) {
      const others = actionsIn(readFileSync(file, "utf8")).filter((action) => !ramActions.includes(action));
      assert.deepEqual(others, [], file);
    }
  });

  it("are those that the code calls", () => {
    const sources = ["lib/fleet", "lib/invocation", "lib/look-up", "lib/reading", "nodes"].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => readFileSync(path.join(folder, name), "utf8")),
    );
    const called = sources.flatMap((source) =>
      Array.from(
        source.matchAll(
          /(?:client\.call\(|ask\((?:this\.)?caller, |\b(?:run|calls)\.ask\(|\.ask\(run, |\boperation(?:: | = )|\baction: |\bread\(|\bactionOf: \(\) =>)\s*"([A-Z]\w+)"/g,
        ),
        ([, operation]) => `iot:${operation}`,
      ),
    );
    const { "node-red": own } = JSON.parse(readFileSync("package.json", "utf8")) as {
      "node-red": { nodes: Record<string, string> };
    };
    const types = Object.keys(own.nodes).map((name) => `aliyun-iot-${name}`);
    const actionsOf = (isThere: boolean): string[] =>
      needs
        .filter(({ type }) => types.includes(type) === isThere)
        .flatMap(({ actions }) => actions.map((action) => `iot:${action}`));
    const needed = new Set(actionsOf(true));
    // What is called for a node that is still to come.
    const ofOthers = new Set(actionsOf(false).filter((action) => !needed.has(action)));
    const now = [...called, "iot:sub"].filter((action) => !ofOthers.has(action));
    assert.deepEqual([...new Set(now)].sort(), [...needed].sort());
  });
});
