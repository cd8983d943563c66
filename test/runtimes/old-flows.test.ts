import assert from "node:assert/strict";
import { ask, askJson, type FlowNode } from "../support/admin";
import { type Comms, listen } from "../support/comms";
import { oldFlows } from "../support/old-flows";
import { type Runtime, startRuntime } from "../support/runtime";
import { versions } from "../support/versions";

interface ShownMessage {
  payload: unknown;
  invocation?: { callType?: string; attempts?: number };
  error?: { message: string };
}

for (const version of versions) {
  describe(`a flow file of 0.1.0, Node-RED ${version}`, () => {
    const all = [...oldFlows.complete, ...oldFlows.first];
    let runtime: Runtime;
    let comms: Comms;

    const shown = async (debug: string): Promise<ShownMessage> => {
      const message: ShownMessage = JSON.parse(await comms.shown(debug));
      return message;
    };
    const press = (id: string): Promise<string> => ask(runtime, `inject/${id}`, { method: "POST" });

    before(async () => {
      runtime = await startRuntime({ version, flows: all });
      comms = await listen(runtime);
    });

    after(async () => {
      await comms?.close();
      await runtime?.stop();
    });

    it("is loaded without a complaint about its simulated nodes, and no node is unknown", () => {
      assert.doesNotMatch(runtime.log(), /missing types|Error loading|Unknown|is not a function/i);
    });

    it("is exported as it was imported, byte for byte", async () => {
      const flow = await askJson<FlowNode[]>(runtime, "flows");
      assert.equal(JSON.stringify(flow), JSON.stringify(all));
    });

    it("calls the simulator with every kind of target, field, args, result and reply", async () => {
      await press("old-start");
      const names = oldFlows.complete
        .filter(({ id }) => id.endsWith("-result"))
        .map(({ name }) => String(name));
      assert.equal(names.length, 13);
      const failed = oldFlows.complete.filter(({ id }) => id.endsWith("-failure"));
      const failure = Promise.race(failed.map(({ name }) => shown(String(name)))).then(({ error }) =>
        assert.fail(error?.message),
      );
      const messages = await Promise.race([Promise.all(names.map(shown)), failure]);
      const types = messages.map(({ invocation }) => invocation?.callType);
      assert.deepEqual(
        types.map((type) => type ?? "none"),
        [...Array<string>(11).fill("sync"), "async", "async"],
      );
      // The reply of the device itself.
      assert.deepEqual(Object.keys(Object(messages.at(-1)?.payload)), ["Stored"]);
    });

    it("starts on what a device reports", async () => {
      const { payload } = await shown("reported");
      assert.equal(typeof Object(payload).items.Brightness.value, "number");
    });

    it("gets the defaults for everything that it leaves out", async () => {
      await press("first-start");
      for (const message of [await shown("result"), await shown("result")]) {
        assert.deepEqual(Object.keys(Object(message.payload)).toSorted(), ["DoneAt", "OldLevel"]);
      }
      assert.ok((await shown("heard")).payload);
    });

    it("is exported unchanged after it has run", async () => {
      assert.equal(JSON.stringify(await askJson(runtime, "flows")), JSON.stringify(all));
    });
  });
}
