import assert from "node:assert/strict";
import * as fc from "fast-check";
import { withoutPresent } from "../../nodes/account/present-config.editor";

type Fields = Record<string, unknown>;

const account = { id: "account", type: "aliyun-iot-account", platform: "simulator" };
const subscription = { id: "subscription", type: "aliyun-iot-subscription", account: "account" };
const call = { id: "call", type: "aliyun-iot-invoke-service", account: "account", z: "tab" };

describe("an import into a flow that has its account", () => {
  let present: Map<unknown, Fields>;

  beforeEach(() => {
    present = new Map<unknown, Fields>([
      ["account", { ...account }],
      ["subscription", { ...subscription }],
    ]);
  });

  const imported = (nodes: unknown, options?: unknown): unknown =>
    withoutPresent(nodes, options, (id) => present.get(id) ?? null);
  const idsOf = (nodes: unknown[], options?: unknown): unknown =>
    (imported(nodes, options) as { id: string }[]).map(({ id }) => id);

  it("uses the account and the subscription that are there", () => {
    assert.deepEqual(idsOf([account, subscription, call]), ["call"]);
    assert.deepEqual(idsOf([account, call], { importMap: null }), ["call"]);
  });

  const others: [what: string, changes: Fields, there?: Fields][] = [
    ["has other settings", { platform: "cloud" }],
    ["has a list for a setting", { platform: ["simulator"] }],
    ["has an object for a setting", { endpoint: { toString: 1, valueOf: 1 } }],
    ["has a key, which would get lost", { credentials: { accessKeyId: "other" } }],
    ["is of another tab than the one that is there", { z: "tab" }, { z: "elsewhere" }],
    ["would work where the one that is there is disabled", {}, { d: true }],
  ];
  for (const [what, changes, there] of others) {
    it(`leaves the question to Node-RED where the imported account ${what}`, () => {
      present.set("account", { ...account, ...there });
      assert.deepEqual(idsOf([{ ...account, ...changes }, call]), ["account", "call"]);
    });
  }

  it("hands on whatever else is imported, as it is", () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record(
        {
          id: fc.oneof(fc.constantFrom("account", "subscription", "__proto__"), fc.anything()),
          type: fc.constantFrom(account.type, subscription.type, "__proto__", "constructor", "tab"),
          platform: fc.anything(),
          name: fc.anything(),
          credentials: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    );
    const options = fc.oneof(fc.anything(), fc.record({ importMap: fc.anything() }));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(anything)), options, (nodes, given) => {
        const taken = imported(nodes, given);
        if (!Array.isArray(nodes)) return assert.deepEqual(taken, nodes);
        const left = nodes.filter((node) => !(taken as unknown[]).includes(node)) as Fields[];
        for (const node of left) assert.ok(present.has(node["id"]));
      }),
      { numRuns: 2000 },
    );
  });
});
