import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Simulator } from "../../lib/simulator/simulator";
import { lamp, simulated, TestFlow, unload } from "../support/nodes";
import { unicode } from "../support/unicode";

const anyText = fc.oneof(
  unicode(),
  fc.constantFrom("", "payload", "a.b[0]", "${X}", "$now()", "{}", "light01", "FadeTo"),
);
// Node-RED itself stumbles over an object whose toString is no function, so objects stay out of flow files here.
const odd = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(fc.integer()));
const anyField = fc.oneof(anyText, odd);
const anyType = fc.oneof(fc.constantFrom("str", "msg", "flow", "global", "env", "jsonata", "json"), odd);

/** Configurations that a hand-edited flow file could hold; values must survive a flow file. */
const config = fc.record(
  {
    target: fc.oneof(fc.constantFrom("device", "iotId"), odd),
    productKey: anyField,
    productKeyType: anyType,
    deviceName: anyField,
    deviceNameType: anyType,
    iotId: anyField,
    iotIdType: anyType,
    service: anyField,
    serviceType: anyType,
    args: anyField,
    argsType: anyType,
    result: anyField,
    resultType: fc.oneof(fc.constantFrom("msg", "flow", "global"), odd),
    timeout: fc.oneof(fc.constantFrom("", 1, "2", -1, "x"), odd),
    delivery: odd,
    awaitReply: fc.oneof(fc.boolean(), odd),
    subscription: fc.oneof(fc.constant("account"), odd),
    replyTimeout: fc.oneof(fc.constantFrom("", 1, "2", -1, "x"), odd),
  },
  { requiredKeys: [] },
);

describe("invoke node, whatever comes in", function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let toIt: Awaited<ReturnType<typeof simulated>>["toIt"];

  before(async () => {
    ({ simulator, toIt } = await simulated());
  });

  after(() => simulator.close());

  afterEach(() => unload());

  it("any message has exactly one outcome", async () => {
    const flow = await TestFlow.load(toIt);
    let sent = 0;
    const check = fc.asyncProperty(
      fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
      async (payload) => {
        const { port, msg } = await flow.run({ payload, n: ++sent });
        assert.equal((msg as unknown as { n: number }).n, sent);
        assert.equal(flow.arrivals.length, sent);
        if (port === "failure") assert.ok((msg.error?.message.length ?? 0) > 10);
        else assert.equal(port, "result");
      },
    );
    await fc.assert(check, { numRuns: 500, endOnFailure: true });
  });

  it("any configuration gives each message exactly one outcome", async () => {
    const check = fc.asyncProperty(config, fc.anything(), async (invoke, payload) => {
      const flow = await TestFlow.load({
        ...toIt,
        invoke: JSON.parse(JSON.stringify(invoke)) as Record<string, unknown>,
      });
      try {
        await flow.run({ payload });
        await flow.run({ payload: {} });
        assert.equal(flow.arrivals.length, 2);
      } finally {
        await unload();
      }
    });
    await fc.assert(check, { numRuns: 150, endOnFailure: true });
  });

  it("still calls the lamp afterwards", async () => {
    const flow = await TestFlow.load({ ...toIt, invoke: { ...lamp } });
    assert.equal((await flow.run({ payload: '{"Level":1.0,"DurationMs":5,"Curve":0}' })).port, "result");
  });
});
