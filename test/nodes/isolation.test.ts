import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { Simulator } from "../../lib/simulator/simulator";
import { lamp, type Message, TestFlow, unload } from "../support/nodes";

describe("two accounts side by side", function () {
  this.timeout(60_000);
  const simulators: Simulator[] = [];

  afterEach(async () => {
    await unload();
    for (const simulator of simulators.splice(0)) await simulator.close();
  });

  /** A house with a key and an instance of its own, whose lamp says where it is. */
  async function house(name: string, data: object, faults: object[]): Promise<Simulator> {
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
    rate: 1_000_000,
    ...more,
  });

  it("share no reply, credential, error or quota in 10,000 interleaved calls", async () => {
    const east = await house("east", { data: '{"house":"east","n":args.n}' }, []);
    const west = await house("west", { code: 100001, data: {} }, [
      { fault: "throttle", times: 2, retryAfterMs: 1 },
    ]);
    const blink = { ...lamp, service: "Blink" };
    const flow = await TestFlow.load({
      account: account("account", east, "east", { concurrency: 64 }),
      invoke: blink,
      credentials: { accessKeyId: "key-east", accessKeySecret: "secret-east" },
      more: [
        account("account2", west, "west", { concurrency: 3 }),
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
    for (let n = 0; n < 5000; n++) {
      flow.send({ payload: { n }, house: "east", n });
      helper.getNode("invoke2").receive({ payload: { n }, house: "west", n });
    }
    await flow.until(() => flow.arrivals.length === 10_000);
    for (const { port, msg } of flow.arrivals) {
      const { house: from, n } = msg as Message & { house: string; n: number };
      if (from === "east") {
        assert.equal(port, "result", msg.error?.message);
        assert.deepEqual(msg.payload, { house: "east", n });
      } else {
        assert.equal(port, "failure");
        assert.deepEqual([msg.error?.code, msg.error?.source.id], ["100001", "invoke2"]);
        assert.deepEqual(msg.payload, { n });
      }
    }
    for (const simulator of [east, west]) {
      const numbers = simulator.executions.map(({ args }) => (args as { n: number }).n);
      assert.equal(numbers.length, 5000);
      assert.equal(new Set(numbers).size, 5000);
    }
  });
});
