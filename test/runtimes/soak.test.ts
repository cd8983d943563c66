import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { type Runtime, startRuntime } from "../support/runtime";
import { type RunningSimulator, startSimulator } from "../support/simulator";
import { soakFlow, type SoakState } from "../support/soak-flow";

/** `npm run soak` sends a million. */
const total = Number(process.env["SOAK_MESSAGES"] ?? 20_000);
const concurrency = 64;
const kinds = ["drop-before", "drop-after", "throttle", "server-error", "garbage"];

describe(`soak: ${total} messages through a real Node-RED, 1 % faults`, function () {
  this.timeout(Math.max(240_000, total * 5));
  let simulator: RunningSimulator;
  let runtime: Runtime;

  before(async () => {
    const faults = kinds.map((fault) => ({
      action: "InvokeThingService",
      fault,
      probability: 0.01 / kinds.length,
      retryAfterMs: 1,
    }));
    simulator = await startSimulator({ ...lamp, seed: 1, faults });
    runtime = await startRuntime({
      version: 4,
      flows: soakFlow(simulator.endpoint, concurrency),
      credentials: { account: { accessKeyId: "testid", accessKeySecret: "testsecret" } },
      settings: { functionExternalModules: true },
    });
  });

  after(async () => {
    await runtime?.stop();
    await simulator?.stop();
  });

  it("loses none, keeps its memory, and opens no more sockets than the concurrency", async () => {
    await fetch(`${runtime.url}/start?total=${total}`);
    let state = await stats();
    while (state.ended < total) {
      const before = state.ended;
      await pause(Math.min(10_000, total / 20));
      // What the devices did is not looked at here, and would fill the simulator's memory.
      await fetch(`${simulator.endpoint}/_simulator/executions`, { method: "DELETE" });
      state = await stats();
      assert.ok(state.ended > before, `nothing ended any more after ${before} messages\n${runtime.log()}`);
    }
    const failed = Object.values(state.failures).reduce((sum, count) => sum + count, 0);
    const megabytes = state.heap.map((bytes) => (bytes / 1e6).toFixed(1));
    console.log(`      results ${state.results}, failures ${JSON.stringify(state.failures)}`);
    console.log(
      `      most sockets ${state.maxSockets}, heap in MB after each tenth: ${megabytes.join(" ")}`,
    );
    assert.equal(state.results + failed, total);
    assert.ok(failed > total * 0.002 && failed < total * 0.02, `${failed} failures`);
    // Beside the account's sockets: the server's, and this test's own requests.
    assert.ok(state.maxSockets <= concurrency + 8, `${state.maxSockets} sockets`);
    const [first = 0, last = 0] = [state.heap[0], state.heap.at(-1)];
    assert.ok(last < first * 1.1, `heap grew from ${first} to ${last} bytes`);
    assert.doesNotMatch(runtime.log(), /unhandled|uncaught/i);
  });

  async function stats(): Promise<SoakState> {
    const response = await fetch(`${runtime.url}/stats`);
    return (await response.json()) as SoakState;
  }
});

const lamp = {
  accessKeys: [{ accessKeyId: "testid", accessKeySecret: "testsecret" }],
  products: [
    {
      productKey: "a1BwAGV0001",
      productName: "Lamp",
      thingModel: {
        profile: { productKey: "a1BwAGV0001" },
        services: [
          { identifier: "Reboot", name: "Reboot", callType: "async", inputData: [], outputData: [] },
        ],
      },
      devices: [{ deviceName: "light01", iotId: "Q7uOhVRdZRRlDnTLv00100", status: "ONLINE" }],
    },
  ],
};
