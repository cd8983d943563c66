import assert from "node:assert/strict";
import { type TestFlow, useSimulator } from "../support/nodes";
import { nodeOf, operations, promptSample } from "../support/operations";

for (const operation of operations)
  describe(`${operation.name}: the account's rules`, () => {
    const { payload, identifier } = operation;
    const suite = useSimulator({ definition: promptSample });
    const flowWith = (
      account: Record<string, unknown>,
      invoke: Record<string, unknown> = {},
    ): Promise<TestFlow> => suite.flowWith(account, nodeOf(operation, { invoke }));

    it("sends what a rule allows, and nothing else", async () => {
      const flow = await flowWith({
        name: "House",
        allow: `# lamps\r\na1BwAGV0001/light*/${identifier} # only this`,
      });
      assert.equal((await flow.run({ payload })).port, "result");
      const other = await flowWith({ name: "House", allow: "a1BwAGV0001/valve*/*" });
      const { port, msg } = await other.run({ payload });
      assert.equal(port, "failure");
      const { code, category, outcome, retryable, hint = "" } = msg.error!;
      assert.deepEqual(
        { code, category, outcome, retryable },
        {
          code: "not-allowed",
          category: "permission",
          outcome: "not-sent",
          retryable: false,
        },
      );
      assert.match(hint, new RegExp(`Allow.*House.*a1BwAGV0001/light01/${identifier}`));
      assert.equal(suite.simulator.executions.length, 1);
    });

    it("allows nothing if there are only comments, and everything if there are no rules", async () => {
      const none = await flowWith({ allow: `# a1BwAGV0001/light01/${identifier}` });
      assert.equal((await none.run({ payload })).msg.error?.code, "not-allowed");
      const all = await flowWith({ allow: " \n" });
      assert.equal((await all.run({ payload })).port, "result");
    });

    it("requires msg.confirmed to be an own boolean property, and removes it", async () => {
      const flow = await flowWith({ name: "House", confirm: `\na1BwAGV0001/*/${identifier}` });
      const getter = Object.defineProperty({ payload }, "confirmed", {
        get: () => true,
        enumerable: true,
      });
      const inherited = Object.create(
        { confirmed: true },
        { payload: { value: payload, writable: true } },
      ) as object;
      const given = ["true", 1, {}, new Boolean(true), undefined].map((confirmed) => ({
        payload,
        confirmed,
      }));
      for (const msg of [...given, getter, inherited]) {
        const { msg: failed } = await flow.run(msg);
        assert.equal(failed.error?.code, "not-confirmed");
        assert.ok(
          failed.error.hint?.includes(
            `line 2 (a1BwAGV0001/*/${identifier}) under Confirm in the account “House”`,
          ),
        );
        assert.ok(!Object.hasOwn(failed, "confirmed"));
      }
      assert.equal(suite.simulator.executions.length, 0);
      const { port, msg } = await flow.run({ payload, confirmed: true });
      assert.equal(port, "result");
      assert.ok(!("confirmed" in msg));
    });

    it("removes the confirmation from a read-only message", async () => {
      const flow = await flowWith({ confirm: "*/*/*" });
      const { port, msg } = await flow.run(Object.freeze({ _msgid: "1", payload, confirmed: true }));
      assert.equal(port, "result");
      assert.ok(!("confirmed" in msg));
    });

    it("resolves an IotId before it applies the rules", async () => {
      const iotId = "Q7uOhVRdZRRlDnTLv00100";
      const byId = { target: "iotId", iotId, iotIdType: "str" };
      const flow = await flowWith({ allow: "a1BwAGV0001/light01/*" }, byId);
      assert.equal((await flow.run({ payload })).port, "result");
      const other = await flowWith({ allow: "a1BwAGV0001/light02/*" }, byId);
      assert.equal((await other.run({ payload })).msg.error?.code, "not-allowed");
      const unknown = await flowWith({ allow: "*/*/*" }, { ...byId, iotId: "nobody" });
      const { error } = (await unknown.run({ payload })).msg;
      assert.equal(error?.code, "not-allowed");
      assert.match(error.message, /nobody/);
      assert.equal(suite.simulator.executions.length, 1);
    });

    it("sends nothing while a rule is invalid, and reports it at deploy", async () => {
      const flow = await flowWith({ allow: "a1BwAGV0001/light01\n*/*/*" });
      const { error } = (await flow.run({ payload, confirmed: true })).msg;
      assert.equal(error?.code, "invalid-input");
      assert.match(error.message, /Allow, line 1: “a1BwAGV0001\/light01”/);
      assert.equal(suite.simulator.executions.length, 0);
    });

    it("does everything but send on a dry run", async () => {
      const flow = await flowWith({ mode: "dry-run" }, { check: "error", awaitReply: true });
      const { port, msg } = await flow.run({ payload: operation.loose });
      assert.equal(port, "result", msg.error?.message);
      assert.deepEqual(msg.payload, {
        operation: operation.operation,
        parameters: { ProductKey: "a1BwAGV0001", DeviceName: "light01", ...operation.parameters },
      });
      assert.equal(msg.invocation?.attempts, 0);
      assert.equal(msg.invocation.dryRun, true);
      assert.equal((await flow.run({ payload: operation.wrong })).msg.error?.code, "invalid-input");
      assert.equal(suite.simulator.executions.length, 0);
    });

    it("sends nothing in an unknown mode", async () => {
      const flow = await flowWith({ mode: "dryrun" });
      assert.match(
        (await flow.run({ payload })).msg.error?.message ?? "",
        /Mode of the account is the text “dryrun”/,
      );
      assert.equal(suite.simulator.executions.length, 0);
    });
  });
