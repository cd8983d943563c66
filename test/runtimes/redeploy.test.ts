import assert from "node:assert/strict";
import { ask, type FlowNode } from "../support/admin";
import type { Runtime } from "../support/runtime";
import { sharedRuntime } from "../support/shared-runtime";
import { type RunningSimulator, startSimulator } from "../support/simulator";
import { versions } from "../support/versions";

const inFlight = 64;
const waiting = 1000;

/** `/go` sends so many messages to a device that takes its time; failures go to the log, as nothing catches them. */
function slowFlow(endpoint: string, name: string): FlowNode[] {
  return [
    { id: "tab", type: "tab", label: "slow" },
    { id: "account", type: "aliyun-iot-account", name, endpoint, rate: 1_000_000, concurrency: inFlight },
    {
      id: "go",
      type: "http in",
      z: "tab",
      x: 1,
      y: 1,
      url: "/go",
      method: "get",
      wires: [["many", "answer"]],
    },
    { id: "answer", type: "http response", z: "tab", x: 1, y: 1, wires: [] },
    {
      id: "many",
      type: "function",
      z: "tab",
      x: 1,
      y: 1,
      func: `for (let n = 0; n < ${inFlight + waiting}; n++) node.send({ payload: {}, n });`,
      libs: [],
      wires: [["invoke"]],
    },
    {
      id: "invoke",
      type: "aliyun-iot-invoke-service",
      z: "tab",
      x: 1,
      y: 1,
      name,
      account: "account",
      target: "device",
      productKey: "a1BwAGV0001",
      productKeyType: "str",
      deviceName: "light01",
      deviceNameType: "str",
      service: "Reboot",
      serviceType: "str",
      args: "payload",
      argsType: "msg",
      result: "payload",
      resultType: "msg",
      wires: [[], []],
    },
  ];
}

for (const version of versions) {
  describe(`deploying while ${waiting} messages wait and ${inFlight} are in flight, Node-RED ${version}`, () => {
    let simulator: RunningSimulator;
    let runtime: Runtime;

    before(async () => {
      simulator = await startSimulator(homeDefinition);
      runtime = await sharedRuntime({
        version,
        flows: slowFlow(simulator.endpoint, "first"),
        credentials: { account: { accessKeyId: "testid", accessKeySecret: "testsecret" } },
      });
    });

    after(async () => {
      await runtime?.stop();
      await simulator?.stop();
    });

    const changes: [string, string, (flow: FlowNode[]) => FlowNode[]][] = [
      ["all flows", "full", (flow) => flow],
      [
        "the flow",
        "flows",
        (flow) => flow.map((node) => (node.id === "tab" ? node : { ...node, name: "second" })),
      ],
      [
        "the invoke node",
        "nodes",
        (flow) => flow.map((node) => (node.id === "invoke" ? { ...node, name: "third" } : node)),
      ],
      [
        "the account",
        "nodes",
        (flow) => flow.map((node) => (node.id === "account" ? { ...node, rate: 999_999 } : node)),
      ],
      ["the account away", "nodes", (flow) => flow.filter((node) => node.id !== "account")],
    ];
    for (const [what, type, change] of changes) {
      it(`${what}: every message ends, in flight as unknown, waiting as not sent`, async () => {
        const before = runtime.log().length;
        await ask(runtime, "go");
        await fullDefinition();
        await ask(runtime, "flows", {
          method: "POST",
          headers: { "content-type": "application/json", "node-red-deployment-type": type },
          body: JSON.stringify(change(slowFlow(simulator.endpoint, "first"))),
        });
        // A node that takes more than 15 s to close has timed out, and the log says so.
        const log = await logged(before, /Started (modified )?(flows|nodes)/);
        assert.equal(log.match(/stopped while the call was in flight/g)?.length, inFlight);
        assert.equal(log.match(/stopped before the call was sent/g)?.length, waiting);
        assert.doesNotMatch(log, /unhandled|uncaught|timed out/i);
      });
    }

    /** What Node-RED has logged since, once it has logged this. */
    async function logged(since: number, text: RegExp): Promise<string> {
      const until = Date.now() + 60_000;
      while (!text.test(runtime.log().slice(since))) {
        if (Date.now() > until) assert.fail(`${text} was not logged\n${runtime.log().slice(-2000)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return runtime.log().slice(since);
    }

    /** Resolves when as many devices have been asked as calls may be in flight. */
    async function fullDefinition(): Promise<void> {
      const executions = `${simulator.endpoint}/_simulator/executions`;
      const until = Date.now() + 60_000;
      for (;;) {
        if (Date.now() > until) assert.fail(`the calls do not arrive\n${runtime.log().slice(-2000)}`);
        const seen = (await (await fetch(executions)).json()) as unknown[];
        if (seen.length >= inFlight) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await fetch(executions, { method: "DELETE" });
    }
  });
}

const homeDefinition = {
  accessKeys: [{ accessKeyId: "testid", accessKeySecret: "testsecret" }],
  products: [
    {
      productKey: "a1BwAGV0001",
      productName: "Lamp",
      thingModel: { services: [{ identifier: "Reboot", callType: "sync", inputData: [], outputData: [] }] },
      devices: [
        { deviceName: "light01", status: "ONLINE", services: { Reboot: { delayMs: 7900, data: {} } } },
      ],
    },
  ],
};
