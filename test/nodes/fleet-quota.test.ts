import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { fleetKey, LampFleet, lamps, names, reportIn, type ReportMessage } from "../support/fleet";
import { isFull } from "../support/long-run";
import { eventually, type Message, unload } from "../support/nodes";

describe("fleets at once", function () {
  this.timeout(isFull ? 600_000 : 120_000);
  let fleet: LampFleet;
  let other: LampFleet | undefined;
  afterEach(async () => {
    await unload();
    await fleet.close();
    await other?.close();
    other = undefined;
  });

  it("batches that waited for slow lamps leave at the platform's pace all the same", async () => {
    const slow = 7;
    const count = 100;
    const limits = { limits: "platform" };
    fleet = await LampFleet.with(
      Object.assign(
        lamps(count, (n) => (n < slow ? { delayMs: 2000 } : {})),
        limits,
      ),
    );
    const batches = ["first", "second", "third"];
    const flow = await fleet.flow(
      { service: "Ping" },
      { rate: 500, concurrency: slow + 1 },
      { more: batches.flatMap((id) => another(id, { strategy: "batch" })) },
    );
    const reports: ReportMessage[] = [];
    flow.send({ payload: { n: 1 }, devices: names(slow) });
    await eventually(() => fleet.simulator.executions.length === slow);
    for (const id of batches) {
      helper.getNode(`${id}-out`).on("input", (msg: Message) => reports.push(reportIn(msg)));
      const devices = names(count).map((deviceName, n) => ({ deviceName, args: { n: n % 6 } }));
      helper.getNode(id).receive({ devices });
    }
    await eventually(() => reports.length === batches.length);
    assert.deepEqual(
      reports.map(({ fleet: { accepted } }) => accepted),
      batches.map(() => count),
    );
    const { throttled, maxPerSecond } = fleet.simulator.calls["InvokeThingsService"]!;
    // One more where this machine's timers are late.
    assert.ok(throttled <= 1 && maxPerSecond <= 11, `${maxPerSecond} a second, ${throttled} throttled`);
  });

  it("two of each of two accounts: nothing crosses, and the quotas of both hold", async () => {
    const limits = { limits: "platform" };
    const count = isFull ? 5000 : 80;
    fleet = await LampFleet.with(
      Object.assign(
        lamps(count, (n) => ({ delayMs: n % 30 })),
        limits,
      ),
    );
    other = await LampFleet.with(
      Object.assign(
        lamps(count, (n) => ({ delayMs: n % 20 })),
        limits,
      ),
    );
    const ids = ["b", "c", "d"];
    const { more, moreCredentials } = other.asSecond();
    const flow = await fleet.flow(
      { awaitReply: true },
      { rate: 500 },
      {
        more: [
          ...more.map((node) => ("rate" in node ? { ...node, rate: 500 } : node)),
          ...another("b", { strategy: "batch", awaitReply: true, subscription: "subscription" }),
          ...another("c", { account: "second", awaitReply: true, subscription: "second-subscription" }),
          ...another("d", {
            account: "second",
            strategy: "batch",
            awaitReply: true,
            subscription: "second-subscription",
          }),
        ],
        moreCredentials,
      },
    );
    const reports = new Map<string, ReportMessage>();
    for (const id of ids) {
      helper.getNode(`${id}-out`).on("input", (msg: Message) => reports.set(id, reportIn(msg)));
    }
    flow.send({ payload: { n: 1 }, devices: names(count) });
    for (const [at, id] of ids.entries())
      helper.getNode(id).receive({ payload: { n: at + 2 }, devices: names(count) });
    await eventually(
      () => reports.size === ids.length && flow.arrivals.length === 1,
      isFull ? 500_000 : undefined,
    );
    reports.set("a", reportIn(flow.arrivals[0]!.msg));
    for (const [at, id] of ["a", ...ids].entries()) {
      const { payload, fleet: counts } = reports.get(id)!;
      assert.equal(counts.done, count, `${id}: ${JSON.stringify(counts)}`);
      for (const { result } of payload.devices) assert.deepEqual(result, { n: at + 1 }, id);
    }
    for (const [simulator, of] of [
      [fleet.simulator, [1, 2]],
      [other.simulator, [3, 4]],
    ] as const) {
      const args = simulator.executions.map(({ args: { n } }) => n);
      assert.deepEqual(
        [args.length, [...new Set(args)].toSorted((a, b) => Number(a) - Number(b))],
        [2 * count, of],
      );
      const { InvokeThingService: single, InvokeThingsService: batch } = simulator.calls;
      const shown = JSON.stringify({ single, batch });
      assert.ok(single!.maxPerSecond <= 500, shown);
      // One more where the timers of a busy machine are late.
      assert.ok(batch!.maxPerSecond <= (isFull ? 10 : 11), shown);
      if (isFull) console.log(`      ${shown}`);
    }
  });

  it("single and batch to the same devices, whose replies overtake the platform's answers", async () => {
    const count = 60;
    fleet = await LampFleet.start(count, () => ({ reply: "before" }));
    const flow = await fleet.flow(
      { awaitReply: true, replyTimeout: 3 },
      {},
      {
        more: another("b", {
          strategy: "batch",
          awaitReply: true,
          replyTimeout: 3,
          subscription: "subscription",
        }),
      },
    );
    const reports: ReportMessage[] = [];
    helper.getNode("b-out").on("input", (msg: Message) => reports.push(reportIn(msg)));
    flow.send({ payload: { n: 1 }, devices: names(count) });
    helper.getNode("b").receive({ payload: { n: 2 }, devices: names(count) });
    await eventually(() => reports.length === 1 && flow.arrivals.length === 1);
    reports.unshift(reportIn(flow.arrivals[0]!.msg));
    for (const [at, { payload, fleet: counts }] of reports.entries()) {
      assert.equal(counts.done, count, JSON.stringify(reports.map((report) => report.fleet)));
      for (const { result } of payload.devices) assert.deepEqual(result, { n: at + 1 });
    }
  });

  function another(id: string, more: object): Record<string, unknown>[] {
    const position = { z: "tab", x: 1, y: 1 };
    const command = {
      account: "account",
      operation: "service",
      service: "Blink",
      args: "payload",
      argsType: "msg",
    };
    const targets = { targets: "list", productKey: fleetKey, devices: "devices", devicesType: "msg" };
    const out = `${id}-out`;
    return [
      {
        id,
        ...position,
        type: "aliyun-iot-fleet",
        ...command,
        ...targets,
        ...more,
        wires: [[out], [out], []],
      },
      { id: out, ...position, type: "helper", wires: [] },
    ];
  }
});
