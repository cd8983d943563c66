import assert from "node:assert/strict";
import { collectSends, eventually, type TestFlow, unload } from "../support/nodes";
import { productKey } from "../support/thermostat-definition";
import { Thermostats } from "../support/thermostats";

interface Reported {
  items: Record<string, { value: unknown; time: number }>;
}

describe("set-properties node: confirmed by the device", () => {
  let home: Thermostats;
  beforeEach(async () => {
    home = await Thermostats.start();
  });
  afterEach(async () => {
    await unload();
    await home.close();
  });

  const load = (deviceName: string, confirm: string, settings: Record<string, unknown> = {}) =>
    home.flow({ deviceName, confirm, ...settings });
  const endOf = async (flow: TestFlow, payload: unknown): Promise<unknown[]> => {
    const { port, msg } = await flow.run({ payload });
    return port === "result" ? [port, msg.payload] : [msg.error?.code, msg.error?.outcome];
  };

  describe("reply", () => {
    it("is the device's data, whichever topic the platform gives it", async () => {
      const flow = await load("willing", "reply");
      for (let n = 0; n < 3; n++) {
        const { port, msg } = await flow.run({ payload: { Target: n } });
        assert.equal(port, "result", msg.error?.message);
        assert.deepEqual([msg.payload, msg.invocation?.code], [{}, 200]);
      }
    });

    it("may come before the platform's own answer, or late", async () => {
      for (const name of ["early", "late", "mute"]) {
        const flow = await load(name, "reply");
        assert.deepEqual(await endOf(flow, { Target: 20 }), ["result", {}], name);
        await unload();
      }
    });

    it("of a device that cannot do it is a failure", async () => {
      const flow = await load("broken", "reply");
      const { code, category, outcome, message } = await flow.failureOf({ payload: { Target: 20 } });
      assert.deepEqual([code, category, outcome, message], ["100001", "device", "failed", "jammed"]);
    });

    it("that does not come leaves the outcome unknown", async () => {
      const flow = await load("silent", "reply", { replyTimeout: 0.2 });
      assert.deepEqual(await endOf(flow, { Target: 20 }), ["reply-timeout", "unknown"]);
    });
  });

  describe("reported", () => {
    const all = {
      Target: 21.37,
      Power: true,
      Schedule: { Hour: 7, Level: 20 },
      Steps: [1, 2.5],
      "fan:Speed": 3.3,
    };

    it("gives what the device reports, with its time", async () => {
      const flow = await load("willing", "reported");
      const before = Date.now();
      const { port, msg } = await flow.run({ payload: all });
      assert.equal(port, "result", msg.error?.message);
      const { items } = msg.payload as Reported;
      const values = Object.fromEntries(Object.entries(items).map(([name, { value }]) => [name, value]));
      assert.deepEqual(values, { ...all, Power: 1 });
      for (const { time } of Object.values(items)) assert.ok(time >= before && time <= Date.now());
    });

    it("whether the report comes before, with or after the platform's answer, with or without a reply", async () => {
      for (const name of ["early", "late", "unanswering"]) {
        const flow = await load(name, "reported");
        const { port, msg } = await flow.run({ payload: { Target: 20 } });
        assert.equal(port, "result", `${name}: ${msg.error?.message}`);
        await unload();
      }
    });

    it("also where the same device is set by many messages at once", async () => {
      const flow = await load("late", "reported");
      for (let n = 0; n < 50; n++) flow.send({ payload: { Target: n, Power: n % 2 }, n });
      await flow.until(() => flow.arrivals.length === 50);
      for (const { port, msg } of flow.arrivals) {
        assert.equal(port, "result", msg.error?.message);
        assert.equal((msg.payload as Reported).items["Target"]?.value, (msg as unknown as { n: number }).n);
      }
    });

    it("ends at once where the device says that it cannot", async () => {
      const flow = await load("broken", "reported", { replyTimeout: 3600 });
      assert.deepEqual(await endOf(flow, { Target: 20 }), ["100001", "failed"]);
    });

    it("fails with what the device reported last where that is something else", async () => {
      const flow = await load("stubborn", "reported", { replyTimeout: 0.3 });
      const { code, category, outcome, message, retryable } = await flow.failureOf({
        payload: { Target: 20, Power: 1 },
      });
      assert.deepEqual(
        [code, category, outcome, retryable],
        ["not-reported", "device", "failed", false],
        message,
      );
      assert.match(message, /Target is 30\.5/);
    });

    it("is unknown where the device reports nothing, with or without a reply", async () => {
      for (const name of ["mute", "silent"]) {
        // Equal, but older than the command.
        home.simulator.uplink.postProperty(productKey, name, { Target: 20 });
        const flow = await load(name, "reported", { replyTimeout: 0.3 });
        const { code, category, outcome, message } = await flow.failureOf({ payload: { Target: 20 } });
        assert.deepEqual([code, category, outcome], ["reply-timeout", "timeout", "unknown"], name);
        assert.match(message, /did not report Target within 0\.3 s/);
        await unload();
      }
    });

    it("reads the present values once when the time is over, for what was posted and did not arrive", async () => {
      const flow = await load("silent", "reported", { replyTimeout: 0.4 });
      home.simulator.subscription.disturb({ kind: "delay", topic: "property/post", delayMs: 60_000 });
      flow.send({ payload: { Target: 20, Steps: [1, 2], Schedule: { Hour: 1, Level: 2 } } });
      await eventually(() => home.simulator.executions.length === 1);
      home.simulator.uplink.postProperty(productKey, "silent", {
        Target: 20,
        Steps: [1, 2],
        Schedule: { Hour: 1, Level: 2 },
      });
      await flow.until(() => flow.arrivals.length === 1);
      const { port, msg } = flow.arrivals[0]!;
      assert.equal(port, "result", msg.error?.message);
      assert.equal((msg.payload as Reported).items["Target"]?.value, 20);
    });

    it("is closed, unknown, where the flow is stopped meanwhile", async () => {
      for (const name of ["silent", "mute"]) {
        const flow = await load(name, "reported", { replyTimeout: 3600 });
        const before = home.simulator.executions.length;
        flow.send({ payload: { Target: 20 } });
        await eventually(() => home.simulator.executions.length > before);
        const seen = collectSends(flow);
        await unload();
        const [error] = seen.map((msg) => msg.error);
        assert.deepEqual([seen.length, error?.code, error?.outcome], [1, "closed", "unknown"]);
      }
    });
  });
});
