import assert from "node:assert/strict";
import {
  type Behaviour,
  fleetKey,
  LampFleet,
  lamps,
  names,
  reportIn,
  type ReportMessage,
} from "../support/fleet";
import { eventually, type TestFlow, unload } from "../support/nodes";

describe("fleet node, in batches", () => {
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
    return fleet.flow({ strategy: "batch", ...settings }, account);
  }

  async function reportOf(flow: TestFlow, msg: object, port = "result"): Promise<ReportMessage> {
    const arrival = await flow.run({ payload: { n: 7 }, ...msg });
    assert.equal(arrival.port, port, arrival.msg.error?.message);
    return reportIn(arrival.msg);
  }

  it("calls up to a hundred devices at once, and reports them as accepted", async () => {
    const flow = await start(250);
    const msg = await reportOf(flow, { devices: names(250) });
    assert.equal(msg.fleet.accepted, 250);
    assert.equal(new Set(msg.payload.devices.map(({ requestId }) => requestId)).size, 3);
    await eventually(() => fleet.executed.size === 250);
  });

  it("tells the replies by their devices, each its own", async () => {
    const flow = await start(120, { awaitReply: true }, (n) =>
      n === 3 ? { code: 100001, message: "broken" } : { delayMs: n % 7 },
    );
    const msg = await reportOf(flow, { devices: names(120) });
    assert.deepEqual([msg.fleet.done, msg.fleet.failed], [119, 1]);
    assert.deepEqual(msg.payload.devices[8]?.result, { n: 7 });
    assert.deepEqual([msg.payload.devices[3]?.code, msg.payload.devices[3]?.message], ["100001", "broken"]);
  });

  for (const [words, offset] of [
    ["a second", 900],
    ["an hour", 3_600_000],
  ] as const) {
    it(`a clock of this machine that is ${words} ahead of the platform's costs no reply`, async () => {
      fleet = await LampFleet.with(lamps(150), { now: () => Date.now() - offset });
      const flow = await fleet.flow({ strategy: "batch", awaitReply: true });
      const { fleet: counts } = await reportOf(flow, { devices: names(150) });
      assert.equal(counts.done, 150, JSON.stringify(counts));
    });
  }

  it("a device that does not answer is unknown, reply-timeout, and the others are done", async () => {
    const flow = await start(10, { awaitReply: true, replyTimeout: 1 }, (n) =>
      n === 3 ? { delayMs: 3_600_000 } : {},
    );
    const msg = await reportOf(flow, { devices: names(10) });
    assert.deepEqual([msg.fleet.done, msg.fleet.unknown], [9, 1]);
    assert.deepEqual(
      [msg.payload.devices[3]?.outcome, msg.payload.devices[3]?.code],
      ["unknown", "reply-timeout"],
    );
  });

  it("devices with the same args go together, others in calls of their own", async () => {
    const flow = await start(30, { awaitReply: true });
    const devices = names(30).map((deviceName, n) => ({ deviceName, args: { n: n % 3 } }));
    const msg = await reportOf(flow, { devices });
    assert.equal(msg.fleet.done, 30);
    assert.equal(new Set(msg.payload.devices.map(({ requestId }) => requestId)).size, 3);
    assert.deepEqual(
      msg.payload.devices.map(({ result }) => (result as { n: number }).n),
      devices.map(({ args }) => args.n),
    );
  });

  it("leaves out names that the platform does not know, and skips devices that are offline", async () => {
    const flow = await start(10, { offline: "skip" }, (n) => (n < 2 ? { isOffline: true } : {}));
    const msg = await reportOf(flow, { devices: [...names(10), "nobody"] });
    assert.deepEqual([msg.fleet.accepted, msg.fleet.skipped, msg.fleet.notSent], [8, 2, 1]);
    assert.equal(msg.payload.devices[10]?.code, "iot.device.NotExistedDevice");
  });

  it("a synchronous service has no batches, and the message says so", async () => {
    const flow = await start(3, { service: "Ping" });
    const error = await flow.failureOf({ payload: { n: 1 }, devices: names(3) });
    assert.deepEqual([error.code, error.outcome], ["invalid-input", "not-sent"]);
    assert.match(error.message, /Ping.*synchronous/);
    assert.equal(fleet.executed.size, 0);
  });

  it("sets properties of many, and waits for their replies", async () => {
    const flow = await start(130, { operation: "properties", awaitReply: true });
    const msg = await reportOf(flow, { payload: { Level: 5 }, devices: names(130) });
    assert.equal(msg.fleet.done, 130);
  });

  it("the account's rules hold for each device of a batch", async () => {
    const flow = await start(10, {}, undefined, { allow: `${fleetKey}/lamp1/Blink\n${fleetKey}/lamp2/*` });
    const msg = await reportOf(flow, { devices: names(10) });
    assert.deepEqual([msg.fleet.accepted, msg.fleet.notSent], [2, 8]);
    assert.equal(msg.payload.devices[0]?.code, "not-allowed");
    await eventually(() => fleet.executed.size === 2);
  });

  it("on a dry run nothing is sent", async () => {
    const flow = await start(5, {}, undefined, { mode: "dry-run" });
    const msg = await reportOf(flow, { devices: names(5) });
    assert.equal(msg.fleet.notSent, 5);
    assert.ok(msg.payload.devices[1]?.result);
    assert.equal(fleet.executed.size, 0);
  });

  it("two that wait for replies of the same devices take turns, and each gets its own", async () => {
    const flow = await start(20, { awaitReply: true }, () => ({ delayMs: 20 }));
    for (const n of [1, 2, 3]) flow.send({ payload: { n }, devices: names(20) });
    await flow.until(() => flow.arrivals.length === 3);
    const results = flow.arrivals.map(({ msg }) =>
      reportIn(msg).payload.devices.map(({ result }) => (result as { n: number }).n),
    );
    assert.deepEqual(
      results.map((all) => new Set(all).size),
      [1, 1, 1],
    );
    assert.deepEqual(new Set(results.map(([n]) => n)), new Set([1, 2, 3]));
  });

  it("a canary of a batch is exactly its devices", async () => {
    const flow = await start(200, { canary: 20, awaitReply: true }, (n) => (n === 7 ? { code: 100001 } : {}));
    const msg = await reportOf(flow, { devices: names(200) }, "failure");
    assert.deepEqual([msg.fleet.done, msg.fleet.failed, msg.fleet.notSent], [19, 1, 180]);
    assert.equal(fleet.executed.size, 20);
  });
});
