import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { useContextStores, withoutContextStores } from "../support/context-stores";
import { type Behaviour, LampFleet, names, reportIn } from "../support/fleet";
import { eventually, type Message, type TestFlow, unload } from "../support/nodes";
import { removeFolder, temporaryFolder } from "../support/npm";

describe("fleet node with a context store", () => {
  let folder: string;
  let fleet: LampFleet;
  beforeEach(async () => {
    folder = await temporaryFolder("contexts");
    await useContextStores(folder);
  });
  afterEach(async () => {
    await unload().catch(() => undefined);
    await withoutContextStores();
    await removeFolder(folder);
    await fleet.close();
  });

  async function start(
    count: number,
    settings: Record<string, unknown>,
    behaviour?: (index: number) => Behaviour,
  ): Promise<TestFlow> {
    fleet = await LampFleet.start(count, behaviour);
    return fleet.flow({ keep: "disk", ...settings });
  }

  async function redeploy(settings: Record<string, unknown>): Promise<TestFlow> {
    await helper.unload();
    return fleet.flow({ keep: "disk", ...settings });
  }

  it("refuses a store that does not write at once, or is not there, before anything is sent", async () => {
    for (const [keep, words] of [
      ["memory", /does not write at once/],
      ["lazy", /does not write at once/],
      ["nowhere", /There is no context store nowhere/],
    ] as const) {
      const flow = await start(2, { keep });
      const error = await flow.failureOf({ payload: { n: 1 }, devices: names(2) });
      assert.deepEqual([error.code, error.outcome], ["invalid-input", "not-sent"]);
      assert.match(error.message, words);
      assert.match(error.hint ?? "", /cache: false/);
      assert.equal(fleet.executed.size, 0);
      await unload();
      await fleet.close();
    }
    fleet = await LampFleet.start(1);
  });

  it("goes on after a deploy, and the report leaves then: no device twice, none left out", async () => {
    const flow = await start(200, { pace: 100 });
    flow.send({ payload: { n: 4 }, devices: names(200), topic: "kept" });
    await flow.until(() => flow.entries.length >= 30);
    const again = await redeploy({ pace: 1000 });
    assert.equal(flow.arrivals.length, 0);
    await again.until(() => again.arrivals.length === 1);
    const { port, msg } = again.arrivals[0]!;
    assert.equal(port, "result");
    const report = reportIn(msg);
    assert.equal(msg.topic, "kept");
    assert.equal(report.fleet.targets, 200);
    assert.equal(report.fleet.accepted + report.fleet.unknown, 200);
    await eventually(() => fleet.executed.size >= report.fleet.accepted);
    assert.ok([...fleet.executed.values()].every((times) => times === 1));
    assert.ok(fleet.simulator.executions.every(({ args }) => args["n"] === 4));
    // No entry has left twice, before the deploy and after it.
    const left = [...flow.entries, ...again.entries].map(
      (entry) => (entry as unknown as { parts: { index: number } }).parts.index,
    );
    assert.equal(new Set(left).size, left.length);
    assert.ok(again.entries.length > 0);
  });

  it("stays paused over a deploy", async () => {
    const flow = await start(100, { pace: 100 });
    flow.send({ payload: { n: 4 }, devices: names(100) });
    await flow.until(() => flow.entries.length >= 10);
    await flow.run({ rollout: "pause" });
    const again = await redeploy({});
    await eventually(() => helper.getNode("invoke") !== null);
    const { id } = (flow.entries[0] as unknown as { fleet: { id: string } }).fleet;
    // It is read from the disk first.
    for (;;) {
      const { port } = await again.run({ rollout: "resume", fleet: { id } });
      if (port === "result") break;
    }
    await again.until(() =>
      again.arrivals.some(
        ({ msg }) => (msg as unknown as { fleet?: { targets?: number } }).fleet?.targets === 100,
      ),
    );
    assert.ok([...fleet.executed.values()].every((times) => times === 1));
  });

  it("a canary that has failed stops it after a deploy as well", async () => {
    const flow = await start(60, { service: "Ping", canary: 20, pace: 100 }, (n) =>
      n === 1 ? { code: 100001 } : {},
    );
    flow.send({ payload: { n: 4 }, devices: names(60) });
    await flow.until(() => flow.entries.length >= 5);
    const again = await redeploy({ service: "Ping", canary: 20 });
    await again.until(() => again.arrivals.length === 1);
    const { port, msg } = again.arrivals[0]!;
    assert.deepEqual([port, msg.error?.code], ["failure", "rollout-stopped"]);
    assert.equal(reportIn(msg).fleet.notSent, 40);
    assert.equal(fleet.executed.size, 20);
  });

  it("ends with its node, when that is removed, and keeps nothing", async () => {
    const flow = await start(100, { pace: 100 });
    const sent: Message[] = [];
    flow.node.send = (msg: (Message | null)[]) => {
      if (msg.length === 2) sent.push(msg[1]!);
    };
    flow.send({ payload: { n: 4 }, devices: names(100) });
    await eventually(() => fleet.executed.size >= 10);
    await (flow.node as unknown as { close(removed: boolean): Promise<void> }).close(true);
    assert.equal(sent.length, 1);
    const { error, fleet: counts } = reportIn(sent[0]!);
    assert.equal(error?.code, "rollout-stopped");
    assert.equal(counts.notSent + counts.accepted + counts.unknown, 100);
    const again = await redeploy({});
    const { port } = await again.run({ payload: { n: 4 }, devices: [] });
    assert.equal(port, "result");
    assert.equal(again.entries.length, 0);
  });

  it("keeps nothing of what has ended", async () => {
    const flow = await start(20, {});
    await flow.run({ payload: { n: 1 }, devices: names(20) });
    const again = await redeploy({});
    const { port } = await again.run({ payload: { n: 1 }, devices: names(1) });
    assert.equal(port, "result");
    assert.equal(again.arrivals.length, 1);
    const keys = (): Promise<unknown[]> =>
      new Promise((resolve) => {
        again.node.context().keys("disk", (_error: Error, found: unknown[]) => resolve(found));
      });
    // They are removed once the report has left.
    while ((await keys()).length > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
