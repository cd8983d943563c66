import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { type TestFlow, unload } from "../support/nodes";
import { productKey } from "../support/thermostat-definition";
import { Thermostats } from "../support/thermostats";

describe("messages that need a subscription which hangs while it opens", () => {
  let home: Thermostats;
  let isHung = true;
  beforeEach(async () => {
    isHung = true;
    home = await Thermostats.start();
  });
  afterEach(async () => {
    await unload();
    await home.close();
  });

  /** The subscription, or the account, never opens until it is let. */
  function hang(flow: TestFlow, id = "subscription"): TestFlow {
    const node = helper.getNode(id) as unknown as { open(): unknown };
    const open = node.open.bind(node);
    node.open = () => (isHung ? new Promise(() => undefined) : open());
    return flow;
  }

  for (const what of ["subscription", "account"]) {
    it(`wait-until: the wait's own timeout ends it (${what})`, async () => {
      const flow = hang(await home.waiting({ timeout: 0.05 }), what);
      const { code, category, outcome, retryable, message } = await flow.failureOf({});
      assert.deepEqual(
        [code, category, outcome, retryable],
        ["wait-timeout", "timeout", "unknown", true],
        message,
      );
    });

    it(`set-properties: the timeout of the call ends it, and nothing is sent (${what})`, async () => {
      const flow = hang(await home.flow({ confirm: "reported", timeout: 0.05 }), what);
      const { code, category, outcome, retryable, message } = await flow.failureOf({
        payload: { Target: 20 },
      });
      assert.deepEqual(
        [code, category, outcome, retryable],
        ["request-timeout", "timeout", "not-sent", true],
        message,
      );
      assert.match(message, new RegExp(`The ${what} .* 0\\.1 s`));
      assert.deepEqual(home.simulator.executions, []);
    });
  }

  it("invoke-service: the timeout of the call ends it, and nothing is sent", async () => {
    const settings = { account: "account", service: "Any", args: "{}", argsType: "json", check: "off" };
    const more = { nodeType: "aliyun-iot-invoke-service" };
    const flow = hang(await home.waiting({ ...settings, awaitReply: true, timeout: 0.05 }, more));
    const { code, outcome, message } = await flow.failureOf({});
    assert.deepEqual([code, outcome], ["request-timeout", "not-sent"], message);
    assert.deepEqual(home.simulator.executions, []);
  });

  it("later messages wait as usual once it has opened", async () => {
    const flow = hang(await home.waiting({ timeout: "patience", timeoutType: "msg" }));
    for (let sent = 0; sent < 5; sent++) flow.send({ patience: 0.02 });
    await flow.until(() => flow.arrivals.length === 5);
    isHung = false;
    flow.send({ patience: 20 });
    home.simulator.uplink.postProperty(productKey, "willing", { Temperature: 31 });
    await flow.until(() => flow.arrivals.length === 6);
    assert.deepEqual(
      flow.arrivals.map(({ port, msg }) => msg.error?.code ?? port),
      [...Array.from({ length: 5 }, () => "wait-timeout"), "result"],
    );
  });
});
