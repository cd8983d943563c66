import assert from "node:assert/strict";
import type { NodeInitializer } from "node-red";
import helper from "node-red-node-test-helper";
import { type Behaviour, LampFleet, names, reportIn, type ReportMessage } from "../support/fleet";
import { eventually, type Message, statusesOf, type TestFlow, unload } from "../support/nodes";

const joinNode = require("@node-red/nodes/core/sequence/17-split") as NodeInitializer;

describe("fleet node, odd messages", () => {
  let fleet: LampFleet;
  afterEach(async () => {
    await unload();
    await fleet.close();
  });

  async function start(
    count: number,
    settings: Record<string, unknown> = {},
    behaviour?: (index: number) => Behaviour,
  ): Promise<TestFlow> {
    fleet = await LampFleet.start(count, behaviour);
    return fleet.flow(settings);
  }

  it("an id that is no id steers no roll-out, least of all every one", async () => {
    const flow = await start(60, { pace: 20 });
    flow.send({ payload: { n: 1 }, devices: names(60) });
    await flow.until(() => flow.entries.length > 0);
    for (const id of [{}, [], 0, "", " ", true, NaN, () => 1, Symbol.iterator]) {
      const { port, msg } = await flow.run({ rollout: "stop", fleet: { id } });
      assert.deepEqual([port, msg.error?.code], ["failure", "invalid-input"], typeof id);
    }
    for (const other of ["all", 5, true]) {
      const { msg } = await flow.run({ rollout: "stop", fleet: other });
      assert.equal(msg.error?.code, "invalid-input");
    }
    await flow.run({ rollout: "stop", fleet: null });
    await flow.until(() => flow.arrivals.some(({ msg }) => msg.error?.code === "rollout-stopped"));
  });

  it("a message that stops it while its devices are being looked for is heard", async () => {
    const flow = await start(300, { targets: "product" });
    flow.send({ payload: { n: 1 } });
    await eventually(() => (fleet.simulator.calls["QueryDevice"]?.calls ?? 0) > 0);
    const steered = await flow.run({ rollout: "stop" });
    assert.equal(steered.port, "result", steered.msg.error?.message);
    await flow.until(() => flow.arrivals.length === 2);
    const { port, msg } = flow.arrivals[1]!;
    assert.deepEqual([port, msg.error?.code], ["failure", "rollout-stopped"]);
    const report = reportIn(msg);
    assert.equal(report.fleet.notSent, report.fleet.targets);
    assert.equal(fleet.simulator.executions.length, 0);
  });

  it("a message that pauses it while its devices are being looked for is heard", async () => {
    const flow = await start(120, { targets: "product" });
    const statuses = statusesOf(flow.node);
    flow.send({ payload: { n: 1 } });
    await eventually(() => (fleet.simulator.calls["QueryDevice"]?.calls ?? 0) > 0);
    const paused = await flow.run({ rollout: "pause" });
    assert.equal(paused.port, "result", paused.msg.error?.message);
    await eventually(() => statuses.some(({ text }) => /^0\/120 · paused$/.test(text ?? "")));
    assert.equal(fleet.simulator.executions.length, 0);
    await flow.run({ rollout: "resume" });
    await flow.until(() => flow.arrivals.length === 3);
    assert.equal(reportIn(flow.arrivals[2]!.msg).fleet.accepted, 120);
  });

  it("stopped, its status counts what is still in flight until the report comes", async () => {
    const flow = await start(20, { service: "Ping", canary: 5 }, () => ({ delayMs: 400 }));
    const statuses = statusesOf(flow.node);
    flow.send({ payload: { n: 1 }, devices: names(20) });
    await eventually(() => fleet.simulator.executions.length === 5);
    await flow.run({ rollout: "stop" });
    await eventually(() => statuses.some(({ text }) => text === "0/20 · stopping: 5 in flight"));
    assert.equal(flow.arrivals.length, 1, "the report has not come yet");
    await flow.until(() => flow.arrivals.length === 2);
    const report = reportIn(flow.arrivals[1]!.msg);
    assert.deepEqual([report.fleet.done, report.fleet.notSent], [5, 15]);
    await eventually(() => /rolled|✗|stopped/.test(statuses.at(-1)?.text ?? ""));
    assert.doesNotMatch(statuses.at(-1)?.text ?? "", /stopping/);
  });

  it("paused with nothing left to command, it ends all the same", async () => {
    const flow = await start(20, { service: "Ping" }, () => ({ delayMs: 300 }));
    flow.send({ payload: { n: 1 }, devices: names(20) });
    await eventually(() => fleet.simulator.executions.length === 20);
    flow.send({ rollout: "pause" });
    await flow.until(() => flow.arrivals.length === 2);
    assert.equal(reportIn(flow.arrivals[1]!.msg).fleet.done, 20);
  });

  it("what a flow does to a message of the third output shows in no other message", async () => {
    const flow = await start(10, { service: "Ping" });
    const spoiled: ReportMessage[] = [];
    const spoil = (msg: Message): void => {
      const entry = msg as unknown as {
        payload: { result: { n: number } };
        parts: { parts: { id: string } };
      };
      assert.deepEqual([entry.payload.result.n, entry.parts.parts.id], [7, "outer"]);
      entry.payload.result.n = 666;
      entry.parts.parts.id = "spoiled";
      spoiled.push(msg as ReportMessage);
    };
    flow.entries.push = (msg: Message) => {
      spoil(msg);
      return 0;
    };
    const parts = { id: "outer", index: 1, count: 3 };
    const { msg } = await flow.run({ payload: { n: 7 }, devices: names(10), parts });
    await eventually(() => spoiled.length === 10);
    for (const { result } of reportIn(msg).payload.devices) assert.deepEqual(result, { n: 7 });
    assert.equal((msg as unknown as { parts: { id: string } }).parts.id, "outer");
  });

  it("core's join node puts the third output together, and the sequence outside it", async () => {
    const flow = await start(20, { offline: "skip" }, (n) => (n % 5 === 0 ? { isOffline: true } : {}));
    const outer = { id: "outer", type: "array", index: 0, count: 1, len: 1 };
    const { msg } = await flow.run({ payload: { n: 7 }, devices: [...names(20), { odd: 1 }], parts: outer });
    const { payload } = reportIn(msg);
    const entries = [...flow.entries];
    await unload();
    const join = {
      id: "join",
      z: "tab",
      x: 1,
      y: 1,
      type: "join",
      mode: "auto",
      wires: [["joined"]],
    };
    const behind = { id: "joined", z: "tab", x: 1, y: 1, type: "helper", wires: [] };
    await helper.load(joinNode, [{ id: "tab", type: "tab" }, join, behind] as never);
    const joined = new Promise<Message>((resolve) => helper.getNode("joined").on("input", resolve));
    for (const entry of entries) helper.getNode("join").receive(entry);
    const all = (await joined) as unknown as { payload: unknown; parts: unknown };
    assert.deepEqual([all.payload, all.parts], [payload.devices, outer]);
  });

  it("whatever a list holds, the good devices are commanded once and the message has one outcome", async () => {
    const flow = await start(12, { service: "Ping" });
    const cycle: Record<string, unknown> = { n: 1 };
    cycle["self"] = cycle;
    let deep: unknown = 1;
    for (let n = 0; n < 50_000; n++) deep = { deep };
    const thrower = (): never => {
      throw new Error("hostile");
    };
    const hostile = new Proxy({}, { get: thrower, ownKeys: thrower, getPrototypeOf: thrower, has: thrower });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const getter = Object.defineProperty({}, "deviceName", { get: thrower, enumerable: true });
    const odd: unknown[] = [
      getter,
      hostile,
      revoked.proxy,
      null,
      undefined,
      5,
      NaN,
      true,
      Symbol("x"),
      () => 1,
      new Date(),
      [],
      ["lamp1"],
      {},
      "",
      "   ",
      "__proto__",
      "constructor",
      "la\nmp",
      "x".repeat(100_000),
      { deviceName: {} },
      { deviceName: "lamp1", productKey: 5 },
      { deviceName: "lamp3", args: cycle },
      { deviceName: "lamp4", args: deep },
      { deviceName: "lamp5", args: hostile },
      { deviceName: "lamp7", args: { n: "x".repeat(2_000_000) } },
      { deviceName: "lamp8", args: JSON.parse('{"__proto__":{"n":1}}') as unknown },
      { deviceName: "lamp9", args: { n: 1 }, items: { Level: 1 } },
      JSON.parse('{"deviceName":"lamp10","__proto__":{"args":{"n":5}}}'),
    ];
    const sparse: unknown[] = ["lamp0"];
    sparse[11] = "lamp11";
    for (const devices of [
      [...odd, "lamp2"],
      Object.freeze(["lamp2", ...odd]),
      new Proxy([...odd, "lamp2"], {}),
      sparse,
    ]) {
      const { port, msg } = await flow.run({ payload: { n: 7 }, devices });
      assert.equal(port, "result", msg.error?.message);
      const { payload } = reportIn(msg);
      assert.equal(payload.devices.length, devices.length);
      for (const [at, { outcome, deviceName, message }] of payload.devices.entries()) {
        const given = devices[at];
        const isGood = typeof given === "string" && /^lamp\d+$/.test(given);
        assert.equal(
          outcome === "done",
          isGood || deviceName === "lamp10",
          `${at} ${deviceName}: ${outcome} ${message}`,
        );
        assert.ok(deviceName.length <= 300 && (message ?? "").length < 2000, `${at}`);
      }
    }
    const one = await flow.run({
      payload: { n: 7 },
      devices: Array.from({ length: 100_001 }, () => "lamp2"),
    });
    assert.equal(one.msg.error?.code, "invalid-input");
    const same = [
      { deviceName: "lamp2", args: { n: 1 } },
      { deviceName: "lamp2", args: '{"n":1.0}' },
      { deviceName: "lamp2", args: { n: 1.0 } },
    ];
    assert.equal(reportIn((await flow.run({ payload: { n: 7 }, devices: same })).msg).fleet.targets, 1);
    for (const other of [{ n: "1" }, { n: 2 }, undefined, {}, { n: 1, m: 1 }, 5]) {
      const { msg } = await flow.run({
        payload: { n: 7 },
        devices: [same[0], { deviceName: "lamp2", args: other }],
      });
      assert.equal(msg.error?.code, "invalid-input", JSON.stringify(other));
    }
    for (const devices of [
      hostile,
      revoked.proxy,
      cycle,
      5,
      NaN,
      true,
      null,
      () => 1,
      new Map(),
      "",
      "[",
      '{"a":1}',
      new Proxy([], { get: thrower }),
    ]) {
      const { port, msg } = await flow.run({ payload: { n: 7 }, devices });
      assert.deepEqual([port, msg.error?.code], ["failure", "invalid-input"], typeof devices);
    }
  });

  it("numbers of the plan at their bounds do what they say, and others command nothing", async () => {
    fleet = await LampFleet.start(20, (n) => (n === 3 ? { code: 100001 } : {}));
    const wrong: Record<string, unknown[]> = {
      canary: [0, "0", "0%", "-1", -1, 1.5, "101%", "NaN", "%", "5 %%", {}, true, "1e9", "ten"],
      growth: [0, 0.5, -1, "NaN", "x", {}, true],
      stopAt: [-1, 101, "NaN", "x", {}, "50%"],
      stopAfter: [0, -1, 1.5, "NaN", {}],
      pace: [0, -1, "NaN", "Infinity", {}, "fast"],
      strategy: ["jobs", 5],
      offline: ["wait", 5],
      targets: ["sql", {}],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const flow = await fleet.flow({ service: "Ping", [name]: value });
        const { port, msg } = await flow.run({ payload: { n: 1 }, devices: names(20) });
        const shown = `${name}: ${JSON.stringify(value)}`;
        assert.deepEqual(
          [port, msg.error?.code, msg.error?.outcome],
          ["failure", "invalid-input", "not-sent"],
          shown,
        );
        await unload();
      }
    }
    assert.equal(fleet.simulator.executions.length, 0);
    // Done and failed; the rest is not sent.
    const right: [settings: object, done: number, failed: number][] = [
      [{ canary: "100%" }, 19, 1],
      [{ canary: 1_000_000 }, 19, 1],
      [{ canary: "0.001%", growth: 1, stopAt: 100, stopAfter: 1 }, 19, 1],
      [{ canary: 3, growth: 1 }, 19, 1],
      [{ canary: 4, growth: 1_000_000 }, 3, 1],
      [{ canary: "5%", growth: 1.01, stopAt: 100, stopAfter: 1 }, 19, 1],
      [{ canary: 4, stopAt: 100 }, 19, 1],
      [{ canary: 4, stopAt: 25 }, 3, 1],
      [{ canary: 4, stopAt: 26 }, 19, 1],
      [{ canary: 4, stopAt: 0 }, 3, 1],
      [{ stopAt: "", pace: 1_000_000 }, 19, 1],
      [{ stopAfter: 1_000_000, stopAt: 0 }, 19, 1],
    ];
    for (const [settings, done, failed] of right) {
      const flow = await fleet.flow({ service: "Ping", ...settings });
      const { fleet: counts } = reportIn((await flow.run({ payload: { n: 1 }, devices: names(20) })).msg);
      const { notSent } = counts;
      assert.deepEqual(
        [counts.done, counts.failed, notSent],
        [done, failed, 20 - done - failed],
        JSON.stringify(settings),
      );
      await unload();
    }
  }).timeout(60_000);

  it("hostile and read-only messages have one outcome, with their request and response", async () => {
    const flow = await start(5, { service: "Ping" });
    const [req, res] = [{ url: "/" }, { end: () => 1 }];
    const thrower = (): never => {
      throw new Error("hostile");
    };
    const plain = {
      payload: { n: 7 },
      devices: names(5),
      req,
      res,
      parts: { id: "p", index: 0, count: 2 },
      fleet: 5,
      invocation: "x",
    };
    const messages: object[] = [
      { ...plain },
      Object.freeze({ ...plain }),
      Object.seal({ ...plain }),
      Object.defineProperty({ ...plain }, "fleet", { get: () => 1, configurable: true }),
      Object.defineProperty({ ...plain }, "payload", { get: () => ({ n: 7 }), enumerable: true }),
      Object.defineProperty({ ...plain }, "parts", { get: thrower, enumerable: true }),
      new Proxy({ ...plain }, {}),
      new Proxy({ ...plain }, { set: () => false }),
      { ...plain, parts: hostileDepth() },
      { ...plain, parts: { f: () => 1 } },
    ];
    for (const [at, message] of messages.entries()) {
      const before = flow.entries.length;
      const { port, msg } = await flow.run(message);
      assert.equal(port, "result", `${at}: ${msg.error?.message}`);
      assert.equal(reportIn(msg).fleet.done, 5, `${at}`);
      const kept = msg as unknown as typeof plain;
      assert.ok(kept.req === req && kept.res === res, `${at}`);
      assert.equal(flow.entries.length, before + 5);
    }
  });
});

function hostileDepth(): unknown {
  let deep: unknown = 1;
  for (let n = 0; n < 100_000; n++) deep = { deep };
  return deep;
}
