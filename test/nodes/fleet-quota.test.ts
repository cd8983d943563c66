import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { fleetKey, LampFleet, lamps, names, reportIn, type ReportMessage } from "../support/fleet";
import { eventually, type Message, unload } from "../support/nodes";

describe("fleets at once", function () {
  this.timeout(120_000);
  let fleet: LampFleet;
  afterEach(async () => {
    await unload();
    await fleet.close();
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
      helper.getNode(id).receive({ devices } as never);
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
