import assert from "node:assert/strict";
import type { SimulatorOptions } from "../../lib/simulator/simulator";
import { productKey } from "../simulator/property-fixture";
import { acs3, assertSucceeded } from "../simulator/wire";
import { collectSends, eventually, type TestFlow, unload } from "../support/nodes";
import { ReadFlows } from "../support/read-flow";

type Entry = { value: unknown; time: number; identifier?: string; label?: string };

const orders = ["newest-first", "oldest-first"] as const;
const day = 86_400_000;

describe("read-device node: histories", () => {
  let home: ReadFlows;
  let asked: string[];
  const start = async (options: SimulatorOptions = {}): Promise<void> => {
    asked = [];
    home = await ReadFlows.start({ log: (line) => asked.push(line), ...options });
  };
  beforeEach(() => start());
  afterEach(() => home.close());

  const flow = (settings: Record<string, unknown> = {}) =>
    home.flow({ what: "property-history", ...settings });
  async function resultOf<T>(test: TestFlow, msg: object = {}): Promise<T> {
    const { port, msg: out } = await test.run(msg);
    assert.equal(port, "result", out.error?.message);
    return out.payload as T;
  }
  const numbers = (entries: readonly Entry[] | undefined): unknown[] =>
    entries?.map(({ value }) => value) ?? [];
  const upTo = (count: number): number[] => Array.from({ length: count }, (_none, index) => index);
  const inOrder = <T>(values: T[], order: string): T[] =>
    order === "oldest-first" ? values : values.toReversed();
  const begun = Date.now() - 3_600_000;
  /** The device reports 0, 1, 2 …, a second after each other. */
  const reportCounts = (count: number, name = "Count"): void => {
    for (const value of upTo(count))
      home.post({ [name]: { value: value % 100, time: begun + 1000 * value } });
  };
  const calls = (operation: string): string[] => asked.filter((line) => line.includes(operation));

  for (const order of orders) {
    it(`${order}: gives one property's values, page by page, up to the limit`, async () => {
      reportCounts(120);
      const settings = { identifiers: "Count", order };
      const all = await resultOf<Record<string, Entry[]>>(await flow(settings));
      assert.deepEqual(
        numbers(all["Count"]),
        inOrder(upTo(120), order).map((value) => value % 100),
      );
      const times = all["Count"]!.map(({ time }) => time);
      assert.deepEqual(
        times,
        inOrder(
          upTo(120).map((value) => begun + 1000 * value),
          order,
        ),
      );
      assert.deepEqual(Object.keys(all["Count"]![0]!), ["value", "time"]);
      assert.equal(calls("QueryDevicePropertyData").length, 3);
      const some = await resultOf<Record<string, Entry[]>>(await flow({ ...settings, limit: 55 }));
      assert.deepEqual(some["Count"], all["Count"]!.slice(0, 55));
    });

    it(`${order}: gives several properties' values, each up to the limit, with few calls`, async () => {
      reportCounts(250);
      for (const value of [1, 2, 3])
        home.post({ Mode: { value: value === 2 ? 0 : 3, time: begun + value * 50_000 } });
      const settings = { identifiers: "Mode,Count,Title", order, limit: 220 };
      const history = await resultOf<Record<string, Entry[]>>(await flow(settings));
      assert.deepEqual(Object.keys(history), ["Mode", "Count", "Title"]);
      assert.deepEqual(
        history["Mode"]?.map(({ value, label }) => [value, label]),
        [
          [3, "fast"],
          [0, "slow"],
          [3, "fast"],
        ],
      );
      assert.deepEqual(
        numbers(history["Count"]),
        inOrder(upTo(250), order)
          .slice(0, 220)
          .map((value) => value % 100),
      );
      assert.deepEqual(history["Title"], []);
      assert.ok(calls("QueryDevicePropertiesData").length <= 5);
    });

    for (const isLate of [true, false]) {
      const late = isLate ? "after" : "before";
      it(`${order}: whichever operation wants StartTime ${late} EndTime, each is asked the wrong way once and no more`, async () => {
        const operations = [
          "QueryDevicePropertyData",
          "QueryDevicePropertiesData",
          "QueryDeviceEventData",
          "QueryDeviceServiceData",
        ];
        await home.close();
        await start({ laterStart: isLate ? operations : [] });
        reportCounts(110);
        for (const value of upTo(60)) {
          home.simulator.uplink.postEvent(productKey, "room", "Alarm", { Heat: value }, begun + value);
        }
        const kinds = [
          { what: "property-history", identifiers: "Count" },
          { what: "property-history", identifiers: "Count,Mode" },
          { what: "event-history" },
          { what: "service-history" },
        ];
        for (const kind of kinds) {
          const test = await flow({ ...kind, order });
          for (let turn = 1; turn <= 2; turn++) {
            const result = await resultOf<Record<string, Entry[]> & Entry[]>(test);
            if (kind.what === "property-history") assert.equal(result["Count"]?.length, 110);
            if (kind.what === "event-history") assert.equal(result.length, 60);
          }
        }
        const refused = asked.filter((line) => line.includes("InvalidTimeBucket"));
        const wrong = isLate
          ? operations.filter((operation) => operation !== "QueryDevicePropertiesData")
          : ["QueryDevicePropertiesData"];
        const expected = order === "oldest-first" ? [] : wrong;
        assert.equal(refused.length, expected.length);
        for (const operation of expected) {
          assert.equal(refused.filter((line) => line.includes(operation)).length, 1, operation);
        }
      });
    }

    it(`${order}: gives events in one list, each identifier up to the limit even where another one is frequent`, async () => {
      const { uplink } = home.simulator;
      for (const value of upTo(130)) {
        uplink.postEvent(productKey, "room", "Alarm", { Heat: value }, begun + 1000 * value);
      }
      // At the far end of either order.
      uplink.postEvent(productKey, "room", "Started", {}, begun + (order === "newest-first" ? 1 : 129_001));
      const history = await resultOf<Entry[]>(await flow({ what: "event-history", order, limit: 60 }));
      assert.equal(history.length, 61);
      assert.deepEqual(history[0], {
        identifier: "Alarm",
        type: "alert",
        value: { Heat: order === "newest-first" ? 129 : 0 },
        time: begun + (order === "newest-first" ? 129_000 : 0),
      });
      assert.equal(history.at(-1)?.identifier, "Started");
      const only = await resultOf<Entry[]>(
        await flow({ what: "event-history", order, identifiers: "Started" }),
      );
      assert.deepEqual(
        only.map(({ identifier }) => identifier),
        ["Started"],
      );
    });
  }

  it("gives the calls of services with their inputs, outputs and the device's code", async () => {
    const call = (parameters: Record<string, string>, action: string) =>
      acs3(home.simulator, action, { ProductKey: productKey, DeviceName: "room", ...parameters });
    assertSucceeded(await call({ Identifier: "Ping", Args: "{}" }, "InvokeThingService"));
    assertSucceeded(await call({ Items: '{"Count":4}' }, "SetDeviceProperty"));
    const test = await flow({ what: "service-history" });
    let history: Record<string, unknown>[] = [];
    while (history.length < 2) history = await resultOf<Record<string, unknown>[]>(test);
    const names = history.map(({ identifier }) => String(identifier)).toSorted();
    assert.deepEqual(names, ["Ping", "set"]);
    const set = history.find(({ identifier }) => identifier === "set")!;
    assert.deepEqual(
      { ...set, time: 0 },
      { identifier: "set", input: { Count: 4 }, output: {}, code: 200, time: 0 },
    );
    assert.equal(typeof set["time"], "number");
    const only = await resultOf<unknown[]>(await flow({ what: "service-history", identifiers: "set" }));
    assert.equal(only.length, 1);
  });

  it("reads the last 24 hours unless told otherwise, and takes times and durations", async () => {
    const now = Date.now();
    const ages = { week: 7 * day, days: 2 * day, hour: 3_600_000, minute: 60_000 };
    for (const [index, age] of Object.values(ages).entries())
      home.post({ Count: { value: index, time: now - age } });
    const test = await flow({ identifiers: "Count", from: "from", fromType: "msg", to: "to", toType: "msg" });
    const valuesOf = async (msg: object) =>
      numbers((await resultOf<Record<string, Entry[]>>(test, msg))["Count"]);
    assert.deepEqual(await valuesOf({}), [3, 2]);
    assert.deepEqual(await valuesOf({ from: "PT10M" }), [3]);
    assert.deepEqual(await valuesOf({ from: "P30D", to: "PT10M" }), [2, 1, 0]);
    assert.deepEqual(await valuesOf({ from: now - 3 * day, to: String(now - day) }), [1]);
    assert.deepEqual(
      await valuesOf({ from: new Date(now - 3 * day), to: new Date(now - day).toISOString() }),
      [1],
    );
    assert.deepEqual(await valuesOf({ from: "P1W", to: "P1DT12H" }), [1]);
  });

  it("names what is wrong with times, orders and limits, and asks nothing", async () => {
    const test = await flow({ identifiers: "Count", from: "from", fromType: "msg", to: "to", toType: "msg" });
    for (const [msg, expected] of [
      [{ from: "P31D" }, /From .* more than 30 days ago/],
      [{ from: "yesterday" }, /From must be a time or a duration.*msg\.from is the text “yesterday”/],
      [{ from: "P1M" }, /From must be a time or a duration/],
      [{ from: "PT" }, /From must be a time or a duration/],
      [{ from: "2026-01-31T08:00" }, /From needs a time zone/],
      [{ to: {} }, /To must be a time.*an object/],
      [{ from: "PT1H", to: "PT2H" }, /period is empty/],
      [{ from: Number.NaN }, /From must be a time/],
    ] as const) {
      const { code, outcome, retryable, message } = await test.failureOf(msg);
      assert.deepEqual([code, outcome, retryable], ["invalid-input", "not-sent", false], message);
      assert.match(message, expected);
    }
    for (const [settings, expected] of [
      [{ order: "random" }, /“random”.*newest-first, oldest-first/],
      [{ limit: 0 }, /Limit must be a number from 1 to/],
      [{ limit: "many" }, /Limit must be a number/],
    ] as const) {
      assert.match((await (await flow(settings)).failureOf({})).message, expected);
    }
    assert.deepEqual(calls("Query"), []);
  });

  it("reads all properties where none is named, and none of those that are not there", async () => {
    reportCounts(3);
    const history = await resultOf<Record<string, Entry[]>>(await flow());
    assert.equal(Object.keys(history).length, 10);
    assert.deepEqual(numbers(history["Count"]), [2, 1, 0]);
    const { message, code } = await (await flow({ identifiers: "Nothing" })).failureOf({});
    assert.equal(code, "invalid-input");
    assert.match(message, /Nothing/);
  });

  it("without a thing model, values have the types that the present values name", async () => {
    reportCounts(2);
    for (const action of ["GetThingModelTslPublished", "GetThingModelTsl"]) {
      home.simulator.addFault({ fault: "server-error", code: "iot.common.RamActionPermissionDeny", action });
    }
    const history = await resultOf<Record<string, Entry[]>>(await flow({ identifiers: "Count" }));
    assert.deepEqual(numbers(history["Count"]), [1, 0]);
  });

  it("repeats what may pass, and says how often", async () => {
    reportCounts(2);
    home.simulator.addFault({
      fault: "throttle",
      times: 1,
      retryAfterMs: 1,
      action: "QueryDevicePropertyData",
    });
    home.simulator.addFault({ fault: "drop-after", times: 1, action: "QueryDevicePropertyData" });
    home.simulator.addFault({ fault: "server-error", times: 1, action: "QueryDevicePropertyData" });
    const { port, msg } = await (await flow({ identifiers: "Count" })).run({});
    assert.equal(port, "result", msg.error?.message);
    assert.equal(msg.invocation?.attempts, 4);
  });

  it("fails as retryable once nothing helps, and says nothing of commands", async () => {
    home.simulator.addFault({ fault: "hang", action: "QueryDevicePropertyData" });
    const { code, retryable, message, hint } = await (
      await flow({ identifiers: "Count", timeout: 0.3 })
    ).failureOf({});
    assert.deepEqual([code, retryable], ["request-timeout", true]);
    assert.match(message, /did not respond in time\.$/);
    assert.doesNotMatch(`${message} ${hint}`, /command|carried out/);
  });

  it("does not wait for a thing model longer than the read may take", async () => {
    reportCounts(2);
    for (const action of ["GetThingModelTslPublished", "GetThingModelTsl"]) {
      home.simulator.addFault({ fault: "hang", action });
    }
    const test = await flow({ identifiers: "Count", timeout: 1 });
    const history = await resultOf<Record<string, Entry[]>>(test);
    assert.deepEqual(numbers(history["Count"]), [1, 0]);
  });

  it("ends a read as closed when the node goes away", async () => {
    home.simulator.addFault({ fault: "hang", action: "QueryDevicePropertyData" });
    const test = await flow({ identifiers: "Count" });
    test.send({});
    await eventually(() => calls("GetThingModelTslPublished").length > 0);
    const seen = collectSends(test);
    await unload();
    assert.deepEqual(
      seen.map(({ error }) => error?.code),
      ["closed"],
    );
    assert.doesNotMatch(seen[0]!.error!.message, /carried out|command/);
  });
});
