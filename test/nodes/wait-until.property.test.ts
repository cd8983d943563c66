import assert from "node:assert/strict";
import * as fc from "fast-check";
import { conditionNames } from "../../lib/waiting/condition-names";
import { unload } from "../support/nodes";
import { productKey } from "../support/thermostat-definition";
import { Thermostats } from "../support/thermostats";
import { unicode } from "../support/unicode";

const anyText = fc.oneof(
  unicode(),
  fc.constantFrom(
    "",
    "payload",
    "a.b[0]",
    "${X}",
    "$now()",
    "{}",
    "willing",
    "Temperature",
    "Schedule.Hour",
    "1",
  ),
);
// Node-RED itself stumbles over an object whose toString is no function, so objects stay out of flow files here.
const odd = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(fc.integer()));
const anyField = fc.oneof(anyText, odd);
const types = ["str", "num", "bool", "json", "msg", "flow", "global", "env", "jsonata"];
const anyType = fc.oneof(fc.constantFrom(...types), odd);

/** Configurations that a hand-edited flow file could hold; values must survive a flow file. */
const config = fc.record(
  {
    target: fc.oneof(fc.constantFrom("device", "iotId"), odd),
    productKey: fc.oneof(fc.constant(productKey), anyField),
    deviceName: fc.oneof(fc.constant("willing"), anyField),
    deviceNameType: anyType,
    iotId: anyField,
    iotIdType: anyType,
    kind: fc.oneof(fc.constantFrom("property", "event", "state"), odd),
    identifier: anyField,
    identifierType: anyType,
    condition: fc.oneof(fc.constantFrom(...conditionNames), odd),
    value: anyField,
    valueType: anyType,
    value2: anyField,
    value2Type: anyType,
    checkFirst: fc.oneof(fc.boolean(), odd),
    timeout: fc.constantFrom(0.01, "0.02", -1, "x", null),
    timeoutType: fc.constantFrom("num", "msg", "str"),
    result: anyField,
    resultType: fc.oneof(fc.constantFrom("msg", "flow", "global"), odd),
    subscription: fc.oneof(fc.constantFrom("subscription", "account"), odd),
  },
  { requiredKeys: ["timeout"] },
);

describe("wait-until node, whatever comes in", function () {
  this.timeout(120_000);
  let home: Thermostats;

  before(async () => {
    home = await Thermostats.start();
    home.simulator.uplink.postProperty(productKey, "willing", { Temperature: 21, Count: 5 });
  });
  after(() => home.close());
  afterEach(() => unload());

  it("any message has exactly one outcome", async () => {
    const flow = await home.waiting({ condition: "eq", value: "payload", valueType: "msg", timeout: 0.01 });
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
    await fc.assert(check, { numRuns: 300, endOnFailure: true });
  });

  it("any configuration gives each message exactly one outcome", async () => {
    const check = fc.asyncProperty(config, fc.anything(), async (settings, payload) => {
      const flow = await home.waiting(JSON.parse(JSON.stringify(settings)) as Record<string, unknown>);
      try {
        await flow.run({ payload });
        await flow.run({ payload: {} });
        assert.equal(flow.arrivals.length, 2);
      } finally {
        await unload();
      }
    });
    await fc.assert(check, { numRuns: 100, endOnFailure: true });
  });

  it("still waits afterwards", async () => {
    const flow = await home.waiting({ condition: "lt" });
    assert.equal((await flow.run({})).port, "result");
  });
});
