import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import { Simulator } from "../../lib/simulator/simulator";
import { ask, type FlowNode } from "../support/admin";
import { type Runtime, startRuntime } from "../support/runtime";
import { versions } from "../support/versions";

const calls = 1000;
const lamp = { productKey: "a1BwAGV0001", deviceName: "light01" };

/** A lamp that takes every command and never replies. */
const homeDefinition: SimulatorDefinition = {
  products: [
    {
      productKey: lamp.productKey,
      thingModel: {
        profile: { productKey: lamp.productKey },
        properties: [{ identifier: "Level", name: "Level", dataType: { type: "int", specs: {} } }],
        services: [
          { identifier: "Reboot", name: "Reboot", callType: "async", inputData: [], outputData: [] },
        ],
      },
      devices: [
        { deviceName: lamp.deviceName, status: "ONLINE", services: { Reboot: { delayMs: 3_600_000 } } },
      ],
    },
  ],
};

const credentials = { accessKeyId: "testid", accessKeySecret: "testsecret" };
const at = { z: "tab", x: 1, y: 1 };

/** `/go` makes all calls at once; what comes in is logged and never acknowledged. */
function flowTo(endpoint: string, amqp: string): FlowNode[] {
  return [
    { id: "tab", type: "tab", label: "slow" },
    { id: "account", type: "aliyun-iot-account", name: "first", endpoint, rate: 1_000_000 },
    {
      id: "subscription",
      type: "aliyun-iot-subscription",
      name: "first",
      account: "account",
      endpoint: amqp,
      consumerGroupId: "DEFAULT_GROUP",
    },
    { id: "go", type: "http in", ...at, url: "/go", method: "get", wires: [["many", "answer"]] },
    { id: "answer", type: "http response", ...at, wires: [] },
    {
      id: "many",
      type: "function",
      ...at,
      func: `for (let n = 0; n < ${calls}; n++) node.send({ payload: {}, n });`,
      libs: [],
      wires: [["invoke"]],
    },
    {
      id: "invoke",
      type: "aliyun-iot-invoke-service",
      ...at,
      name: "first",
      account: "account",
      target: "device",
      productKey: lamp.productKey,
      productKeyType: "str",
      deviceName: lamp.deviceName,
      deviceNameType: "str",
      service: "Reboot",
      serviceType: "str",
      args: "payload",
      argsType: "msg",
      check: "off",
      awaitReply: true,
      subscription: "subscription",
      replyTimeout: "600",
      wires: [[], []],
    },
    {
      id: "in",
      type: "aliyun-iot-message-in",
      ...at,
      name: "first",
      subscription: "subscription",
      kind: "property",
      acknowledge: "flow",
      inputs: 1,
      wires: [["heard"]],
    },
    {
      id: "heard",
      type: "function",
      ...at,
      func: 'node.log("heard " + msg.payload.items.Level.value);',
      libs: [],
      wires: [[]],
    },
  ];
}

for (const version of versions) {
  describe(`deploying while ${calls} calls wait for replies and messages are open, Node-RED ${version}`, () => {
    let simulator: Simulator;
    let runtime: Runtime;
    let flow: FlowNode[];
    let level = 0;

    before(async () => {
      simulator = await Simulator.start({ definition: homeDefinition, amqpTimes: { redeliverMs: 200 } });
      flow = flowTo(simulator.endpoint, await simulator.openAmqp());
      runtime = await startRuntime({
        version,
        flows: flow,
        credentials: { account: credentials },
      });
    });

    after(async () => {
      await runtime?.stop();
      await simulator?.close();
    });

    /** As before, whatever the test that failed has left there. */
    afterEach(async function () {
      if (this.currentTest?.state !== "failed" || !runtime.isRunning()) return;
      const back = runtime.log().length;
      await deploy("full", restored());
      await logged(back, /Started flows/);
    });

    // The secret goes away with an account; who brings the account back types it in again.
    const restored = (): FlowNode[] =>
      flow.map((node) => (node.id === "account" ? { ...node, credentials } : node));
    const renamed = (id: string) => (nodes: FlowNode[]) =>
      nodes.map((node) => (node.id === id ? { ...node, name: `${String(node["name"])}+` } : node));
    const without = (id: string) => (nodes: FlowNode[]) => nodes.filter((node) => node.id !== id);
    const changes: [string, string, (nodes: FlowNode[]) => FlowNode[]][] = [
      ["all flows", "full", (nodes) => nodes],
      ["the account, which the invoke node uses through a subscription as well", "nodes", renamed("account")],
      ["the subscription", "nodes", renamed("subscription")],
      ["the subscription away", "nodes", without("subscription")],
      ["the account away", "nodes", without("account")],
      ["the invoke node away", "nodes", without("invoke")],
    ];
    for (const [what, type, change] of changes) {
      it(`${what}: every call ends as unknown, and open messages come again`, async () => {
        const before = runtime.log().length;
        simulator.uplink.postProperty(lamp.productKey, lamp.deviceName, { Level: ++level });
        await logged(before, new RegExp(`heard ${level}\\b`));
        const seen = simulator.executions.length;
        await ask(runtime, "go");
        await eventually(() => simulator.executions.length === seen + calls);
        const deploying = runtime.log().length;
        await deploy(type, change(flow));
        // A node that takes more than 15 s to close has timed out, and the log says so.
        await logged(deploying, /Started (modified )?(flows|nodes)/);
        const log = runtime.log().slice(deploying);
        assert.equal(log.match(/stopped while the call was in flight/g)?.length, calls);
        assert.doesNotMatch(log, /unhandled|uncaught|timed out|not-sent/i);
        const back = runtime.log().length;
        await deploy("full", restored());
        await logged(back, new RegExp(`heard ${level}\\b`));
        await eventually(() => simulator.subscription.state().groups[0]!.connections.length === 1);
        assert.doesNotMatch(runtime.log(), /unhandled|uncaught|timed out/i);
      });
    }

    it("loses no message while the message-in node is redeployed", async () => {
      const named = (name: string) =>
        restored().map((node) => (node.id === "in" ? { ...node, name, acknowledge: "auto" } : node));
      await deploy("full", named("0"));
      await eventually(() => simulator.subscription.state().groups[0]!.connections.length === 1);
      const first = level + 1;
      const posting = setInterval(() => {
        simulator.uplink.postProperty(lamp.productKey, lamp.deviceName, { Level: ++level });
      }, 1);
      try {
        for (const name of ["1", "2", "3", "4", "5"]) await deploy("nodes", named(name));
      } finally {
        clearInterval(posting);
      }
      const missing = (): number[] => {
        const heard = new Set(
          [...runtime.log().matchAll(/heard (\d+)\b/g)].map(([, number]) => Number(number)),
        );
        return Array.from({ length: level - first + 1 }, (_, n) => first + n).filter((n) => !heard.has(n));
      };
      await eventually(() => missing().length === 0);
    });

    it("makes its client id from the id of this Node-RED, which stays the same", () => {
      const file = path.join(runtime.userDir, ".config.runtime.json");
      const { instanceId }: { instanceId: string } = JSON.parse(readFileSync(file, "utf8"));
      assert.match(instanceId, /^[0-9a-f]{16}$/);
      const hash = createHash("sha256").update(`${instanceId}/subscription`).digest("hex");
      const { connections } = simulator.subscription.state().groups[0]!;
      assert.deepEqual(
        connections.map(({ clientId }) => clientId),
        [`node-red-${hash.slice(0, 32)}`],
      );
    });

    it("stops within Node-RED's time limit while everything is open, without error messages", async () => {
      const seen = simulator.executions.length;
      await ask(runtime, "go");
      await eventually(() => simulator.executions.length === seen + calls);
      await runtime.stop();
      assert.doesNotMatch(runtime.log(), /unhandled|uncaught|timed out/i);
      await eventually(() => simulator.subscription.state().groups[0]!.connections.length === 0);
    });

    const deploy = (type: string, nodes: FlowNode[]): Promise<string> =>
      ask(runtime, "flows", {
        method: "POST",
        headers: { "content-type": "application/json", "node-red-deployment-type": type },
        body: JSON.stringify(nodes),
      });

    const logged = (since: number, text: RegExp): Promise<void> =>
      eventually(() => text.test(runtime.log().slice(since)), String(text));

    /** Resolves once the condition holds. */
    async function eventually(isTrue: () => boolean, what = "it"): Promise<void> {
      const until = Date.now() + 60_000;
      while (!isTrue()) {
        if (Date.now() > until) assert.fail(`${what} did not come true\n${runtime.log().slice(-2000)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  });
}
