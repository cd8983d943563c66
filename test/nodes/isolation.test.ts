import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { Simulator } from "../../lib/simulator/simulator";
import { longRun } from "../support/long-run";
import { lamp, type Message, TestFlow, unload } from "../support/nodes";

const each = longRun(5000);
const shortQueue = longRun(2000);
const rates = { east: longRun(1500), west: longRun(750) };

describe("two accounts side by side", function () {
  this.timeout(60_000);
  const simulators: Simulator[] = [];

  afterEach(async () => {
    await unload();
    for (const simulator of simulators.splice(0)) await simulator.close();
  });

  /** A home with a key and an instance of its own, whose lamp says where it is. */
  async function home(name: string, data: object, faults: object[]): Promise<Simulator> {
    const service = {
      identifier: "Blink",
      name: "Blink",
      callType: "sync",
      inputData: [
        { identifier: "n", name: "n", dataType: { type: "int", specs: { min: "0", max: "100000" } } },
      ],
      outputData: [],
    };
    const simulator = await Simulator.start({
      definition: {
        accessKeys: [{ accessKeyId: `key-${name}`, accessKeySecret: `secret-${name}` }],
        instanceId: `iot-${name}`,
        products: [
          {
            productKey: "a1BwAGV0001",
            productName: name,
            thingModel: { profile: { productKey: "a1BwAGV0001" }, services: [service] },
            devices: [
              { deviceName: "light01", iotId: `iot-id-${name}`, status: "ONLINE", services: { Blink: data } },
            ],
          },
        ],
        faults,
      } as never,
    });
    simulators.push(simulator);
    return simulator;
  }

  const account = (
    id: string,
    simulator: Simulator,
    name: string,
    more: object,
  ): Record<string, unknown> => ({
    id,
    type: "aliyun-iot-account",
    endpoint: simulator.endpoint,
    instanceId: `iot-${name}`,
    ...more,
  });

  /** The most that began within any second, and how many began each second from the first to the last. */
  function paceOf(simulator: Simulator): { maxPerSecond: number; mean: number } {
    const times = simulator.executions.map(({ at }) => at);
    let maxPerSecond = 0;
    for (let first = 0, last = 0; last < times.length; last++) {
      while (times[last]! - times[first]! >= 1000) first++;
      maxPerSecond = Math.max(maxPerSecond, last - first + 1);
    }
    return { maxPerSecond, mean: Math.round((1000 * times.length) / (times.at(-1)! - times[0]!)) };
  }

  it(`share no reply, credential, error, limit or pace in ${2 * each} interleaved calls`, async () => {
    const east = await home("east", { data: '{"home":"east","n":args.n}' }, []);
    const west = await home("west", { code: 100001, data: {} }, [
      { fault: "throttle", action: "InvokeThingService", times: 2, retryAfterMs: 1 },
    ]);
    const blink = { ...lamp, service: "Blink" };
    const flow = await TestFlow.load({
      account: account("account", east, "east", {
        regionId: "cn-shanghai",
        concurrency: 64,
        rate: rates.east,
      }),
      invoke: blink,
      credentials: { accessKeyId: "key-east", accessKeySecret: "secret-east" },
      more: [
        account("account2", west, "west", {
          regionId: "eu-central-1",
          concurrency: 3,
          rate: rates.west,
          queueLimit: shortQueue,
        }),
        {
          id: "invoke2",
          z: "tab",
          x: 1,
          y: 1,
          type: "aliyun-iot-invoke-service",
          account: "account2",
          ...blink,
          wires: [["result"], ["failure"]],
        },
      ],
      moreCredentials: { account2: { accessKeyId: "key-west", accessKeySecret: "secret-west" } },
    });
    for (let n = 0; n < each; n++) {
      flow.send({ payload: { n }, home: "east", n });
      helper.getNode("invoke2").receive({ payload: { n }, home: "west", n });
    }
    await flow.until(() => flow.arrivals.length === 2 * each);
    const full = { east: 0, west: 0 };
    const repeated = { east: 0, west: 0 };
    for (const { port, msg } of flow.arrivals) {
      const { home: from, n } = msg as Message & { home: "east" | "west"; n: number };
      if ((msg.invocation?.attempts ?? 0) > 1) repeated[from]++;
      if (msg.error?.code === "queue-full") {
        full[from]++;
        assert.equal(msg.error.source.id, from === "east" ? "invoke" : "invoke2");
      } else if (from === "east") {
        assert.equal(port, "result", msg.error?.message);
        assert.deepEqual(msg.payload, { home: "east", n });
      } else {
        assert.equal(port, "failure");
        assert.deepEqual([msg.error?.code, msg.error?.source.id], ["100001", "invoke2"]);
        assert.deepEqual(msg.payload, { n });
      }
    }
    // Only the one with the short queue is ever full, and only the one that is throttled repeats.
    assert.equal(full.east, 0);
    assert.ok(full.west > 0 && full.west < each - shortQueue, `${full.west} refused by a full queue`);
    assert.deepEqual(repeated, { east: 0, west: 2 });
    for (const [simulator, name, count] of [
      [east, "east", each],
      [west, "west", each - full.west],
    ] as const) {
      const numbers = simulator.executions.map(({ args }) => (args as { n: number }).n);
      assert.equal(numbers.length, count);
      assert.equal(new Set(numbers).size, count);
      const { maxPerSecond, mean } = paceOf(simulator);
      console.log(
        `      ${name}: ${count} calls, ${mean} a second of ${rates[name]} allowed, at most ${maxPerSecond} within a second; ${full[name]} refused by a full queue`,
      );
      assert.ok(maxPerSecond <= rates[name] * 1.05, `${maxPerSecond} within a second`);
    }
  });
});
