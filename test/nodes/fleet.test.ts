import assert from "node:assert/strict";
import { unload } from "../support/nodes";
import { fleetKey, LampFleet, names, reportIn } from "../support/fleet";

describe("fleet node", () => {
  let fleet: LampFleet;
  afterEach(async () => {
    await unload();
    await fleet.close();
  });

  it("calls a service of each device of a list, and reports what the platform took as accepted", async () => {
    fleet = await LampFleet.start(30);
    const flow = await fleet.flow();
    const { port, msg } = await flow.run({ payload: { n: 7 }, devices: names(30), topic: "kept" });
    assert.equal(port, "result", msg.error?.message);
    const report = reportIn(msg);
    assert.equal(report.fleet.accepted, 30);
    assert.equal(msg.topic, "kept");
    assert.deepEqual(report.payload.devices.map(({ deviceName }) => deviceName), names(30));
    const [first] = report.payload.devices;
    assert.equal(first?.productKey, fleetKey);
    assert.ok(first.messageId && first.requestId);
    assert.equal(msg.invocation?.operation, "fleet");
    assert.equal(msg.invocation.service, "Blink");
    await flow.until(() => fleet.executed.size === 30);
  });

  it("streams each device as it ends, as a sequence that join puts together", async () => {
    fleet = await LampFleet.start(20);
    const flow = await fleet.flow();
    await flow.run({ payload: { n: 1 }, devices: names(20), topic: "kept" });
    assert.equal(flow.entries.length, 20);
    const indexes = flow.entries.map((msg) => (msg as unknown as { parts: { index: number } }).parts.index);
    assert.deepEqual(indexes.toSorted((a, b) => a - b), names(20).map((_name, index) => index));
    for (const msg of flow.entries) {
      const { parts, payload, topic } = msg as unknown as {
        parts: Record<string, unknown>;
        payload: { deviceName: string; outcome: string };
        topic: string;
      };
      assert.deepEqual([parts["type"], parts["count"], payload.outcome, topic], ["array", 20, "accepted", "kept"]);
      assert.equal(payload.deviceName, `lamp${String(parts["index"])}`);
    }
  });
});
