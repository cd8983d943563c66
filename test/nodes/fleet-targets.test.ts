import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import { countTargets } from "../../nodes/admin/target-count";
import type { AccountNode } from "../../nodes/common/account-node";
import { fleetKey, LampFleet, lampProduct, reportIn, type ReportMessage } from "../support/fleet";
import { eventually, type TestFlow, unload } from "../support/nodes";

/** More than a page of each list. */
const count = 210;
const others = 7;

/** Lamps of a floor, which are in groups of both kinds, and others that are in none. */
const floor: SimulatorDefinition = {
  instanceId: "iot-fleet",
  groups: [
    { groupId: "fixed", name: "Floor 2" },
    {
      groupId: "lit",
      name: "Lit",
      dynamic: { productKey: fleetKey, status: "ONLINE", tags: { floor: "2" } },
    },
  ],
  products: [
    {
      ...lampProduct,
      generatedDevices: [
        { count, namePattern: "lamp-###", groups: ["fixed"], tags: { floor: "2", kind: "lamp" } },
        { count: others, namePattern: "other-#", tags: { floor: "3", kind: "lamp" } },
      ],
    },
  ],
};

describe("fleet node and the devices that the platform lists", function () {
  this.timeout(60_000);
  let fleet: LampFleet;
  beforeEach(async () => {
    fleet = await LampFleet.with(floor);
  });
  afterEach(async () => {
    await unload();
    await fleet.close();
  });

  const start = (settings: Record<string, unknown>): Promise<TestFlow> =>
    fleet.flow({ service: "Ping", ...settings }, { instanceId: "iot-fleet" });

  async function reportOf(flow: TestFlow): Promise<ReportMessage> {
    const { port, msg } = await flow.run({ payload: { n: 3 } });
    assert.equal(port, "result", msg.error?.message);
    return reportIn(msg);
  }

  async function turnOff(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      const name = `lamp-${String(number).padStart(3, "0")}`;
      const url = `${fleet.simulator.endpoint}/_simulator/devices/${fleetKey}/${name}/status`;
      const { status } = await fetch(url, { method: "POST", body: JSON.stringify({ status: "OFFLINE" }) });
      assert.equal(status, 200);
    }
  }

  const ways: [words: string, settings: object, devices: number, operation: string, pages: number][] = [
    ["a product", { targets: "product" }, count + others, "QueryDevice", 5],
    ["a static group", { targets: "group", groupId: "fixed" }, count, "QueryDeviceListByDeviceGroup", 5],
    ["a dynamic group", { targets: "group", groupId: "lit" }, count, "QueryDynamicGroupDevices", 2],
    [
      "tags",
      { targets: "tags", tags: "floor=2, kind=lamp", tagsType: "str" },
      count,
      "QueryDeviceByTags",
      10,
    ],
  ];
  for (const [words, settings, devices, operation, pages] of ways) {
    it(`commands all devices of ${words}, page by page, each once`, async () => {
      const flow = await start({ ...settings });
      const { fleet: counts, payload } = await reportOf(flow);
      assert.deepEqual([counts.targets, counts.done], [devices, devices]);
      assert.equal(new Set(payload.devices.map(({ deviceName }) => deviceName)).size, devices);
      assert.ok([...fleet.executed.values()].every((times) => times === 1));
      assert.equal(fleet.executed.size, devices);
      assert.ok(fleet.simulator.calls[operation]!.calls >= pages, JSON.stringify(fleet.simulator.calls));
    });
  }

  it("tells the truth of lamps that went off between the count and the message", async () => {
    const flow = await start({ targets: "group", groupId: "lit" });
    const account = await (helper.getNode("account") as unknown as AccountNode).open();
    const counted = await countTargets(
      account,
      { by: "group", groupId: "lit" },
      true,
      new AbortController().signal,
    );
    assert.deepEqual([counted.total, counted.online], [count, count]);
    await turnOff([1, 100, 205]);
    const { fleet: counts, payload } = await reportOf(flow);
    assert.deepEqual([counts.targets, counts.done, counts.refused], [count, count - 3, 3]);
    const off = payload.devices.filter(({ outcome }) => outcome === "refused");
    assert.deepEqual(
      off.map(({ deviceName }) => deviceName),
      ["lamp-001", "lamp-100", "lamp-205"],
    );
    assert.ok(off.every(({ deviceName }) => !fleet.executed.has(deviceName)));
  });

  it("leaves out no lamp of a group that shrinks while it is listed", async () => {
    const flow = await start({ targets: "group", groupId: "lit" });
    const gone = [1, 2, 3, 4, 5];
    const reporting = reportOf(flow);
    await eventually(() => fleet.simulator.calls["QueryDynamicGroupDevices"]?.calls === 1);
    await turnOff(gone);
    const { fleet: counts } = await reporting;
    assert.equal(counts.done, count - gone.length);
    assert.equal(counts.targets, counts.done + counts.refused);
  });
});
