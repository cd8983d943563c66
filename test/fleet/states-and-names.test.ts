import assert from "node:assert/strict";
import type { FleetDevice } from "../../lib/fleet/fleet-device";
import { knownOf } from "../../lib/fleet/targets/known";
import { onlineOf } from "../../lib/fleet/targets/online";
import { FleetPlatform, pageOf, refusal, rowsOf } from "../support/fleet-sources";

const device = (productKey: string, deviceName: string): FleetDevice => ({ productKey, deviceName });
const devicesOf = (productKey: string, count: number): FleetDevice[] =>
  rowsOf(productKey, count).map(({ DeviceName }) => device(productKey, DeviceName));

/** The platform may leave out names that do not exist, or refuse the call for them. */
for (const ifMissing of ["left out", "refused"] as const) {
  describe(`where a name that does not exist is ${ifMissing}`, () => {
    const states: Record<string, string> = { "a1/d1": "ONLINE", "a1/d2": "OFFLINE", "b2/d1": "UNACTIVE" };
    const platform = (): FleetPlatform =>
      new FleetPlatform((operation, { ProductKey, DeviceName }) => {
        const names = Array.isArray(DeviceName) ? DeviceName : [];
        assert.ok(names.length <= (operation === "BatchGetDeviceState" ? 50 : 100), `${names.length} names`);
        const all = names.map((name) => ({
          name,
          state: states[`${String(ProductKey)}/${name}`] ?? (name.startsWith("d") ? "ONLINE" : undefined),
        }));
        const there = all.filter(({ state }) => state !== undefined);
        if (ifMissing === "refused" && there.length < all.length)
          throw refusal("iot.device.NotExistedDevice");
        if (operation === "BatchGetDeviceState")
          return {
            DeviceStatusList: {
              DeviceStatus: there.map(({ name, state }) => ({ DeviceName: name, Status: state })),
            },
          };
        assert.equal(operation, "BatchQueryDeviceDetail");
        return { Data: { Data: there.map(({ name }) => ({ DeviceName: name, DeviceSecret: "s3cret" })) } };
      });
    const some = [
      device("a1", "d1"),
      device("a1", "none"),
      { ...device("a1", "d3"), problem: refusal("Forbidden.RAM") },
      device("b2", "d1"),
      device("a1", "d2"),
    ];

    it("devices are online, or not, or nobody knows, in their order", async () => {
      const { sources } = platform();
      assert.deepEqual(await onlineOf(some, sources), [true, undefined, undefined, false, false]);
      assert.deepEqual(await onlineOf([], sources), []);
    });

    it("devices exist, or not, in their order", async () => {
      assert.deepEqual(await knownOf(some, platform().sources), [true, false, undefined, true, true]);
    });

    it("many are asked for 50 or 100 in a call, and one that is missing costs only a few more", async () => {
      const cloud = platform();
      const many = [...devicesOf("a1", 499), device("a1", "none"), ...devicesOf("b2", 20)];
      const online = await onlineOf(many, cloud.sources);
      assert.deepEqual([online.indexOf(undefined), online.lastIndexOf(undefined)], [499, 499]);
      assert.ok(cloud.asked.length <= 11 + 12, `${cloud.asked.length} calls`);
      const known = await knownOf(many, cloud.sources);
      assert.deepEqual([known.indexOf(false), known.lastIndexOf(false)], [499, 499]);
      assert.ok(cloud.count("BatchQueryDeviceDetail") <= 6 + 14);
    });
  });
}

describe("states and names of a fleet", () => {
  it("fail as a whole where nothing may be asked, after a few calls", async () => {
    const platform = new FleetPlatform(() => {
      throw refusal("Forbidden.RAM");
    });
    await assert.rejects(onlineOf(devicesOf("a1", 5000), platform.sources), { code: "Forbidden.RAM" });
    await assert.rejects(knownOf(devicesOf("a1", 900), platform.sources), { code: "Forbidden.RAM" });
    assert.ok(platform.asked.length <= 6, `${platform.asked.length} calls`);
  });

  it("are not searched for ever where no name exists", async () => {
    const platform = new FleetPlatform(() => {
      throw refusal("iot.device.NotExistedDevice");
    });
    const online = await onlineOf(devicesOf("a1", 10_000), platform.sources);
    assert.ok(online.every((isOnline) => isOnline === undefined));
    assert.ok(platform.asked.length <= 200 + 510, `${platform.asked.length} calls`);
  });

  it("takes names from the product's list where it has just been read, and asks only for those that are new", async () => {
    const rows = rowsOf("a1", 1200);
    const platform = new FleetPlatform((operation, parameters) => {
      if (operation === "QueryDevice") return pageOf(rows, parameters);
      assert.deepEqual(parameters["DeviceName"], ["new"]);
      return { Data: { Data: [{ DeviceName: "new" }] } };
    });
    const many = [...devicesOf("a1", 1200), device("a1", "new")];
    assert.ok((await knownOf(many, platform.sources)).every((isKnown) => isKnown === true));
    assert.deepEqual([platform.count("QueryDevice"), platform.count("BatchQueryDeviceDetail")], [24, 1]);
    assert.ok((await knownOf(devicesOf("a1", 5), platform.sources)).every((isKnown) => isKnown === true));
    assert.equal(platform.asked.length, 25);
  });

  it("checks names one hundred in a call where the product is too large to be listed", async () => {
    const platform = new FleetPlatform((operation, { DeviceName }) => {
      if (operation === "QueryDevice") return { ...pageOf([], {}), Total: 1_000_000 };
      const names = Array.isArray(DeviceName) ? DeviceName : [];
      return { Data: { Data: names.map((name) => ({ DeviceName: name })) } };
    });
    assert.ok((await knownOf(devicesOf("a1", 1000), platform.sources)).every((isKnown) => isKnown === true));
    assert.deepEqual([platform.count("QueryDevice"), platform.count("BatchQueryDeviceDetail")], [1, 10]);
  });
});
