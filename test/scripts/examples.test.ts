import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { accountDefaults } from "../../nodes/defaults/account";
import { subscriptionDefaults } from "../../nodes/defaults/subscription";
import type { FlowNode } from "../support/admin";
import { packageRoot } from "../support/npm";
import { type Cookbook, type ExampleFlows, script } from "../support/scripts";

const exampleFlows = (): Promise<ExampleFlows> => script("example-flows.mjs");
const cookbook = (): Promise<Cookbook> => script("cookbook.mjs");

/** All examples, or those of npm start, as one flow. */
async function merged(language = "en-US", which: "all" | "tabs" = "all"): Promise<FlowNode[]> {
  const { allExamples, mergeExamples } = await exampleFlows();
  return which === "tabs"
    ? mergeExamples(language)
    : mergeExamples(
        language,
        allExamples().map(({ number }) => number),
      );
}

const folder = path.join(packageRoot, "examples");
const read = (name: string): FlowNode[] => JSON.parse(readFileSync(path.join(folder, name), "utf8"));
/** All flows below the folder, with slashes. */
const everything = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".json"));
const inChinese = everything.filter((name) => name.startsWith("中文/"));
/** The English ones, from which the Chinese ones are made. */
const files = new Map(
  everything.filter((name) => !inChinese.includes(name)).map((name) => [name, read(name)]),
);
/** Examples that need another package; they are not among the flows of npm start. */
const optional = [...files].filter(([, nodes]) => nodes.some(({ type }) => type.startsWith("ui-")));
/** Examples that are about accounts of their own. */
const withOwnAccounts = ["17-rules-for-a-valve", "20-several-sites"];
const isAccount = ({ type }: FlowNode): boolean => type === "aliyun-iot-account";
const isSubscription = ({ type }: FlowNode): boolean => type === "aliyun-iot-subscription";
/** Neither on a tab nor in a subflow. */
const isConfig = (node: FlowNode): boolean => !("x" in node || "z" in node || node.type === "tab");
const isAwaiting = (node: FlowNode): boolean =>
  node["awaitReply"] === true || ["reply", "reported"].includes(String(node["confirm"]));
const wiresOf = (node: FlowNode): string[] => [node["wires"] ?? []].flat(2).map(String);

for (const [name, nodes] of files) {
  describe(`the example ${path.basename(name, ".json")}`, () => {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const drawn = nodes.filter((node) => "x" in node);

    it("needs no credentials: its accounts are on the simulator", () => {
      const accounts = nodes.filter(isAccount);
      assert.ok(accounts.length === 1 || withOwnAccounts.includes(path.basename(name, ".json")));
      for (const account of accounts) assert.equal(account["platform"], "simulator");
      // In a subflow, the account may be a variable of each copy.
      const copies = nodes.filter(({ type }) => type.startsWith("subflow:"));
      const ids = accounts.map(({ id }) => id);
      for (const { account } of nodes.filter((node) => "account" in node)) {
        if (account !== "${ACCOUNT}") assert.ok(ids.includes(String(account)));
        else for (const { env } of copies) assert.match(JSON.stringify(env), new RegExp(ids.join("|")));
      }
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
          ["aliyun-iot-message-in", "mqtt in"].includes(type) || repeat || crontab || once === true,
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
      const leavesSubflow = JSON.stringify(nodes.map(({ out }) => out));
      for (const node of nodes.filter(({ type }) => type in outputs)) {
        const ports = node["wires"];
        assert.ok(Array.isArray(ports) && ports.length === outputs[node.type], node.id);
        for (const [port, wires] of ports.entries())
          assert.ok(
            wires.length > 0 || leavesSubflow.includes(`{"id":"${node.id}","port":${port}}`),
            node.id,
          );
      }
    });
  });
}

describe("the examples that need another package", () => {
  it("stand in a folder that names it, share the account, and say what they need in both languages", async () => {
    const { needDashboard } = await cookbook();
    assert.deepEqual(
      optional.map(([name]) => name.replace(/-.*/, "")).toSorted(),
      needDashboard.map((number) => `Dashboard 2/${number}`),
    );
    const [account] = files.get("0-start-here.json")!.filter(isAccount);
    for (const [, nodes] of optional) {
      assert.deepEqual(nodes.filter(isAccount), [account]);
      const [tab] = nodes.filter(({ type }) => type === "tab");
      assert.match(String(tab?.["info"]), /[Nn]eeds Dashboard 2[^]*需要 Dashboard 2/);
    }
  });
});

describe("the cookbook", () => {
  it("lists every example, and its tabs need no other package", async () => {
    const { tabs, needDashboard } = await cookbook();
    const all = (await exampleFlows()).allExamples();
    assert.deepEqual(
      all.map(({ file }) => file.slice("examples/".length)).toSorted(),
      [...files.keys()].toSorted(),
    );
    const numbers = all.map(({ number }) => number);
    assert.deepEqual(numbers, [...new Set(numbers)]);
    for (const number of tabs) assert.ok(numbers.includes(number) && !needDashboard.includes(number));
  });

  it("has each flow in Chinese as well, made from the English one (npm run examples)", async () => {
    const { allExamples, readExample, inLanguage } = await exampleFlows();
    const all = allExamples();
    assert.deepEqual(
      all.map(({ chineseFile }) => chineseFile.slice("examples/".length)).toSorted(),
      inChinese.toSorted(),
    );
    for (const { file, chineseFile } of all)
      assert.deepEqual(readExample(chineseFile), inLanguage(readExample(file), "zh-CN"), chineseFile);
  });

  it("keeps names that every file system takes", () => {
    for (const name of everything) assert.doesNotMatch(name, /[<>:"\\|?*]|[ .](?:\/|$)/);
  });
});

describe("the examples together", () => {
  it("share ids only where they share a node", () => {
    const seen = new Map<string, FlowNode>();
    for (const node of [...files.values()].flat()) {
      assert.deepEqual(node, seen.get(node.id) ?? node);
      assert.ok(!seen.has(node.id) || isConfig(node), node.id);
      seen.set(node.id, node);
    }
  });

  it("share one account and one subscription, but for those that are about accounts", () => {
    const all = [...files].filter(([name]) => !withOwnAccounts.includes(path.basename(name, ".json")));
    const shared = all.flatMap(([, nodes]) => nodes).filter(isAccount);
    assert.equal(new Set(shared.map(({ id }) => id)).size, 1);
    const subscriptions = [...files.values()].flat().filter(isSubscription);
    assert.equal(new Set(subscriptions.map(({ id }) => id)).size, 1);
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

  it("begin with the tab of the tour, as npm start shows them", async () => {
    const [first] = (await merged("en-US", "tabs")).filter(({ type }) => type === "tab");
    assert.equal(first?.["label"], "Start here");
    assert.match(String(first["info"]), /\(#aliyun-iot-tour\)/);
  });

  const han = /\p{Script=Han}/u;
  /** Numbers with a unit, and addresses. */
  const isNeutral = (text: string): boolean => /^[\d. ]+(?:%|°F)?$/.test(text);
  for (const [language, isRight] of [
    ["en-US", (text: string) => !han.test(text)],
    ["zh-CN", (text: string) => han.test(text)],
  ] as const) {
    it(`have names and descriptions in one language, ${language}`, async () => {
      for (const node of await merged(language)) {
        const { label, name, info } = node as { label?: string; name?: string; info?: string };
        for (const text of [label, name, info])
          if (text && !isNeutral(text)) assert.ok(isRight(text), `${node.id}: ${text}`);
      }
    });
  }

  it("are the same flows in both languages", async () => {
    const shown = new Set(["label", "name", "info", "outputLabels", "title", "dismissText"]);
    /** Messages that a flow makes are in its language, and so are comments of rules and names of sites. */
    const makesText = new Set([
      "a1107e0400000017",
      "a1107e0500000007",
      "a1107e0700000006",
      "a1107e0800000009",
      "a1107e0700000012",
      "a1107acc00000017",
      "a1107e1700000009",
      "a1107e1800000007",
      "a1107e1800000008",
      "a1107e2000000003",
      "a1107e2000000004",
      "a1107e2100000005",
    ]);
    const rest = (nodes: FlowNode[]): object[] =>
      nodes
        .filter(({ id }) => !makesText.has(id))
        .map((node) => Object.fromEntries(Object.entries(node).filter(([key]) => !shown.has(key))));
    assert.deepEqual(rest(await merged("zh-CN")), rest(await merged()));
  });

  it("are one tab each, with every account and subscription once", async () => {
    for (const which of ["all", "tabs"] as const) {
      const nodes = await merged("en-US", which);
      const count = which === "all" ? files.size : (await cookbook()).tabs.length;
      assert.equal(nodes.filter(({ type }) => type === "tab").length, count);
      const ids = nodes.map(({ id }) => id);
      assert.deepEqual(ids, [...new Set(ids)]);
    }
  });
});
