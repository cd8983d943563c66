import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { Execution } from "../../lib/simulator/devices/platform";
import { deploy, forgetCalls } from "../support/deploys";
import { fleetKey, fleetSettings, lampProduct, reportIn, type ReportMessage } from "../support/fleet";
import { isFull } from "../support/long-run";
import { key, type Message, subscriptionAt, TestFlow, unload } from "../support/nodes";
import { packageRoot } from "../support/npm";
import { firstLine } from "../support/simulator";

/** The platform's pace would let the full run take 200 seconds longer than the machine needs; its limits are off. */
const size = isFull
  ? { devices: 100_000, deploys: 50, cuts: 20, replyTimeout: 10, timeout: 3 }
  : { devices: 1000, deploys: 4, cuts: 2, replyTimeout: 2, timeout: 2 };
const faultKinds = [
  "drop-before",
  "drop-after",
  "hang",
  "throttle",
  "server-error",
  "garbage",
  "wrong-clock",
  "xml",
];

/** Of a hundred lamps, two are offline, two fail, and one acts but never answers; the others take their time. */
const blink = (plan: object): object => ({ services: { Blink: { data: { n: 1 }, ...plan } } });
const definition = {
  accessKeys: [{ accessKeyId: key.accessKeyId, accessKeySecret: key.accessKeySecret }],
  keptExecutions: 2 * size.devices,
  seed: 3,
  faults: faultKinds.map((fault) => ({
    fault,
    action: "InvokeThingService",
    service: "Blink",
    probability: 0.01,
    retryAfterMs: 1,
  })),
  products: [
    {
      ...lampProduct,
      devices: [{ deviceName: "button" }],
      generatedDevices: [
        {
          count: size.devices,
          namePattern: "lamp#",
          ...blink({ maxDelayMs: 300 }),
          variants: [
            { share: 0.02, status: "OFFLINE" },
            { share: 0.02, ...blink({ code: 100001, maxDelayMs: 300 }) },
            { share: 0.01, ...blink({ delayMs: 3_600_000 }) },
          ],
        },
      ],
    },
  ],
};

interface Ready {
  endpoint: string;
  amqpEndpoint: string;
}

describe(`a fleet of ${size.devices} devices, 1 % faults of every kind, ${size.deploys} deploys, ${size.cuts} cuts`, function () {
  // Five minutes on a quiet machine.
  this.timeout(2_400_000);
  let simulator: ChildProcess;
  let ready: Ready;

  before(async () => {
    const cli = path.join(packageRoot, "dist/lib/simulator/cli.js");
    const parameters = ["--file", "/dev/stdin", "--port", "0", "--amqp-port", "0"];
    simulator = spawn(process.execPath, [cli, ...parameters], { stdio: ["pipe", "pipe", "ignore"] });
    simulator.stdin!.end(JSON.stringify(definition));
    ready = JSON.parse(await firstLine(simulator)) as Ready;
  });
  afterEach(() => unload());
  after(() => simulator.kill());

  it("says of each device what the record of the simulator bears out, and commands none twice", async () => {
    const { replyTimeout, timeout } = size;
    const flow = await TestFlow.load({
      nodeType: "aliyun-iot-fleet",
      account: { endpoint: ready.endpoint, credentialType: "access_key", rate: 1_000_000 },
      credentials: key,
      invoke: { ...fleetSettings, ...careful, awaitReply: true, replyTimeout, timeout },
      timings: { first: 1 },
      more: [subscriptionAt(ready.amqpEndpoint), ...others],
    });
    const streamed = streamOf(flow);
    const devices = Array.from({ length: size.devices }, (_none, at) => ({
      deviceName: `lamp${at + 1}`,
      args: { n: at },
    }));
    const startedAt = performance.now();
    flow.send({ devices });
    const disturbed = await disturb(flow, streamed);
    await flow.until(() => flow.arrivals.length > 0);
    const seconds = (performance.now() - startedAt) / 1000;
    const { port, msg } = flow.arrivals[0]!;
    assert.equal(port, "result", msg.error?.message);
    const report = reportIn(msg);
    check(report, streamed, await executions());
    assert.deepEqual(disturbed, { deploys: size.deploys, cuts: size.cuts });
    const megabytes = process.memoryUsage().heapUsed / 1e6;
    if (isFull)
      console.log(`      ${seconds.toFixed(0)} s, heap ${megabytes.toFixed(0)} MB; ${codesIn(report)}`);
  });

  /** A failing device must not end it: steps grow from one per cent to all. */
  const careful = { canary: "1%", growth: 8, stopAt: 60, offline: "try" };
  const position = { z: "tab", x: 1, y: 1 };
  const account = { account: "account", name: "0", ...position };
  const others = [
    {
      id: "button",
      type: "aliyun-iot-invoke-service",
      ...account,
      productKey: fleetKey,
      deviceName: "button",
      service: "Ping",
      args: "payload",
      argsType: "msg",
      wires: [["pressed"], ["pressed"]],
    },
    {
      id: "listener",
      type: "aliyun-iot-message-in",
      ...position,
      name: "0",
      subscription: "subscription",
      kind: "lifecycle",
      wires: [[]],
    },
    { id: "other", type: "aliyun-iot-fleet", ...account, wires: [[], [], []] },
    { id: "pressed", type: "helper", ...position, wires: [] },
  ];

  /** What has left by the third output, by position: the outcome of each device, once. */
  function streamOf(flow: TestFlow): Map<number, string> {
    const streamed = new Map<number, string>();
    helper.getNode("entries").on("input", (msg: Message) => {
      const { parts, payload } = msg as unknown as { parts: { index: number }; payload: { outcome: string } };
      assert.ok(!streamed.has(parts.index), `${parts.index} has left twice`);
      streamed.set(parts.index, payload.outcome);
      // A hundred thousand of them would fill the memory.
      flow.entries.length = 0;
      if (streamed.size % 1000 === 0) forgetCalls();
      if (isFull && streamed.size % 10_000 === 0) console.log(`      ${streamed.size}`);
    });
    return streamed;
  }

  /** Deploys other nodes, and cuts the connection of the messages, again and again while devices end. */
  async function disturb(flow: TestFlow, streamed: Map<number, string>): Promise<Record<string, number>> {
    const done = { deploys: 0, cuts: 0 };
    const total = size.deploys + size.cuts;
    const every = Math.ceil(size.deploys / size.cuts) + 1;
    for (let at = 1; at <= total; at++) {
      // The last of them while the last devices are under way.
      await flow.until(() => streamed.size >= (at * size.devices * 0.95) / total || flow.arrivals.length > 0);
      assert.equal(flow.arrivals.length, 0, "it has ended before all disturbances");
      if (at % every === 0 || size.deploys === done.deploys) {
        await cut();
        done.cuts++;
      } else {
        helper.getNode("button").receive({ payload: { n: at } });
        await deploy(others[at % 3]!.id, { name: String(at) });
        done.deploys++;
      }
    }
    return done;
  }

  async function cut(): Promise<void> {
    const response = await fetch(`${ready.endpoint}/_simulator/subscription/close`, {
      method: "POST",
      body: JSON.stringify({ cut: true }),
    });
    assert.equal(response.status, 200);
  }

  async function executions(): Promise<Map<string, Execution>> {
    const found = new Map<string, Execution>();
    const all = (await (await fetch(`${ready.endpoint}/_simulator/executions`)).json()) as Execution[];
    for (const execution of all) {
      if (execution.service !== "Blink") continue;
      assert.ok(!found.has(execution.deviceName), `${execution.deviceName} has acted twice`);
      found.set(execution.deviceName, execution);
    }
    return found;
  }

  function check(
    { payload, fleet }: ReportMessage,
    streamed: Map<number, string>,
    acted: Map<string, Execution>,
  ): void {
    assert.deepEqual([fleet.targets, streamed.size], [size.devices, size.devices]);
    for (const [at, { deviceName, outcome, code, messageId }] of payload.devices.entries()) {
      const execution = acted.get(deviceName);
      const shown = `${deviceName} is ${outcome} ${code}, and has ${execution ? "" : "not "}acted`;
      assert.equal(streamed.get(at), outcome, shown);
      if (execution) assert.equal(execution.args["n"], at, shown);
      if (outcome === "done" || outcome === "failed") {
        assert.ok(execution, shown);
        if (messageId !== undefined) assert.equal(execution.messageId, messageId, shown);
        assert.equal(code, outcome === "done" ? "200" : "100001", shown);
      } else if (outcome !== "unknown") {
        assert.ok((outcome === "refused" || outcome === "not-sent") && !execution, shown);
      }
    }
    // Five kinds leave it open whether the device has acted, and a busy machine adds timeouts.
    const share = (name: "done" | "unknown"): number => fleet[name] / size.devices;
    assert.ok(share("unknown") > 0.02 && share("done") > 0.4, JSON.stringify(fleet));
  }
});

/** How many devices ended in which way, and why. */
function codesIn({ payload }: ReportMessage): string {
  const counts = new Map<string, number>();
  for (const { outcome, code } of payload.devices) {
    const words = `${outcome} ${code}`;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, count]) => `${words}: ${count}`).join(", ");
}
