import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import type { Simulator } from "../../lib/simulator/simulator";
import { longRun } from "../support/long-run";
import { listening, type Message, simulated, subscriptionAt, TestFlow, unload } from "../support/nodes";

const calls = longRun(5000);
const cuts = longRun(50);
const devices = 20;

/** Twenty lamps whose service answers later, each after a time of its own: long enough that most calls wait at once. */
const homeDefinition: SimulatorDefinition = {
  products: [
    {
      productKey: "a1BwAGV0001",
      thingModel: {
        profile: { productKey: "a1BwAGV0001" },
        services: [
          {
            identifier: "Blink",
            name: "Blink",
            callType: "async",
            inputData: [{ identifier: "n", name: "n", dataType: { type: "int", specs: {} } }],
            outputData: [{ identifier: "n", name: "n", dataType: { type: "int", specs: {} } }],
          },
        ],
      },
      devices: Array.from({ length: devices }, (_none, n) => ({
        deviceName: `light${n}`,
        status: "ONLINE" as const,
        services: {
          // The last one says no, and the first replies before the platform has answered the call.
          Blink: {
            ...(n === 0
              ? { reply: "before" as const }
              : { delayMs: longRun(3000) + ((n * 37) % 150) * longRun(10) }),
            ...(n === devices - 1 ? { code: 100001, message: "no" } : { data: '{ "n": args.n }' }),
          },
        },
      })),
    },
  ],
};

describe(`${calls} asynchronous calls in flight`, function () {
  this.timeout(120_000);
  let simulator: Simulator;

  afterEach(async () => {
    await unload();
    await simulator.close();
  });

  async function load(perMinute: number): Promise<{ flow: TestFlow; heard: Message[] }> {
    const started = await simulated({ definition: homeDefinition });
    ({ simulator } = started);
    const endpoint = await simulator.openAmqp();
    const flow = await TestFlow.load({
      ...started.toIt,
      account: { ...started.toIt.account, rate: 1_000_000 },
      invoke: {
        service: "Blink",
        deviceName: "topic",
        deviceNameType: "msg",
        awaitReply: true,
        subscription: "subscription",
        replyTimeout: 60,
      },
      more: [subscriptionAt(endpoint), ...listening("in", "heard", { kind: "reply" })],
      // Many cuts in a minute, where the usual bounds would spread them over many.
      timings: { first: 1, maxMs: 20, perMinute },
    });
    const heard: Message[] = [];
    helper.getNode("heard").on("input", (msg) => heard.push(msg));
    return { flow, heard };
  }

  function send(flow: TestFlow): void {
    for (let n = 0; n < calls; n++) flow.send({ payload: { n }, topic: `light${n % devices}`, n });
  }

  /** Each message its own reply, none twice, none lost; and the devices have acted as often as they were told. */
  function check(flow: TestFlow, heard: Message[]): void {
    assert.equal(flow.arrivals.length, calls);
    assert.equal(new Set(flow.arrivals.map(({ msg }) => (msg as Message & { n: number }).n)).size, calls);
    for (const { port, msg } of flow.arrivals) {
      const { n } = msg as Message & { n: number };
      if (n % devices === devices - 1) {
        assert.deepEqual([port, msg.error?.code, msg.error?.outcome], ["failure", "100001", "failed"]);
      } else {
        assert.equal(port, "result", msg.error?.message);
        assert.deepEqual([msg.payload, msg.invocation?.code], [{ n }, 200]);
      }
    }
    assert.equal(simulator.executions.length, calls);
    const messageIds = flow.arrivals.map(({ msg }) => msg.invocation?.messageId);
    assert.deepEqual(new Set(messageIds), new Set(simulator.executions.map(({ messageId }) => messageId)));
    // A node that listens to the same subscription gets each reply once as well.
    const replied = heard.map(
      (msg) => (msg as unknown as { message: { requestId: string } }).message.requestId,
    );
    assert.equal(replied.length, new Set(replied).size);
  }

  it("get each its own reply, once, in whatever order they come and though some come twice", async () => {
    const { flow, heard } = await load(20);
    simulator.subscription.disturb({ kind: "duplicate", probability: 0.1 });
    simulator.subscription.disturb({ kind: "reorder", probability: 0.5 });
    send(flow);
    await flow.until(() => flow.arrivals.length === calls);
    check(flow, heard);
  });

  it(`get each its own reply, once, though the connection is cut ${cuts} times`, async () => {
    const { flow, heard } = await load(1000);
    simulator.subscription.disturb({ kind: "duplicate", probability: 0.1 });
    send(flow);
    for (let cut = 1; cut <= cuts; cut++) {
      await flow.until(() => flow.arrivals.length >= (cut * calls) / (cuts * 1.2));
      simulator.subscription.closeConnections(cut % 3 === 0 ? {} : { cut: true });
    }
    await flow.until(() => flow.arrivals.length === calls);
    check(flow, heard);
    const attempts = simulator.subscription.state().groups[0]!.attempts;
    assert.ok(attempts > cuts / 2 && attempts <= cuts + 1, `${attempts} connections`);
  });
});
