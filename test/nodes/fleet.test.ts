import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { type Behaviour, fleetKey, LampFleet, names, reportIn, type ReportMessage } from "../support/fleet";
import { eventually, type Message, statusesOf, type TestFlow, unload } from "../support/nodes";

describe("fleet node", () => {
  let fleet: LampFleet;
  afterEach(async () => {
    await unload();
    await fleet.close();
  });

  async function start(
    count: number,
    settings: Record<string, unknown> = {},
    behaviour?: (index: number) => Behaviour,
    account: Record<string, unknown> = {},
  ): Promise<TestFlow> {
    fleet = await LampFleet.start(count, behaviour);
    return fleet.flow(settings, account);
  }

  /** The report of a message that asks for these lamps. */
  async function reportOf(flow: TestFlow, msg: object, port = "result"): Promise<ReportMessage> {
    const arrival = await flow.run({ payload: { n: 7 }, ...msg });
    assert.equal(arrival.port, port, arrival.msg.error?.message);
    return reportIn(arrival.msg);
  }

  it("calls a service of each device of a list; what the platform took is accepted", async () => {
    const flow = await start(30);
    const msg = await reportOf(flow, { devices: names(30), topic: "kept" });
    assert.equal(msg.fleet.accepted, 30);
    assert.equal(msg.topic, "kept");
    assert.deepEqual(
      msg.payload.devices.map(({ deviceName }) => deviceName),
      names(30),
    );
    const [first] = msg.payload.devices;
    assert.equal(first?.productKey, fleetKey);
    assert.ok(first.messageId && first.requestId);
    assert.deepEqual([msg.invocation?.operation, msg.invocation?.service], ["fleet", "Blink"]);
    await eventually(() => fleet.executed.size === 30);
  });

  it("done is a device that has answered: a synchronous service, or an awaited reply", async () => {
    const flow = await start(20, { service: "Ping" });
    const sync = await reportOf(flow, { devices: names(20) });
    assert.equal(sync.fleet.done, 20);
    assert.deepEqual(sync.payload.devices[3]?.result, { n: 7 });
    await unload();
    const waiting = await fleet.flow({ awaitReply: true });
    const awaited = await reportOf(waiting, { devices: names(20) });
    assert.equal(awaited.fleet.done, 20);
    assert.deepEqual(awaited.payload.devices[3]?.result, { n: 7 });
  });

  it("gives each device args of its own, and its own reply", async () => {
    const flow = await start(20, { awaitReply: true });
    const devices = names(20).map((deviceName, n) => (n === 4 ? deviceName : { deviceName, args: { n } }));
    const { payload } = await reportOf(flow, { devices });
    assert.deepEqual(
      payload.devices.map(({ result }) => (result as { n: number }).n),
      names(20).map((_name, n) => (n === 4 ? 7 : n)),
    );
  });

  it("needs no args of the message where every device has its own", async () => {
    const flow = await start(3);
    const devices = names(3).map((deviceName, n) => ({ deviceName, args: { n } }));
    const { fleet: counts } = await reportOf(flow, { payload: 1_700_000_000_000, devices });
    assert.equal(counts.accepted, 3);
    const { port, msg } = await flow.run({ payload: 1_700_000_000_000, devices: names(3) });
    assert.deepEqual([port, msg.error?.code], ["failure", "invalid-input"]);
  });

  it("args that do not fit a device are not sent, and the others go on", async () => {
    const flow = await start(6);
    const devices = names(6).map((deviceName, n) => ({
      deviceName,
      args: n === 2 ? { n: -5 } : n === 3 ? 12 : { n },
    }));
    const msg = await reportOf(flow, { devices });
    assert.deepEqual([msg.fleet.accepted, msg.fleet.notSent], [4, 2]);
    assert.deepEqual(
      [msg.payload.devices[2]?.outcome, msg.payload.devices[2]?.code],
      ["not-sent", "invalid-input"],
    );
    assert.match(msg.payload.devices[3]?.message ?? "", /lamp3\.args/);
    await eventually(() => fleet.executed.size === 4);
  });

  it("takes the args as they were when the message came", async () => {
    const flow = await start(300);
    const args = { n: 1 };
    const running = flow.run({
      payload: { n: 7 },
      devices: names(300).map((deviceName) => ({ deviceName, args })),
    });
    await flow.until(() => flow.entries.length > 0);
    args.n = 2;
    await running;
    await eventually(() => fleet.executed.size === 300);
    assert.ok(fleet.simulator.executions.every((execution) => execution.args["n"] === 1));
  });

  it("sets properties", async () => {
    const flow = await start(10, { operation: "properties", awaitReply: true });
    const msg = await reportOf(flow, { payload: { Level: 5 }, devices: names(10) });
    assert.equal(msg.fleet.done, 10);
    assert.equal(fleet.simulator.executions.filter(({ args }) => args["Level"] === 5).length, 10);
  });

  it("reports offline and failing devices as what they are, and goes on", async () => {
    const flow = await start(20, { service: "Ping" }, (n) =>
      n < 3 ? { isOffline: true } : n < 5 ? { code: 100001, message: "broken" } : {},
    );
    const msg = await reportOf(flow, { devices: names(20) });
    const { done, refused, failed } = msg.fleet;
    assert.deepEqual([done, refused, failed], [15, 3, 2]);
    assert.deepEqual([msg.payload.devices[4]?.code, msg.payload.devices[4]?.message], ["100001", "broken"]);
  });

  it("an empty list is a report of no devices", async () => {
    const flow = await start(1);
    const msg = await reportOf(flow, { devices: [] });
    assert.equal(msg.fleet.targets, 0);
    assert.deepEqual(msg.payload.devices, []);
  });

  it("streams each device as it ends, as a sequence that core's join node puts together", async () => {
    const flow = await start(20, {}, (n) => (n === 0 ? { isOffline: true } : {}));
    const msg = await reportOf(flow, {
      devices: names(20),
      topic: "kept",
      parts: { id: "outer", index: 1, count: 3 },
    });
    const entries = flow.entries as unknown as {
      parts: Record<string, unknown>;
      payload: { deviceName: string };
      topic: string;
    }[];
    assert.deepEqual(
      entries.map(({ parts }) => Number(parts["index"])).toSorted((a, b) => a - b),
      [...names(20).keys()],
    );
    for (const { parts, payload, topic } of entries) {
      assert.deepEqual(
        [parts["type"], parts["count"], parts["id"], topic],
        ["array", 20, msg.fleet.id, "kept"],
      );
      assert.deepEqual(parts["parts"], { id: "outer", index: 1, count: 3 });
      assert.equal(payload.deviceName, `lamp${String(parts["index"])}`);
    }
  });

  it("a canary that fails stops it at exactly its devices; the report leaves by port 2", async () => {
    const flow = await start(60, { service: "Ping", canary: "10%" }, (n) =>
      n === 5 ? { code: 100001 } : {},
    );
    const msg = await reportOf(flow, { devices: names(60) }, "failure");
    assert.deepEqual(
      [msg.error?.code, msg.error?.category, msg.error?.outcome],
      ["rollout-stopped", "device", "failed"],
    );
    assert.match(msg.error?.message ?? "", /1 of the 6 devices/);
    assert.deepEqual([msg.fleet.done, msg.fleet.failed, msg.fleet.notSent], [5, 1, 54]);
    assert.deepEqual([...fleet.executed.keys()].toSorted(), names(6));
    assert.equal(flow.entries.length, 60);
  });

  it("where port 2 is not wired, the message that Catch gets carries the report", async () => {
    fleet = await LampFleet.start(20, () => ({ code: 100001 }));
    const flow = await fleet.flow({ service: "Ping", canary: 2 }, {}, { isFailurePortOpen: true });
    for (const msg of [{}, Object.freeze({ payload: { n: 7 }, devices: names(20) })]) {
      const caught = await reportOf(flow, Object.isFrozen(msg) ? msg : { devices: names(20) }, "catch");
      assert.deepEqual([caught.fleet.failed, caught.fleet.notSent], [2, 18]);
    }
  });

  it("is paused, resumed and stopped by messages, which leave by port 1 as they came", async () => {
    const flow = await start(400, { pace: 200 });
    flow.send({ payload: { n: 1 }, devices: names(400) });
    await flow.until(() => flow.entries.length >= 5);
    const { port, msg } = await flow.run({ payload: "please", rollout: "pause" });
    assert.deepEqual([port, msg.payload], ["result", "please"]);
    await eventually(() => fleet.executed.size === flow.entries.length);
    const { id } = (flow.entries[0] as unknown as ReportMessage).fleet;
    const [other] = [await flow.failureOf({ rollout: "stop", fleet: { id: "another" } })];
    assert.equal(other?.code, "invalid-input");
    const paused = flow.entries.length;
    await flow.run({ rollout: "resume", fleet: { id } });
    await flow.until(() => flow.entries.length > paused);
    await flow.run({ rollout: "stop", fleet: { id } });
    await flow.until(() => flow.arrivals.length === 5);
    const stopped = flow.arrivals[4]!;
    assert.deepEqual([stopped.port, stopped.msg.error?.code], ["failure", "rollout-stopped"]);
    const report = reportIn(stopped.msg);
    assert.ok(report.fleet.notSent > 0 && report.fleet.accepted > paused);
    await eventually(() => fleet.executed.size === report.fleet.accepted);
  });

  it("a message that would steer, but says it wrong or finds no roll-out, commands nothing", async () => {
    const flow = await start(3);
    for (const rollout of ["puase", 5, {}, "stop", "pause", "resume"]) {
      const error = await flow.failureOf({ payload: { n: 1 }, devices: names(3), rollout });
      assert.deepEqual([error.code, error.outcome], ["invalid-input", "not-sent"]);
    }
    assert.equal(fleet.executed.size, 0);
  });

  it("rolls out several messages at once, each with its own report", async () => {
    const flow = await start(60);
    for (let n = 0; n < 3; n++)
      flow.send({ payload: { n }, devices: names(60).slice(n * 20, n * 20 + 20), n });
    await flow.until(() => flow.arrivals.length === 3);
    for (const { msg } of flow.arrivals) {
      const report = reportIn(msg);
      const { n } = msg as Message & { n: number };
      assert.deepEqual(
        report.payload.devices.map(({ deviceName }) => deviceName),
        names(60).slice(n * 20, n * 20 + 20),
      );
    }
    assert.equal(new Set(flow.arrivals.map(({ msg }) => reportIn(msg).fleet.id)).size, 3);
    await eventually(() => fleet.executed.size === 60);
    for (const { deviceName, args } of fleet.simulator.executions)
      assert.equal(args["n"], Math.floor(Number(deviceName.slice(4)) / 20));
  });

  it("the account's rules hold for each device", async () => {
    const flow = await start(10, { service: "Ping" }, undefined, {
      allow: `${fleetKey}/lamp1/Ping\n${fleetKey}/lamp2/*`,
    });
    const msg = await reportOf(flow, { devices: names(10) });
    assert.deepEqual([msg.fleet.done, msg.fleet.notSent], [2, 8]);
    assert.equal(msg.payload.devices[0]?.code, "not-allowed");
    assert.deepEqual([...fleet.executed.keys()].toSorted(), ["lamp1", "lamp2"]);
  });

  it("asks for a confirmation where the account does, for all devices of the message", async () => {
    const flow = await start(4, { service: "Ping" }, undefined, { confirm: "*/*/*" });
    const refused = await reportOf(flow, { devices: names(4) });
    assert.equal(refused.fleet.notSent, 4);
    assert.equal(refused.payload.devices[0]?.code, "not-confirmed");
    const confirmed = await reportOf(flow, { devices: names(4), confirmed: true });
    assert.equal(confirmed.fleet.done, 4);
    assert.ok(!("confirmed" in confirmed));
  });

  it("on a dry run nothing is sent, and each entry shows what would be", async () => {
    const flow = await start(5, { awaitReply: true }, undefined, { mode: "dry-run" });
    const msg = await reportOf(flow, { devices: names(5) });
    assert.equal(msg.fleet.notSent, 5);
    assert.equal(msg.invocation?.dryRun, true);
    const { parameters } = msg.payload.devices[2]!.result as { parameters: Record<string, unknown> };
    assert.deepEqual(parameters, {
      ProductKey: fleetKey,
      DeviceName: "lamp2",
      Identifier: "Blink",
      Args: '{"n":7}',
    });
    assert.equal(fleet.executed.size, 0);
  });

  it("shows how far it is, and how many have failed", async () => {
    const flow = await start(100, { service: "Ping", pace: 400 }, (n) =>
      n % 10 === 0 ? { code: 100001 } : {},
    );
    const statuses = statusesOf(flow.node);
    await reportOf(flow, { devices: names(100) });
    const texts = (): string[] => statuses.map(({ text }) => text ?? "");
    await eventually(() => texts().at(-1)?.endsWith(" · 90/100") === true);
    assert.ok(
      texts().some((text) => /^\d+\/100 · \d+ failed$/.test(text)),
      texts().join("\n"),
    );
  });

  it("when the flow is stopped it ends with a report: unknown what was under way, not sent the rest", async () => {
    const flow = await start(300, { service: "Ping" }, () => ({ delayMs: 5000 }));
    const sent: Message[] = [];
    flow.node.send = (msg: (Message | null)[]) => {
      if (msg.length === 2) sent.push(msg[1]!);
    };
    flow.send({ payload: { n: 1 }, devices: names(300) });
    await eventually(() => fleet.simulator.executions.length >= 20);
    await helper.unload();
    assert.equal(sent.length, 1);
    const report = reportIn(sent[0]!);
    assert.equal(report.error?.code, "rollout-stopped");
    const { unknown, notSent } = report.fleet;
    assert.ok(unknown > 0 && unknown <= 64, `${unknown} unknown`);
    assert.equal(unknown + notSent, 300);
    for (const { deviceName, outcome } of report.payload.devices)
      if (fleet.executed.has(deviceName)) assert.equal(outcome, "unknown");
  });
});
