import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { FlowNode } from "../support/admin";
import { packageRoot } from "../support/npm";

const folder = path.join(packageRoot, "examples");
const read = (name: string): FlowNode[] => JSON.parse(readFileSync(path.join(folder, name), "utf8"));
const files = new Map(readdirSync(folder).map((name) => [name, read(name)]));
const isAccount = ({ type }: FlowNode): boolean => type === "aliyun-iot-account";
const isSubscription = ({ type }: FlowNode): boolean => type === "aliyun-iot-subscription";
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
      for (const node of nodes.filter((each) => each["awaitReply"] === true))
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

    it("is wired from left to right between nodes that are there", () => {
      for (const node of drawn) {
        for (const id of wiresOf(node))
          assert.ok(Number(byId.get(id)?.["x"]) > Number(node["x"]), `${node.id} to ${id}`);
      }
    });

    it("wires both ports of every call", () => {
      for (const node of nodes.filter(({ type }) => type === "aliyun-iot-invoke-service")) {
        const ports = node["wires"];
        assert.ok(
          Array.isArray(ports) && ports.length === 2 && ports.every((port) => port.length > 0),
          node.id,
        );
      }
    });
  });
}

describe("the examples together, as npm start shows them", () => {
  it("share ids only where they share a node", () => {
    const seen = new Map<string, FlowNode>();
    for (const node of [...files.values()].flat()) {
      assert.deepEqual(node, seen.get(node.id) ?? node);
      assert.ok(!seen.has(node.id) || isAccount(node) || isSubscription(node), node.id);
      seen.set(node.id, node);
    }
  });

  it("are one tab each, with every account and subscription once", async () => {
    const script = pathToFileURL(path.join(packageRoot, "scripts", "user-dir.mjs")).href;
    const { mergeExamples }: { mergeExamples: () => FlowNode[] } = await import(script);
    const merged = mergeExamples();
    assert.equal(merged.filter(({ type }) => type === "tab").length, files.size);
    const ids = merged.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });
});
