import assert from "node:assert/strict";
import * as fc from "fast-check";
import helper from "node-red-node-test-helper";
import { type FlowOptions, type TestFlow, unload, useSimulator } from "../support/nodes";
import { furtherNode, nodeOf, operations, promptSample } from "../support/operations";

const onTab = { z: "tab", x: 1, y: 1 };
/** No device of the sample has this name. */
const nobody = "light99";

for (const operation of operations)
  describe(`${operation.name}: a confirmation`, () => {
    const { payload } = operation;
    const suite = useSimulator({ definition: promptSample });
    const flowWith = (account: Record<string, unknown>, more: FlowOptions = {}): Promise<TestFlow> =>
      suite.flowWith(account, nodeOf(operation, more));

    function wire(flow: TestFlow, wires: string[][]): void {
      (flow.node as unknown as { updateWires(wires: string[][]): void }).updateWires(wires);
    }

    it("counts only as the boolean true of an own property", async () => {
      const flow = await flowWith({ confirm: "*/*/*" });
      const descriptor = fc.oneof(
        fc
          .anything()
          .filter((value) => value !== true)
          .map((value) => ({ value })),
        fc.constant({ get: () => true }),
        fc.constant({ get: () => true, set: () => undefined }),
      );
      const kind = fc.constantFrom("as it is", "frozen", "sealed", "inherited", "proxy", "lying proxy");
      await fc.assert(
        fc.asyncProperty(
          descriptor,
          kind,
          fc.boolean(),
          fc.boolean(),
          async (given, how, configurable, writable) => {
            const flags = "value" in given ? { writable } : {};
            const msg = confirmedBy({ enumerable: true, configurable, ...given, ...flags }, how);
            const { msg: out } = await flow.run(msg);
            assert.equal(out.error?.code, "not-confirmed");
            assert.ok(!Object.hasOwn(out, "confirmed"));
          },
        ),
        { numRuns: 300 },
      );
      assert.equal(suite.simulator.executions.length, 0);
    });

    /** A message that is confirmed by a property like this. */
    function confirmedBy(descriptor: PropertyDescriptor, how: string): object {
      const msg = { _msgid: "1", payload };
      if (how === "inherited") return Object.assign(Object.create({ confirmed: true }) as object, msg);
      Object.defineProperty(msg, "confirmed", descriptor);
      if (how === "frozen") return Object.freeze(msg);
      if (how === "sealed") return Object.seal(msg);
      if (how === "proxy") return new Proxy({ ...msg, confirmed: true }, {});
      if (how !== "lying proxy") return msg;
      const get = (target: object, name: string | symbol): unknown =>
        name === "confirmed" ? true : Reflect.get(target, name);
      return new Proxy({ _msgid: "1", payload }, { get });
    }

    const protections: [what: string, protect: (msg: object) => object][] = [
      ["frozen", (msg) => Object.freeze(msg)],
      ["sealed", (msg) => Object.seal(msg)],
      ["not extensible", (msg) => Object.preventExtensions(msg)],
      ["not configurable", (msg) => Object.defineProperty(msg, "confirmed", { configurable: false })],
    ];
    for (const [what, protect] of protections) {
      it(`counts on a message that is ${what}, and leaves on no port and for no Catch node`, async () => {
        const flow = await flowWith({ confirm: "*/*/*" });
        const msg = (deviceName: string): object =>
          protect({ _msgid: "1", payload, deviceName, confirmed: true });
        const result = await flow.run(msg("light01"));
        assert.deepEqual([result.port, "confirmed" in result.msg], ["result", false]);
        await unload();
        for (const isFailurePortOpen of [false, true]) {
          const failing = await flowWith(
            { confirm: "*/*/*" },
            { invoke: { deviceName: nobody }, isFailurePortOpen },
          );
          const { port, msg: failed } = await failing.run(msg(nobody));
          assert.deepEqual([port, "confirmed" in failed], [isFailurePortOpen ? "catch" : "failure", false]);
          assert.notEqual(failed.error?.code ?? "", "not-confirmed");
          await unload();
        }
        assert.equal(suite.simulator.executions.length, 1);
      });
    }

    it("is valid for one command: the next node in a chain needs its own", async () => {
      const flow = await flowWith({ confirm: "*/*/*" }, { more: [furtherNode(operation, "second")] });
      wire(flow, [["second"], ["second"]]);
      const { port, msg } = await flow.run({ payload, confirmed: true });
      assert.equal(port, "failure");
      assert.equal(msg.error?.code, "not-confirmed");
      assert.equal(msg.error.source.id, "second");
      assert.equal(suite.simulator.executions.length, 1);
    });

    it("is for one command: a failure, a Catch node and a Complete node pass none on", async () => {
      const complete = { ...onTab, id: "complete", type: "complete", scope: ["invoke"], wires: [["second"]] };
      for (const isFailurePortOpen of [false, true]) {
        const flow = await flowWith(
          { confirm: "*/*/*" },
          {
            invoke: { deviceName: nobody },
            isFailurePortOpen,
            more: [furtherNode(operation, "second"), complete],
          },
        );
        const caught = helper.getNode("catcher") as unknown as { updateWires(wires: string[][]): void };
        caught.updateWires([["second"]]);
        if (!isFailurePortOpen) wire(flow, [["result"], ["second"]]);
        flow.send({ payload, confirmed: true });
        await flow.until(() => flow.arrivals.length > (isFailurePortOpen ? 0 : 1));
        for (const { msg } of flow.arrivals) assert.equal(msg.error?.code, "not-confirmed");
        await unload();
      }
      assert.equal(suite.simulator.executions.length, 0);
    });

    it("is removed even if none is required or the command is invalid", async () => {
      const flow = await flowWith({});
      assert.ok(!("confirmed" in (await flow.run({ payload, confirmed: true })).msg));
      assert.ok(!("confirmed" in (await flow.run({ payload: 5, confirmed: true })).msg));
    });

    it("cannot come from a device: no result is stored there, however it is written", async () => {
      for (const result of [
        "confirmed",
        "msg.confirmed",
        'confirmed["x"]',
        "msg.confirmed.x",
        '["confirmed"]',
      ]) {
        const flow = await flowWith({}, { invoke: { result } });
        const { port, msg } = await flow.run({ payload, confirmed: true });
        assert.deepEqual([port, msg.error?.code], ["failure", "invalid-input"], result);
        await unload();
      }
      assert.equal(suite.simulator.executions.length, 0);
      const flow = await flowWith({}, { invoke: { result: "msg.payload" } });
      assert.ok(operation.given in ((await flow.run({ payload })).msg.payload as object));
    });
  });
