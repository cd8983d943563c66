import assert from "node:assert/strict";
import type { Parameters } from "../../lib/cloud/client";
import type { Selection } from "../../lib/fleet/fleet-device";
import { countTargets } from "../../nodes/admin/target-count";
import { FleetPlatform, pageOf, refusal, rowsOf } from "../support/fleet-sources";

const patient = new AbortController().signal;

/** Every third device is online, and a name that does not begin with `d` does not exist. */
function cloud(counts: Record<string, number>, deny: readonly string[] = []): FleetPlatform {
  return new FleetPlatform((operation, parameters) => {
    if (deny.includes(operation)) throw refusal("Forbidden.RAM");
    const names = Array.isArray(parameters["DeviceName"]) ? parameters["DeviceName"] : [];
    switch (operation) {
      case "QueryProductList":
        return {
          Data: {
            List: { ProductInfo: [{ ProductKey: "a1", ProductName: "Lamp" }] },
            PageCount: 1,
            Total: 1,
          },
        };
      case "QueryDevice":
        return pageOf(rowsOf("a1", counts["a1"] ?? 0), parameters);
      case "QueryDeviceByTags":
        return pageOf(rowsOfAll(counts), parameters);
      case "BatchGetDeviceState":
        return { DeviceStatusList: { DeviceStatus: names.map(stateOf) } };
      case "BatchQueryDeviceDetail":
        return { Data: { Data: names.filter((name) => name.startsWith("d")).map(named) } };
      default:
        return assert.fail(operation);
    }
  });
}

const rowsOfAll = (counts: Record<string, number>): ReturnType<typeof rowsOf> =>
  Object.entries(counts).flatMap(([productKey, count]) => rowsOf(productKey, count));
const named = (name: string): Parameters => ({ DeviceName: name });
const stateOf = (DeviceName: string): Parameters => ({
  DeviceName,
  Status: Number(DeviceName.slice(1)) % 3 === 0 ? "ONLINE" : "OFFLINE",
});

describe("counting the devices of a fleet", () => {
  const count = (
    { catalog, sources }: FleetPlatform,
    selection: Selection,
    states = true,
  ): ReturnType<typeof countTargets> =>
    countTargets({ catalog, targets: sources }, selection, states, patient);
  const product = { by: "product", productKey: "a1" } as const;
  const list = (devices: unknown): Selection => ({
    by: "list",
    productKey: "a1",
    devices: { value: devices, source: "" },
  });

  it("names their product, and says how many are online", async () => {
    assert.deepEqual(await count(cloud({ a1: 412 }), product), {
      total: 412,
      products: [{ productKey: "a1", name: "Lamp", total: 412 }],
      online: 138,
    });
  });

  it("names several products, the largest first", async () => {
    const { products } = await count(cloud({ b2: 3, a1: 7 }), { by: "tags", tags: { floor: "2" } });
    assert.deepEqual(products, [
      { productKey: "a1", name: "Lamp", total: 7 },
      { productKey: "b2", name: "", total: 3 },
    ]);
  });

  it("asks up to 10,000 devices for their states, says so of more, and asks only where they are wanted", async () => {
    const many = cloud({ a1: 10_001 });
    const { total, online, maxStates } = await count(many, product);
    assert.deepEqual([total, online, maxStates], [10_001, undefined, 10_000]);
    assert.deepEqual(Object.keys(await count(cloud({ a1: 5 }), product, false)), ["total", "products"]);
    assert.equal(many.count("BatchGetDeviceState"), 0);
    const few = cloud({ a1: 10_000 });
    assert.equal((await count(few, product)).online, 3334);
    assert.equal(few.count("BatchGetDeviceState"), 200);
  });

  it("counts entries apart that cannot be used, or name no device", async () => {
    const { total, problems, online } = await count(cloud({}), list(["d0", "d1", 7, "none"]));
    assert.deepEqual([total, problems, online], [2, 2, 1]);
  });

  it("goes without names and states where they must not be read", async () => {
    const denied = cloud({ a1: 3 }, ["QueryProductList", "BatchGetDeviceState", "BatchQueryDeviceDetail"]);
    const found = await count(denied, product);
    assert.deepEqual([found.total, found.products[0]?.name, found.online], [3, "", undefined]);
    assert.equal(found.failure?.code, "Forbidden.RAM");
    assert.deepEqual([(await count(denied, list(["d1", "none"]))).total], [2]);
  });

  it("counts none", async () => {
    assert.deepEqual(await count(cloud({}), list([])), { total: 0, products: [], online: 0 });
  });
});
