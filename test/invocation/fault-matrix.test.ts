import assert from "node:assert/strict";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { Governor } from "../../lib/invocation/governor";
import { type Account, invoke, type Settled } from "../../lib/invocation/invoke";
import type { Delivery } from "../../lib/invocation/retry";
import type { FaultKind } from "../../lib/simulator/definition/fault";
import { Simulator } from "../../lib/simulator/simulator";
import { longRun } from "../support/long-run";
import { smallSample } from "../support/small-sample";

const quota = { rate: 1_000_000, concurrency: 64, queueLimit: 100_000, queueTtl: 0 };
const fade = '{"Level":80.0,"DurationMs":5,"Curve":1}';

function accountOf(simulator: Simulator, timeout = 15_000): Account {
  const { accessKeyId, accessKeySecret } = simulator;
  const credentials = typedCredentials({ credentialType: "access_key", accessKeyId, accessKeySecret });
  const endpoint = new URL(simulator.endpoint);
  const client = new Client({ endpoint, credentials, concurrency: quota.concurrency, timeout });
  return { client, governor: new Governor(quota), timeout };
}

function call(account: Account, delivery: Delivery, args = fade): Promise<Settled> {
  const target = { productKey: "a1BwAGV0001", deviceName: "light01" };
  return invoke(account, { target, service: "FadeTo", args }, { delivery });
}

/** One line that says all about how a call ended and what the device did. */
function ending(settled: Settled, simulator: Simulator): string {
  const { attempts } = settled.invocation;
  const end = settled.ok ? "result" : `${settled.failure.outcome} ${settled.failure.category}`;
  return `${end}, ${attempts} attempts, ${simulator.executions.length} executions`;
}

describe("fault matrix", () => {
  let simulator: Simulator;
  let account: Account;

  beforeEach(async () => {
    simulator = await Simulator.start({ definition: smallSample });
    account = accountOf(simulator);
  });

  afterEach(async () => {
    await account.client.close();
    await simulator.close();
  });

  /** What happens when the fault meets the first so many attempts: at most once, at least once. */
  const matrix: [FaultKind, number, string, string][] = [
    ["drop-before", 1, "unknown network, 1 attempts, 0 executions", "result, 2 attempts, 1 executions"],
    [
      "drop-before",
      9,
      "unknown network, 1 attempts, 0 executions",
      "unknown network, 4 attempts, 0 executions",
    ],
    ["drop-after", 1, "unknown network, 1 attempts, 1 executions", "result, 2 attempts, 2 executions"],
    [
      "drop-after",
      9,
      "unknown network, 1 attempts, 1 executions",
      "unknown network, 4 attempts, 4 executions",
    ],
    ["throttle", 1, "result, 2 attempts, 1 executions", "result, 2 attempts, 1 executions"],
    ["throttle", 3, "result, 4 attempts, 1 executions", "result, 4 attempts, 1 executions"],
    [
      "throttle",
      9,
      "refused throttled, 4 attempts, 0 executions",
      "refused throttled, 4 attempts, 0 executions",
    ],
    ["server-error", 1, "unknown platform, 1 attempts, 0 executions", "result, 2 attempts, 1 executions"],
    [
      "server-error",
      9,
      "unknown platform, 1 attempts, 0 executions",
      "unknown platform, 4 attempts, 0 executions",
    ],
    ["garbage", 1, "unknown platform, 1 attempts, 1 executions", "result, 2 attempts, 2 executions"],
    [
      "garbage",
      9,
      "unknown platform, 1 attempts, 1 executions",
      "unknown platform, 4 attempts, 4 executions",
    ],
    ["wrong-clock", 1, "result, 2 attempts, 1 executions", "result, 2 attempts, 1 executions"],
    ["xml", 9, "result, 1 attempts, 1 executions", "result, 1 attempts, 1 executions"],
    ["hang", 9, "unknown timeout, 1 attempts, 0 executions", "unknown timeout, 1 attempts, 0 executions"],
  ];
  for (const [fault, times, atMostOnce, atLeastOnce] of matrix) {
    for (const [delivery, expected] of [
      ["at-most-once", atMostOnce],
      ["at-least-once", atLeastOnce],
    ] as const) {
      it(`${fault} ${times} times, ${delivery}: ${expected}`, async () => {
        if (fault === "hang") account = accountOf(simulator, 300);
        simulator.addFault({ action: "InvokeThingService", fault, times, retryAfterMs: 20 });
        assert.equal(ending(await call(account, delivery), simulator), expected);
      });
    }
  }

  /** What happens when the first attempt is throttled and the fault meets all that follow. */
  const later: [FaultKind, string, string][] = [
    ["drop-before", "unknown network, 2 attempts, 0 executions", "unknown network, 4 attempts, 0 executions"],
    ["drop-after", "unknown network, 2 attempts, 1 executions", "unknown network, 4 attempts, 3 executions"],
    [
      "server-error",
      "unknown platform, 2 attempts, 0 executions",
      "unknown platform, 4 attempts, 0 executions",
    ],
    ["garbage", "unknown platform, 2 attempts, 1 executions", "unknown platform, 4 attempts, 3 executions"],
    ["wrong-clock", "result, 3 attempts, 1 executions", "result, 3 attempts, 1 executions"],
    ["xml", "result, 2 attempts, 1 executions", "result, 2 attempts, 1 executions"],
    ["hang", "unknown timeout, 2 attempts, 0 executions", "unknown timeout, 2 attempts, 0 executions"],
  ];
  for (const [fault, atMostOnce, atLeastOnce] of later) {
    for (const [delivery, expected] of [
      ["at-most-once", atMostOnce],
      ["at-least-once", atLeastOnce],
    ] as const) {
      it(`${fault} from the second attempt on, ${delivery}: ${expected}`, async () => {
        if (fault === "hang") account = accountOf(simulator, 1000);
        simulator.addFault({ fault: "throttle", times: 1, retryAfterMs: 5 });
        simulator.addFault({ fault, skip: 1 });
        assert.equal(ending(await call(account, delivery), simulator), expected);
      });
    }
  }

  it("stays unknown when a throttled repeat follows a lost answer", async () => {
    simulator.addFault({ fault: "drop-after", times: 1 });
    simulator.addFault({ fault: "throttle", skip: 1, retryAfterMs: 5 });
    const settled = await call(account, "at-least-once");
    assert.equal(ending(settled, simulator), "unknown network, 4 attempts, 1 executions");
  });

  it("waits as long as the platform asks, rather than by its own rule", async () => {
    simulator.addFault({ fault: "throttle", times: 1, retryAfterMs: 700 });
    const settled = await call(account, "at-most-once");
    assert.equal(ending(settled, simulator), "result, 2 attempts, 1 executions");
    // By its own rule it would be 200 ms at most.
    assert.ok(settled.invocation.durationMs >= 700, `${settled.invocation.durationMs} ms`);
  });

  it("recovers the rate although every called device is offline", async () => {
    const at = (governor: Governor): number => governor.reserveStart();
    const pause = (governor: Governor): number => -at(governor) + at(governor);
    const slow = { ...account, governor: new Governor({ ...quota, rate: 1000 }) };
    for (let n = 0; n < 10; n++) slow.governor.slowDown(performance.now());
    const slowest = pause(slow.governor);
    const target = { productKey: "a1BwAGV0001", deviceName: "light02" };
    for (let n = 0; n < 60; n++) {
      const settled = await invoke(
        slow,
        { target, service: "FadeTo", args: fade },
        { delivery: "at-most-once" },
      );
      assert.equal(settled.ok ? "result" : settled.failure.category, "offline");
    }
    assert.ok(pause(slow.governor) < slowest / 16);
  });

  it("keeps within the time of the whole call", async () => {
    simulator.addFault({ fault: "throttle", retryAfterMs: 60_000 });
    const settled = await call(account, "at-most-once");
    assert.equal(ending(settled, simulator), "refused throttled, 1 attempts, 0 executions");
  });
});

const total = longRun(20_000);

describe(`${total} calls under random faults`, function () {
  this.timeout(120_000);

  it("at most once executes none twice and loses none", async () => {
    const faults = (["drop-before", "drop-after", "throttle", "server-error", "garbage", "xml"] as const).map(
      (fault) => ({ action: "InvokeThingService", fault, probability: 0.02, retryAfterMs: 1 }),
    );
    const rare = (["hang", "wrong-clock"] as const).map((fault) => ({
      action: "InvokeThingService",
      fault,
      probability: 0.001,
    }));
    const sample = { ...lampDefinition(), seed: 20261122, faults: [...faults, ...rare] };
    const simulator = await Simulator.start({ definition: sample });
    const account = accountOf(simulator, 3000);
    const outcomes = new Map<string, number>();
    const executed = new Map<string, number>();
    const calls = Array.from({ length: total }, async (_none, n) => {
      const settled = await call(account, "at-most-once", `{"n":${n}}`);
      const outcome = settled.ok ? "result" : settled.failure.outcome;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      return { n: String(n), outcome };
    });
    const ends = await Promise.all(calls);
    for (const { args } of simulator.executions) {
      const n = String((args as { n: number }).n);
      executed.set(n, (executed.get(n) ?? 0) + 1);
    }
    const twice = [...executed.values()].filter((count) => count > 1).length;
    const wrong = ends.filter(({ n, outcome }) => {
      const times = executed.get(n) ?? 0;
      return outcome === "result" ? times !== 1 : outcome !== "unknown" && times !== 0;
    });
    const lost = total - ends.length;
    console.log(
      `      ${[...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(", ")}; executed twice ${twice}, lost ${lost}`,
    );
    assert.deepEqual([twice, lost, wrong], [0, 0, []]);
    assert.ok((outcomes.get("unknown") ?? 0) > total / 40 && (outcomes.get("result") ?? 0) > total * 0.75);
    await account.client.close();
    await simulator.close();
  });
});

function lampDefinition(): object {
  const thingModel = {
    profile: { productKey: "a1BwAGV0001" },
    services: [
      {
        identifier: "FadeTo",
        name: "Fade",
        callType: "sync",
        inputData: [
          { identifier: "n", name: "n", dataType: { type: "int", specs: { min: "0", max: "100000" } } },
        ],
        outputData: [],
      },
    ],
  };
  const devices = [{ deviceName: "light01", iotId: "Q7uOhVRdZRRlDnTLv00100", status: "ONLINE" }];
  return {
    accessKeys: [{ accessKeyId: "testid", accessKeySecret: "testsecret" }],
    products: [{ productKey: "a1BwAGV0001", productName: "Lamp", thingModel, devices }],
  };
}
