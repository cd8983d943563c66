import assert from "node:assert/strict";
import { Simulator } from "../../lib/simulator/simulator";
import { homeDefinition } from "../simulator/fixture";
import { ask, deploy, example, type FlowNode } from "../support/admin";
import { type Comms, listen } from "../support/comms";
import type { Runtime } from "../support/runtime";
import { sharedRuntime } from "../support/shared-runtime";

const accountType = "aliyun-iot-account";
const withSubscription = [
  "Commands/5-wait-for-an-asynchronous-service",
  "Device messages/6-property-change-starts-a-flow",
  "Device messages/7-offline-alarm",
];

/**
 * A flow as the editor imports it: every node gets a new id, but for an account with the same settings, which is the
 * one that is there already. A subscription names its account, so that no two are the same.
 */
function imported(nodes: FlowNode[], number: number, flows: FlowNode[]): FlowNode[] {
  const settingsOf = ({ id: _id, ...settings }: FlowNode): string => JSON.stringify(settings);
  const ids = new Map(
    nodes.map((node) => {
      const known =
        node.type === accountType && flows.find((one) => settingsOf(one) === settingsOf(node))?.id;
      return [node.id, known || `${number}${node.id.slice(1)}`] as const;
    }),
  );
  const renamed = (value: unknown): unknown => {
    if (typeof value === "string") return ids.get(value) ?? value;
    if (Array.isArray(value)) return value.map(renamed);
    return value;
  };
  return nodes
    .filter((node) => !flows.some(({ id }) => id === ids.get(node.id)))
    .map((node) => {
      const entries = Object.entries(node).map(([name, value]) => [name, renamed(value)]);
      return Object.fromEntries(entries) as FlowNode;
    });
}

for (const version of [4, 5] as const) {
  describe(`examples that are imported one after another, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let comms: Comms;

    before(async () => {
      runtime = await sharedRuntime({ version, flows: [] });
      comms = await listen(runtime);
    });

    after(async () => {
      await comms?.close();
      await runtime?.stop();
    });

    it("get their replies and messages, all of them", async () => {
      const flows: FlowNode[] = [];
      for (const [number, name] of [...withSubscription, ...withSubscription].entries()) {
        flows.push(...imported(await example(runtime, name), number, flows));
        await deploy(runtime, flows);
      }
      const of = (type: string): FlowNode[] => flows.filter((node) => node.type === type);
      assert.deepEqual([of(accountType).length, of("aliyun-iot-subscription").length], [1, 6]);
      const buttons = of("inject").filter(({ name }) => name === "light01 replies");
      assert.equal(buttons.length, 2);
      for (let round = 0; round < 5; round++) {
        for (const { id } of buttons) {
          await ask(runtime, `inject/${id}`, { method: "POST" });
          assert.deepEqual(Object.keys(JSON.parse(await comms.shown("the lamp’s reply")) as object), [
            "Stored",
          ]);
        }
      }
      // One of each import.
      for (const debug of ["valve moved", "valve moved", "ALARM", "ALARM"]) await comms.shown(debug);
      assert.doesNotMatch(runtime.log(), /unhandled|uncaught|consumer group/i);
    });
  });

  describe(`subscriptions that share a connection while flows are deployed, Node-RED ${version}`, () => {
    let simulator: Simulator;
    let runtime: Runtime;
    let flows: FlowNode[];
    let level = 0;

    const at = { z: "tab", x: 1, y: 1 };
    const credentials = { accessKeyId: "testid", accessKeySecret: "testsecret" };

    /** A subscription, a node that hears what devices post, and a node that logs it. */
    const hearing = (name: string, endpoint: string): FlowNode[] => [
      {
        id: `sub-${name}`,
        type: "aliyun-iot-subscription",
        name,
        account: "account",
        endpoint,
        consumerGroupId: "DEFAULT_GROUP",
      },
      {
        id: `in-${name}`,
        type: "aliyun-iot-message-in",
        ...at,
        name,
        subscription: `sub-${name}`,
        kind: "custom",
        acknowledge: "auto",
        wires: [[`log-${name}`]],
      },
      {
        id: `log-${name}`,
        type: "function",
        ...at,
        func: `node.log("${name} heard " + msg.payload.n + ".");`,
        libs: [],
        wires: [[]],
      },
    ];

    before(async () => {
      simulator = await Simulator.start({ definition: homeDefinition(), amqpTimes: { redeliverMs: 200 } });
      const amqp = await simulator.openAmqp();
      flows = [
        { id: "tab", type: "tab", label: "shared" },
        { id: "account", type: accountType, name: "one", endpoint: simulator.endpoint },
        ...["a", "b", "c"].flatMap((name) => hearing(name, amqp)),
      ];
      runtime = await sharedRuntime({ version, flows, credentials: { account: credentials } });
    });

    after(async () => {
      await runtime?.stop();
      await simulator?.close();
    });

    const post = (): void => {
      const bytes = Buffer.from(JSON.stringify({ n: ++level }));
      simulator.uplink.postCustom("a1House00001", "door", "count", bytes);
    };
    const heard = (name: string, n: number): boolean => runtime.log().includes(`${name} heard ${n}.`);
    const connections = (): number => simulator.subscription.state().groups[0]!.connections.length;

    async function eventually(isTrue: () => boolean, what: string): Promise<void> {
      const until = Date.now() + 60_000;
      while (!isTrue()) {
        if (Date.now() > until) assert.fail(`${what}\n${runtime.log().slice(-2000)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }

    const deployNodes = async (nodes: FlowNode[]): Promise<void> => {
      const before = runtime.log().length;
      await ask(runtime, "flows", {
        method: "POST",
        headers: { "content-type": "application/json", "node-red-deployment-type": "nodes" },
        body: JSON.stringify(nodes),
      });
      const isStarted = (): boolean => /Started (modified )?(flows|nodes)/.test(runtime.log().slice(before));
      await eventually(isStarted, "the flows do not start");
    };

    const without = (nodes: FlowNode[], name: string): FlowNode[] =>
      nodes.filter(({ id }) => !id.endsWith(`-${name}`));
    const renamed = (nodes: FlowNode[], id: string, name: string): FlowNode[] =>
      nodes.map((node) => (node.id === id ? { ...node, name } : node));

    it("hear everything over one connection, through every kind of deploy", async () => {
      await eventually(() => connections() === 1, "no connection");
      const steps: [string, FlowNode[]][] = [
        ["the lowest one changed", renamed(flows, "sub-a", "changed")],
        ["the lowest one removed", without(flows, "a")],
        ["the lowest one back", flows],
        ["one in the middle removed", without(flows, "b")],
        ["two added", flows],
        ["a listener changed", renamed(flows, "in-c", "changed")],
        ["the account changed", renamed(flows, "account", "changed")],
        ["as before", flows],
      ];
      const posting = setInterval(post, 5);
      try {
        for (const [what, nodes] of steps) {
          await deployNodes(nodes);
          await eventually(() => connections() === 1, what);
          // All that are there hear what is posted now.
          const now = level + 1;
          for (const name of ["a", "b", "c"]) {
            if (!nodes.some(({ id }) => id === `in-${name}`)) continue;
            await eventually(() => heard(name, now), `${what}: ${name} does not hear ${now}`);
          }
        }
      } finally {
        clearInterval(posting);
      }
      // The last was there all the time, and has missed nothing.
      const missing = (): number[] =>
        Array.from({ length: level }, (_, index) => index + 1).filter((n) => !heard("c", n));
      await eventually(() => missing().length === 0, "something is missing");
      await eventually(() => connections() === 1, "more than one connection");
      assert.doesNotMatch(runtime.log(), /unhandled|uncaught|timed out|connection of its own/i);
    });
  });
}
