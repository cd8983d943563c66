import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { ask, askJson, declaredSets, example, packageName } from "../support/admin";
import { packageRoot } from "../support/npm";
import { type Runtime, startRuntime } from "../support/runtime";
import { versions } from "../support/versions";

interface NodeSet {
  id: string;
  types: string[];
  enabled: boolean;
  err?: string;
}

/** Node-RED says these about any new user directory with our settings, with or without the package. */
const usualWarnings = /Projects disabled|Encrypted credentials not found/;

const folder = path.join(packageRoot, "examples");
/** Without their ending; those in folders need another package. */
const examples = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.replaceAll("\\", "/").slice(0, -".json".length));

for (const version of versions) {
  describe(`the packed package in an empty user directory, Node-RED ${version}`, () => {
    let runtime: Runtime;

    before(async () => {
      // With all of Node-RED's own nodes, as users have them.
      runtime = await startRuntime({ version, flows: [], settings: { nodesExcludes: [] } });
    });

    after(() => runtime?.stop());

    it("runs the Node.js and the Node-RED that are meant", () => {
      const [nodeRed, node] = version === 4 ? ["v4.1.", "v20."] : ["v5.", "v24."];
      assert.match(runtime.log(), new RegExp(`Node-RED version: ${nodeRed}`));
      assert.match(runtime.log(), new RegExp(`Node.js {2}version: ${node}`));
    });

    it("loads every set without a warning", async () => {
      const sets = await askJson<NodeSet[]>(runtime, "nodes");
      const ours = sets.filter(({ id }) => id.startsWith(`${packageName}/`));
      const names = Object.keys(declaredSets());
      assert.deepEqual(ours.map(({ id }) => id).sort(), names.map((name) => `${packageName}/${name}`).sort());
      for (const set of ours) {
        assert.equal(set.err, undefined);
        assert.equal(set.enabled, true);
        assert.notDeepEqual(set.types, []);
      }
      const loud = runtime
        .log()
        .split("\n")
        .filter((line) => /\[(warn|error)\]/.test(line));
      assert.deepEqual(
        loud.filter((line) => !usualWarnings.test(line)),
        [],
      );
    });

    it("serves the texts of every set in English and in Chinese", async () => {
      for (const name of Object.keys(declaredSets())) {
        const [english, chinese] = await Promise.all(
          ["en-US", "zh-CN"].map((lang) =>
            askJson<Record<string, unknown>>(runtime, `nodes/${packageName}/${name}/messages?lng=${lang}`),
          ),
        );
        assert.notDeepEqual(english, {}, name);
        assert.notDeepEqual(chinese, english, name);
        assert.match(JSON.stringify(chinese), /\p{Script=Han}/u, name);
      }
    });

    it("serves help in English and in Chinese", async () => {
      for (const name of Object.keys(declaredSets())) {
        const [english, chinese] = await Promise.all(
          ["en-US", "zh-CN"].map(async (lang) => {
            const headers = { accept: "text/html", "accept-language": lang };
            const html = await ask(runtime, `nodes/${packageName}/${name}`, { headers });
            const [, help] = /<script[^>]*data-help-name=[^>]*>([^]*?)<\/script>/.exec(html) ?? [];
            return help ?? "";
          }),
        );
        assert.match(english ?? "", /\w{3,}/, `${name} has no help`);
        assert.match(chinese ?? "", /\p{Script=Han}/u, `${name} has no Chinese help`);
      }
    });

    it("serves every icon", async () => {
      const drawn = readdirSync(path.join(packageRoot, "icons")).filter((name) => name.endsWith(".svg"));
      assert.notDeepEqual(drawn, []);
      const listed = await askJson<Record<string, string[]>>(runtime, "icons");
      assert.deepEqual(listed[packageName]?.toSorted(), drawn.toSorted());
      for (const icon of drawn) {
        assert.match(await ask(runtime, `icons/${packageName}/${icon}`), /^<svg|^<\?xml/);
      }
    });

    it("serves what the dialogs load", async () => {
      // The maps, which lead a debugger to the sources, stay where the sources are.
      const names = readdirSync(path.join(packageRoot, "resources")).filter((name) => !name.endsWith(".map"));
      assert.ok(names.includes("editor.js") && names.includes("dialog.css"));
      for (const name of names) assert.notEqual(await ask(runtime, `resources/${packageName}/${name}`), "");
      for (const set of Object.keys(declaredSets())) {
        const html = await ask(runtime, `nodes/${packageName}/${set}`, { headers: { accept: "text/html" } });
        const named = [...html.matchAll(/(?:src|href)="(resources\/[^"]+)"/g)].map(([, address]) => address!);
        assert.equal(named.length, 2, set);
        for (const address of named) assert.notEqual(await ask(runtime, address), "");
      }
    });

    it("offers every example in the menu", async () => {
      type Listed = (string | { fn: string })[];
      const listed = await askJson<Listed>(runtime, `library/examples/flows/${packageName}`);
      const named = listed.map((one) => (typeof one === "string" ? one : one.fn));
      const expected = new Set(examples.map((name) => name.split("/")[0]!));
      assert.deepEqual(named.toSorted(), [...expected].toSorted());
      for (const name of examples) assert.notDeepEqual(await example(runtime, name), []);
    });
  });
}
