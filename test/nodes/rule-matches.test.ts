import assert from "node:assert/strict";
import { restore, useFakeTimers } from "sinon";
import type { ProductRow } from "../../lib/look-up/catalog";
import { matchesOf } from "../../nodes/admin/rule-matches";

type Catalog = Parameters<typeof matchesOf>[1];

interface Cloud {
  /** Names of the devices, by product. */
  devices: Record<string, string[]>;
  isListLoading?: boolean;
  load?: (productKey: string) => Promise<void>;
}

describe("what the rules of an account match now", () => {
  afterEach(() => restore());

  let loaded: string[] = [];

  /** Pages as large as the question, up to 2,000 devices. */
  function catalogOf({ devices, isListLoading = false, load }: Cloud): Catalog {
    loaded = [];
    const rows: ProductRow[] = Object.entries(devices).map(([productKey, names]) => ({
      productKey,
      productName: "<b>",
      deviceCount: names.length,
    }));
    return {
      products: ({ limit }) =>
        Promise.resolve({
          rows: rows.slice(0, limit),
          matches: rows.length,
          loaded: rows.length,
          total: rows.length,
          isLoading: isListLoading,
          failure: undefined,
        }),
      async firstDevices(productKey, maxRows) {
        loaded.push(productKey);
        await load?.(productKey);
        const names = devices[productKey] ?? [];
        return {
          names: new Set(names.slice(0, maxRows)),
          total: names.length,
          isWhole: names.length <= maxRows,
        };
      },
    };
  }

  const count = async (allow: string, cloud: Cloud): Promise<string[]> => {
    const { allow: found } = await matchesOf({ allow, confirm: "" }, catalogOf(cloud));
    return found.map(
      ({ line, products, devices, isAtLeast }) =>
        `${line}: ${isAtLeast ? "at least " : ""}${products}, ${devices}`,
    );
  };
  const lamps = (maxRows: number): string[] => Array.from({ length: maxRows }, (_none, n) => `lamp${n}`);

  it("is counted by product and device, for each rule by its line", async () => {
    const devices = { home: ["lamp1", "lamp2", "valve"], garden: ["lamp1", "La*p"], empty: [] };
    const rules =
      "# note\n*/lamp*/Fade\r\nhome/*/*\n\ngarden/lamp1/*\nhome/Lamp1/*\n*/La*p/*\nempty/*/*\nbad";
    assert.deepEqual(await count(rules, { devices }), [
      "2: 3, 3",
      "3: 1, 3",
      "5: 1, 1",
      "6: 1, 0",
      "7: 3, 1",
      "8: 1, 0",
    ]);
  });

  it("leaves out names with a slash, which no rule matches", async () => {
    assert.deepEqual(await count("*/*x/*", { devices: { home: ["a/x", "x"], "a/b": ["x"] } }), ["1: 1, 1"]);
  });

  it("requests no devices if a rule covers the whole product", async () => {
    assert.deepEqual(await count("*/*/*", { devices: { home: lamps(9000), garden: lamps(3) } }), [
      "1: 2, 9003",
    ]);
    assert.deepEqual(loaded, []);
  });

  it("is partial for a product with more than 2,000 devices, unless the one device was found", async () => {
    const devices = { street: lamps(10_000) };
    assert.deepEqual(await count("*/lamp*/*\n*/lamp7/*\n*/lamp9999/*\n*/*/*", { devices }), [
      "1: at least 1, 2000",
      "2: 1, 1",
      "3: at least 1, 0",
      "4: 1, 10000",
    ]);
  });

  it("loads the devices of 50 products, and says so", async () => {
    const devices = Object.fromEntries(lamps(60).map((name) => [`product-${name}`, ["a1", "b1"]]));
    assert.deepEqual(await count("*/a*/*", { devices }), ["1: at least 60, 50"]);
    assert.equal(loaded.length, 50);
  });

  it("ends in time if the cloud does not answer", async () => {
    const clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const devices = { home: ["lamp1"], silent: ["lamp1"] };
    const load = (productKey: string): Promise<void> =>
      productKey === "silent" ? new Promise(() => undefined) : Promise.resolve();
    const counting = count("*/lamp*/*", { devices, load });
    await clock.tickAsync(20_000);
    assert.deepEqual(await counting, ["1: at least 2, 1"]);
  });

  it("reports what the platform refuses along with what was counted", async () => {
    const refused = new Error("refused");
    const cloud: Cloud = {
      devices: { home: ["lamp1"], garden: ["lamp1"] },
      load: (productKey) => (productKey === "garden" ? Promise.reject(refused) : Promise.resolve()),
    };
    const { confirm, failure } = await matchesOf({ allow: "", confirm: "*/lamp1/*" }, catalogOf(cloud));
    assert.deepEqual(confirm, [{ line: 1, products: 2, devices: 1, isAtLeast: true }]);
    assert.equal(failure, refused);
  });

  it("costs no more than it may, however many rules and devices there are", async () => {
    const devices = Object.fromEntries(lamps(50).map((name) => [`product-${name}`, lamps(2000)]));
    const rules = Array.from({ length: 2000 }, (_none, n) => `*/*x*${n}/*`).join("\n");
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    const { allow } = await matchesOf({ allow: rules, confirm: "" }, catalogOf({ devices }));
    clearInterval(others);
    assert.equal(allow.length, 2000);
    assert.ok(
      allow.some(({ isAtLeast }) => isAtLeast),
      "only a part was looked at",
    );
    assert.ok(turns > 10, `${turns} turns for others`);
  });
});
