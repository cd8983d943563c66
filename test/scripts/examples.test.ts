import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { accountDefaults } from "../../nodes/defaults/account";
import { subscriptionDefaults } from "../../nodes/defaults/subscription";
import type { FlowNode } from "../support/admin";
import { packageRoot } from "../support/npm";

async function merged(language?: string): Promise<FlowNode[]> {
  const script = pathToFileURL(path.join(packageRoot, "scripts", "user-dir.mjs")).href;
  const { mergeExamples }: { mergeExamples: (language?: string) => FlowNode[] } = await import(script);
  return mergeExamples(language);
}

const folder = path.join(packageRoot, "examples");
const read = (name: string): FlowNode[] => JSON.parse(readFileSync(path.join(folder, name), "utf8"));
const isFlow = (name: string): boolean => name.endsWith(".json");
const files = new Map(
  readdirSync(folder)
    .filter(isFlow)
    .map((name) => [name, read(name)]),
);
/** Examples that need another package; they are not among the flows of npm start. */
const optional = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (name) => isFlow(name) && !files.has(name),
);
const isAccount = ({ type }: FlowNode): boolean => type === "aliyun-iot-account";
const isSubscription = ({ type }: FlowNode): boolean => type === "aliyun-iot-subscription";
const isAwaiting = (node: FlowNode): boolean =>
  node["awaitReply"] === true || ["reply", "reported"].includes(String(node["confirm"]));
const wiresOf = (node: FlowNode): string[] => [node["wires"] ?? []].flat(2).map(String);

for (const [name, nodes] of files) {
  describe(`the example ${path.basename(name, ".json")}`, () => {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const drawn = nodes.filter((node) => "x" in node);

    it("needs no credentials: its account is on the simulator", () => {
      const accounts = nodes.filter(isAccount);
      assert.equal(accounts.length, 1);
      assert.equal(accounts[0]?.["platform"], "simulator");
      for (const node of nodes) if ("account" in node) assert.equal(node["account"], accounts[0]?.id);
    });

    it("has the subscription with it wherever a node listens or waits for a reply", () => {
      const ids = nodes.filter(isSubscription).map(({ id }) => id);
      for (const node of nodes.filter(({ type }) => type === "aliyun-iot-message-in"))
        assert.ok(ids.includes(String(node["subscription"])), node.id);
      for (const node of nodes.filter(isAwaiting))
        assert.ok(ids.includes(String(node["subscription"])), node.id);
      for (const id of ids)
        assert.ok(
          nodes.some((node) => node["subscription"] === id),
          id,
        );
    });

    it("says on its tab what to try, in English and in Chinese", () => {
      const [comment] = nodes.filter(({ type }) => type === "comment");
      assert.ok(comment?.["name"]);
      assert.match(String(comment["info"]), /[a-z]{3}[^]*\p{Script=Han}/u);
    });

    it("says in the description of its tab, in both languages, whether it runs by itself", () => {
      const [tab] = nodes.filter(({ type }) => type === "tab");
      const [english = "", chinese = ""] = String(tab?.["info"]).split("\n\n---\n\n");
      assert.ok(english.length > 100 && chinese.length > 50);
      assert.match(chinese, /\p{Script=Han}/u);
      const runs = nodes.some(
        ({ type, repeat, crontab, once }) =>
          type === "aliyun-iot-message-in" || repeat || crontab || once === true,
      );
      assert.equal(english.startsWith("This tab runs by itself"), runs);
      assert.equal(chinese.startsWith("本流程会自动运行"), runs);
    });

    it("is wired from left to right between nodes that are there", () => {
      for (const node of drawn) {
        for (const id of wiresOf(node))
          assert.ok(Number(byId.get(id)?.["x"]) > Number(node["x"]), `${node.id} to ${id}`);
      }
    });

    it("wires all ports of every command", () => {
      const outputs: Record<string, number> = { "aliyun-iot-invoke-service": 2, "aliyun-iot-fleet": 3 };
      for (const node of nodes.filter(({ type }) => type in outputs)) {
        const ports = node["wires"];
        assert.ok(
          Array.isArray(ports) &&
            ports.length === outputs[node.type] &&
            ports.every((port) => port.length > 0),
          node.id,
        );
      }
    });
  });
}

describe("the examples that need another package", () => {
  it("stand in folders that name it, share the account, and say what they need in both languages", () => {
    assert.deepEqual(optional, [path.join("with-dashboard-2", "chart-of-yesterdays-temperature.json")]);
    const [account] = [...files.values()].flat().filter(isAccount);
    for (const name of optional) {
      const nodes = read(name);
      assert.deepEqual(nodes.filter(isAccount), [account]);
      const [tab] = nodes.filter(({ type }) => type === "tab");
      assert.match(String(tab?.["info"]), /Needs Dashboard 2[^]*需要 Dashboard 2/);
      assert.ok(nodes.some(({ type }) => type === "ui-chart"));
    }
  });

  it("the others do without any", () => {
    const types = new Set([...files.values()].flat().map(({ type }) => type));
    for (const type of types) assert.doesNotMatch(type, /^ui-/);
  });
});

describe("the examples together, as npm start shows them", () => {
  it("share ids only where they share a node", () => {
    const seen = new Map<string, FlowNode>();
    for (const node of [...files.values()].flat()) {
      assert.deepEqual(node, seen.get(node.id) ?? node);
      assert.ok(!seen.has(node.id) || isAccount(node) || isSubscription(node), node.id);
      seen.set(node.id, node);
    }
  });

  it("share one account and one subscription", () => {
    const all = [...files.values()].flat();
    assert.equal(new Set(all.filter(isAccount).map(({ id }) => id)).size, 1);
    assert.equal(new Set(all.filter(isSubscription).map(({ id }) => id)).size, 1);
  });

  // Node-RED takes two configuration nodes for the same only where both have every property.
  it("have every property of the account and of the subscription", () => {
    for (const node of [...files.values()].flat()) {
      const defaults = isAccount(node) ? accountDefaults : isSubscription(node) ? subscriptionDefaults : {};
      assert.deepEqual(
        Object.keys(defaults).filter((name) => !(name in node)),
        [],
      );
    }
  });

  it("begin with the tab of the tour, and nothing on it runs by itself", async () => {
    const [first] = (await merged()).filter(({ type }) => type === "tab");
    assert.equal(first?.["label"], "Start here");
    assert.match(String(first["info"]), /\(#aliyun-iot-tour\)/);
  });

  const han = /\p{Script=Han}/u;
  for (const [language, isRight] of [
    ["en-US", (text: string) => !han.test(text)],
    ["zh-CN", (text: string) => han.test(text)],
  ] as const) {
    it(`have names and descriptions in one language, ${language}`, async () => {
      for (const node of await merged(language)) {
        const { label, name, info } = node as { label?: string; name?: string; info?: string };
        for (const text of [label, name, info]) if (text) assert.ok(isRight(text), `${node.id}: ${text}`);
      }
    });
  }

  it("are the same flows in both languages", async () => {
    const shown = new Set(["label", "name", "info", "outputLabels"]);
    /** Messages that a flow makes are in its language. */
    const makesText = new Set([
      "a1107e0400000017",
      "a1107e0500000007",
      "a1107e0700000006",
      "a1107e0800000009",
    ]);
    const rest = (nodes: FlowNode[]): object[] =>
      nodes
        .filter(({ id }) => !makesText.has(id))
        .map((node) => Object.fromEntries(Object.entries(node).filter(([key]) => !shown.has(key))));
    assert.deepEqual(rest(await merged("zh-CN")), rest(await merged()));
  });

  it("are one tab each, with every account and subscription once", async () => {
    const nodes = await merged();
    assert.equal(nodes.filter(({ type }) => type === "tab").length, files.size);
    const ids = nodes.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });
});
