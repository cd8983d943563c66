import assert from "node:assert/strict";
import { ask, type FlowNode } from "../support/admin";
import type { Runtime } from "../support/runtime";
import { sharedRuntime } from "../support/shared-runtime";
import { versions } from "../support/versions";

const waiting = 1000;

/** `/go` sends so many messages to a node that waits for a device; failures go to the log, as nothing catches them. */
function waitingFlow(): FlowNode[] {
  const position = { z: "tab", x: 1, y: 1 };
  const send = `for (let n = 0; n < ${waiting}; n++) node.send({ payload: n }); return [null, msg];`;
  return [
    { id: "tab", type: "tab", label: "waits" },
    { id: "account", type: "aliyun-iot-account", platform: "simulator" },
    { id: "subscription", type: "aliyun-iot-subscription", account: "account" },
    { id: "go", type: "http in", ...position, url: "/go", method: "get", wires: [["many"]] },
    {
      id: "many",
      type: "function",
      ...position,
      func: send,
      outputs: 2,
      libs: [],
      wires: [["held"], ["answer"]],
    },
    { id: "answer", type: "http response", ...position, wires: [] },
    {
      id: "held",
      type: "aliyun-iot-wait-until",
      ...position,
      name: "first",
      subscription: "subscription",
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      identifier: "Brightness",
      condition: "gt",
      value: "1000",
      valueType: "num",
      timeout: 86_400,
      wires: [[], []],
    },
  ];
}

for (const version of versions) {
  describe(`deploying while ${waiting} messages wait for a device, Node-RED ${version}`, () => {
    let runtime: Runtime;

    before(async () => {
      runtime = await sharedRuntime({ version, flows: waitingFlow() });
    });

    after(async () => {
      await runtime?.stop();
    });

    const change = (id: string, more: object) => (flow: FlowNode[]) =>
      flow.map((node) => (node.id === id ? { ...node, ...more } : node));
    const changes: [string, string, (flow: FlowNode[]) => FlowNode[]][] = [
      ["all flows", "full", (flow) => flow],
      ["the node", "nodes", change("held", { name: "second" })],
      ["the subscription", "nodes", change("subscription", { name: "second" })],
      ["the account", "nodes", change("account", { rate: 999_999 })],
    ];
    for (const [what, type, changed] of changes) {
      it(`${what}: every message ends, as closed, and Node-RED goes on`, async () => {
        const before = runtime.log().length;
        await ask(runtime, "go");
        await ask(runtime, "flows", {
          method: "POST",
          headers: { "content-type": "application/json", "node-red-deployment-type": type },
          body: JSON.stringify(changed(waitingFlow())),
        });
        const log = await logged(before, /Started (modified )?(flows|nodes)/);
        // A node that takes more than 15 s to close has timed out, and the log says so.
        assert.doesNotMatch(log, /unhandled|uncaught|timed out/i);
        assert.equal(log.match(/stopped while the message waited/g)?.length, waiting);
      });
    }

    /** What Node-RED has logged since, once it has logged this. */
    async function logged(since: number, text: RegExp): Promise<string> {
      const until = Date.now() + 60_000;
      while (!text.test(runtime.log().slice(since))) {
        assert.ok(Date.now() < until, "Node-RED did not start again");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return runtime.log().slice(since);
    }
  });
}
