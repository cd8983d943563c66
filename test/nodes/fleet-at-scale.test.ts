import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import {
  type Behaviour,
  fleetKey,
  LampFleet,
  lamps,
  names,
  reportIn,
  type ReportMessage,
} from "../support/fleet";
import { longRun } from "../support/long-run";
import { type Message, type TestFlow, unload } from "../support/nodes";

const count = longRun(10_000);
const devices = names(count);

/** Of a hundred lamps, five are offline, two fail, and one acts but never answers; the others take their time. */
function inTheField(index: number): Behaviour {
  const kind = index % 100;
  if (kind < 5) return { isOffline: true };
  if (kind < 7) return { code: 100001, message: "the lamp is broken" };
  // An expression would cost more than all the rest.
  return { data: { n: index }, delayMs: kind === 7 ? 3_600_000 : (index * 37) % longRun(1000) };
}

const shares = { offline: 0.05, failed: 0.02, unknown: 0.01, done: 0.92 };

/** With the limits of the platform in force. */
function field(behaviour: (index: number) => Behaviour = inTheField): SimulatorDefinition {
  return Object.assign(lamps(count, behaviour), { limits: "platform" });
}

describe(`a fleet of ${count} devices, with the limits of the platform in force`, function () {
  this.timeout(180_000);
  let fleet: LampFleet;
  let flow: TestFlow;

  afterEach(async () => {
    await unload();
    await fleet.close();
  });

  /** What the report says is what the devices have done, each once. */
  function check(report: ReportMessage): void {
    const { executed } = fleet;
    for (const [name, times] of executed) assert.equal(times, 1, `${name} has acted ${times} times`);
    for (const [index, { deviceName, outcome, result }] of report.payload.devices.entries()) {
      if (outcome === "done") assert.deepEqual(result, { n: index });
      const hasActed = executed.has(deviceName);
      if (outcome === "done" || outcome === "failed") assert.ok(hasActed, `${deviceName} is ${outcome}`);
      if (outcome === "refused" || outcome === "skipped" || outcome === "not-sent")
        assert.ok(!hasActed, `${deviceName} is ${outcome}`);
    }
    assert.equal(flow.entries.length, count);
  }

  it("single: each device has its own reply", async () => {
    fleet = await LampFleet.with(field());
    flow = await fleet.flow({ awaitReply: true, replyTimeout: longRun(60) }, { rate: 500 });
    const { port, msg } = await flow.run({ payload: { n: 1 }, devices });
    assert.equal(port, "result", msg.error?.message);
    const report = reportIn(msg);
    check(report);
    const { done, failed, unknown, refused } = report.fleet;
    assert.deepEqual(
      [done, failed, unknown, refused],
      [shares.done * count, shares.failed * count, shares.unknown * count, shares.offline * count],
    );
  });

  it("batch: the replies are told by their devices", async () => {
    fleet = await LampFleet.with(field());
    flow = await fleet.flow({
      strategy: "batch",
      offline: "skip",
      awaitReply: true,
      replyTimeout: longRun(60),
    });
    const { port, msg } = await flow.run({ payload: { n: 1 }, devices });
    assert.equal(port, "result", msg.error?.message);
    const report = reportIn(msg);
    check(report);
    const { done, failed, unknown, skipped } = report.fleet;
    assert.deepEqual(
      [done, failed, unknown, skipped],
      [shares.done * count, shares.failed * count, shares.unknown * count, shares.offline * count],
    );
  });

  it("a button press of another node is among the next calls, whatever is waiting", async () => {
    fleet = await LampFleet.with(field((n) => ({ data: { n } })));
    flow = await fleet.flow({}, { rate: 500 }, { more: [...button] });
    const behind = await pressDuring(() => flow.run({ payload: { n: 1 }, devices }));
    assert.ok(behind.length >= 3, `${behind.length} presses`);
    // No more than are in flight, and every second start.
    for (const lampsBefore of behind) assert.ok(lampsBefore <= 64, `${lampsBefore} lamps before a press`);
  });

  const position = { z: "tab", x: 1, y: 1 };
  const button = [
    {
      id: "button",
      ...position,
      type: "aliyun-iot-invoke-service",
      account: "account",
      productKey: fleetKey,
      deviceName: "lamp0",
      service: "Ping",
      args: "payload",
      argsType: "msg",
      check: "off",
      wires: [["pressed"], ["pressed"]],
    },
    { id: "pressed", ...position, type: "helper", wires: [] },
  ];

  /** Presses a button again and again while something runs; how many lamps were commanded between a press and its call. */
  async function pressDuring(run: () => Promise<unknown>): Promise<number[]> {
    const behind: number[] = [];
    const node = helper.getNode("button");
    let isOver = false;
    let before = 0;
    const press = (): void => {
      before = fleet.simulator.executions.length;
      node.receive({ payload: { n: behind.length } });
    };
    helper.getNode("pressed").on("input", (msg: Message) => {
      assert.equal(msg.error, undefined);
      const after = fleet.simulator.executions.slice(before);
      behind.push(after.findIndex(({ service }) => service === "Ping"));
      if (!isOver) setTimeout(press, 20);
    });
    const running = run();
    press();
    await running;
    isOver = true;
    return behind;
  }
});
