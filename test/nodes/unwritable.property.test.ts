import assert from "node:assert/strict";
import * as fc from "fast-check";
import helper from "node-red-node-test-helper";
import type { Simulator } from "../../lib/simulator/simulator";
import { eventually, fade, type FlowOptions, simulated, TestFlow, unload } from "../support/nodes";

const names = ["error", "invocation", "payload", "req", "res", "topic", "other"];
const kinds = [
  "getter and setter throw",
  "getter throws",
  "setter throws",
  "cannot be set",
  "proxy",
] as const;

function fail(): never {
  throw new Error("not to be touched");
}

/** A message of which one property misbehaves. */
function odd(name: string, kind: (typeof kinds)[number], isFrozen: boolean, value: unknown): object {
  const get = kind === "getter and setter throw" || kind === "getter throws" ? fail : () => value;
  const set = kind === "getter and setter throw" || kind === "setter throws" ? fail : () => undefined;
  const msg = { _msgid: "1", payload: fade };
  if (kind === "proxy") {
    return new Proxy(msg, {
      get: (target, asked) => (asked === name ? fail() : Reflect.get(target, asked)),
      set: (target, asked, given) => (asked === name ? fail() : Reflect.set(target, asked, given)),
      deleteProperty: isFrozen ? fail : Reflect.deleteProperty,
    });
  }
  Object.defineProperty(msg, name, { get, ...(kind !== "cannot be set" && { set }), enumerable: true });
  return isFrozen ? Object.freeze(msg) : msg;
}

describe("a message that cannot be read or written to", function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let toIt: FlowOptions;

  before(async () => {
    ({ simulator, toIt } = await simulated());
  });

  afterEach(() => unload());
  after(() => simulator.close());

  const failing = { invoke: { deviceName: "light02" } };
  const cases: [what: string, options: FlowOptions, device: string, outcome: string, next: string][] = [
    ["the call succeeds", {}, "light01", "unknown", "result"],
    ["the call fails", failing, "light02", "refused", "failure"],
    ["nothing is wired to port 2", { ...failing, isFailurePortOpen: true }, "light02", "refused", "catch"],
  ];
  for (const [what, options, device, outcome, next] of cases) {
    it(`is passed to Catch as a new message if msg.error throws, and ${what}`, async () => {
      const flow = await TestFlow.load({ ...toIt, ...options });
      const res = { end: () => undefined };
      const hostile = odd("error", "getter and setter throw", false, undefined);
      const { port, msg } = await flow.run(Object.assign(hostile, { res }));
      assert.equal(port, "catch");
      assert.equal((msg as unknown as Record<string, unknown>)["_msgid"], "1");
      assert.equal(msg.invocation?.deviceName, device);
      assert.equal((msg as unknown as { res: unknown }).res, res);
      assert.equal((msg.error!.cause as { outcome: string }).outcome, outcome);
      assert.equal((await flow.run({ payload: fade })).port, next);
      assert.equal(flow.arrivals.length, 2);
    });
  }

  it("keeps its result if it is frozen: a copy is sent", async () => {
    const flow = await TestFlow.load(toIt);
    const { port, msg } = await flow.run(Object.freeze({ _msgid: "1", payload: fade, kept: 1 }));
    assert.equal(port, "result");
    assert.equal((msg as unknown as { kept: number }).kept, 1);
    assert.ok("OldLevel" in (msg.payload as object));
  });

  it("has exactly one outcome, whichever property throws", async () => {
    const check = fc.asyncProperty(
      fc.constantFrom(...names),
      fc.constantFrom(...kinds),
      fc.boolean(),
      fc.constantFrom("light01", "light02", "nobody"),
      fc.boolean(),
      fc.anything(),
      async (name, kind, isFrozen, deviceName, isFailurePortOpen, value) => {
        const flow = await TestFlow.load({ ...toIt, invoke: { deviceName }, isFailurePortOpen });
        try {
          await flow.run(odd(name, kind, isFrozen, value));
          await flow.run({ payload: fade });
          assert.equal(flow.arrivals.length, 2);
        } finally {
          await unload();
        }
      },
    );
    await fc.assert(check, { numRuns: 120, endOnFailure: true });
  });

  it("has one outcome if Node-RED cannot copy it for the second wire", async () => {
    const more = [{ id: "second", z: "tab", x: 1, y: 1, type: "helper", wires: [] }];
    const flow = await TestFlow.load({ ...toIt, more });
    const node = flow.node as unknown as { wires: string[][]; updateWires(wires: string[][]): void };
    node.updateWires([["result", "second"], ["failure"]]);
    const arrived: string[] = [];
    helper.getNode("second").on("input", () => arrived.push("second"));
    const { port } = await flow.run(odd("other", "getter throws", false, 1));
    assert.equal(port, "result");
    await flow.run({ payload: fade });
    await eventually(() => arrived.length > 0);
    assert.equal(flow.arrivals.length, 2);
    assert.deepEqual(arrived, ["second"]);
  });
});
