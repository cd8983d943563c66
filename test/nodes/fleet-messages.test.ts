import assert from "node:assert/strict";
import { type Behaviour, LampFleet, names, reportIn, type ReportMessage } from "../support/fleet";
import { eventually, type Message, type TestFlow, unload } from "../support/nodes";

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
      assert.deepEqual([port, msg.error?.code], ["failure", "invalid-input"], String(id));
    }
    for (const other of ["all", 5, true]) {
      const { msg } = await flow.run({ rollout: "stop", fleet: other });
      assert.equal(msg.error?.code, "invalid-input");
    }
    await flow.run({ rollout: "stop", fleet: null });
    await flow.until(() => flow.arrivals.some(({ msg }) => msg.error?.code === "rollout-stopped"));
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
      const entry = msg as unknown as { payload: { result: { n: number } }; parts: { parts: { id: string } } };
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
});
