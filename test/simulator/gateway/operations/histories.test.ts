import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Simulator } from "../../../../lib/simulator/simulator";
import { climateDefinition, productKey } from "../../property-fixture";
import { acs3, assertFailed, assertSucceeded, type ReplyBody } from "../../wire";

interface Row {
  Time: number | string;
  Value?: string;
  Identifier?: string;
  OutputData?: string;
}

interface History {
  action: string;
  parameters: Record<string, string>;
  maxPage: number;
  /** Whether StartTime is the later time with Asc=0. */
  isLate: boolean;
  /** The parameter that takes `NextTime` with Asc=0. */
  next: "StartTime" | "EndTime";
  rows(body: ReplyBody): Row[];
  paging(body: ReplyBody): { NextTime: number; NextValid: boolean };
}

const inData = (list: string) => (body: ReplyBody) => (body.Data.List as Record<string, Row[]>)[list]!;
const dataPaging = (body: ReplyBody) => body.Data as unknown as { NextTime: number; NextValid: boolean };

const histories: History[] = [
  {
    action: "QueryDevicePropertyData",
    parameters: { Identifier: "Count" },
    maxPage: 50,
    isLate: false,
    next: "EndTime",
    rows: inData("PropertyInfo"),
    paging: dataPaging,
  },
  {
    action: "QueryDevicePropertiesData",
    parameters: { "Identifier.1": "Count" },
    maxPage: 100,
    isLate: true,
    next: "StartTime",
    rows: (body) =>
      (body.PropertyDataInfos as { PropertyDataInfo: { List: { PropertyInfo: Row[] } }[] })
        .PropertyDataInfo[0]!.List.PropertyInfo,
    paging: (body) => body as unknown as { NextTime: number; NextValid: boolean },
  },
  {
    action: "QueryDeviceEventData",
    parameters: { Identifier: "Alarm" },
    maxPage: 50,
    isLate: true,
    next: "StartTime",
    rows: inData("EventInfo"),
    paging: dataPaging,
  },
];

describe("histories of a device", () => {
  let simulator: Simulator;
  let now = 0;
  const start = async (options = {}): Promise<void> => {
    simulator = await Simulator.start({ definition: climateDefinition(), now: () => now, ...options });
  };
  beforeEach(async () => {
    now = Date.now();
    await start();
  });
  afterEach(() => simulator.close());

  const ask = (action: string, parameters: Record<string, string>) =>
    acs3(simulator, action, { ProductKey: productKey, DeviceName: "room", ...parameters });
  const post = (value: number, time: number): void => {
    simulator.uplink.postProperty(productKey, "room", { Count: { value, time } });
    simulator.uplink.postEvent(productKey, "room", "Alarm", { Heat: value }, time);
  };
  const valueOf = ({ Value, OutputData }: Row): number =>
    Number(Value ?? (JSON.parse(OutputData ?? "{}") as { Heat: number }).Heat);
  const times = (from: number, to: number, isSwapped: boolean): Record<string, string> => ({
    StartTime: String(isSwapped ? to : from),
    EndTime: String(isSwapped ? from : to),
  });

  /** All pages, read as the documentation says. */
  async function readAll(history: History, Asc: "0" | "1", PageSize: number): Promise<Row[]> {
    const parameters: Record<string, string> = {
      ...history.parameters,
      ...times(now - 60, now, Asc === "0" && history.isLate),
      Asc,
      PageSize: String(PageSize),
    };
    const all: Row[] = [];
    for (;;) {
      const body = assertSucceeded(await ask(history.action, parameters));
      const rows = history.rows(body);
      assert.ok(rows.length <= PageSize);
      all.push(...rows);
      const { NextTime, NextValid } = history.paging(body);
      if (!NextValid) return all;
      parameters[Asc === "1" ? "StartTime" : history.next] = String(NextTime);
      // Two equal times are refused, and the end of the range belongs to it.
      if (parameters.StartTime === parameters.EndTime) widen(parameters, Asc === "1", history);
    }
  }

  function widen(parameters: Record<string, string>, isAscending: boolean, { next }: History): void {
    const end = isAscending || next === "StartTime" ? "EndTime" : "StartTime";
    parameters[end] = String(Number(parameters[end]) + (isAscending ? 1 : -1));
  }

  for (const history of histories) {
    const { action, maxPage, parameters, isLate } = history;

    it(`${action}: its pages hold everything once, in both orders`, async () => {
      const count = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(count, fc.integer({ min: 1, max: 9 }), async (ages, pageSize) => {
          await simulator.close();
          await start();
          // Up to a page of entries may have the same time.
          const posted = ages.filter(
            (age, at) => ages.slice(0, at).filter((a) => a === age).length < pageSize,
          );
          for (const [value, age] of posted.entries()) post(value % 100, now - age);
          const inOrder = posted.map((age, value) => ({ age, value: value % 100 }));
          inOrder.sort((a, b) => b.age - a.age);
          const oldestFirst = await readAll(history, "1", pageSize);
          assert.deepEqual(
            oldestFirst.map(({ Time }) => Number(Time)),
            inOrder.map(({ age }) => now - age),
          );
          assert.deepEqual(
            oldestFirst.map(valueOf),
            inOrder.map(({ value }) => value),
          );
          assert.deepEqual(await readAll(history, "0", pageSize), oldestFirst.toReversed());
        }),
        { numRuns: 12 },
      );
    });

    it(`${action}: with Asc=0, StartTime is ${isLate ? "after" : "before"} EndTime`, async () => {
      post(7, now - 500);
      const paging = { ...parameters, Asc: "0", PageSize: String(maxPage) };
      const body = assertSucceeded(await ask(action, { ...paging, ...times(now - 1000, now, isLate) }));
      assert.deepEqual(history.rows(body).map(valueOf), [7]);
      assert.deepEqual(history.paging(body).NextTime, now - 501);
      if (action === "QueryDeviceEventData") return;
      const wrong = await ask(action, { ...paging, ...times(now - 1000, now, !isLate) });
      assertFailed(wrong, "iot.device.InvalidTimeBucket");
    });

    it(`${action}: wrong times and pages are refused`, async () => {
      const good: Record<string, string> = {
        ...parameters,
        ...times(now - 1000, now, false),
        Asc: "1",
        PageSize: "1",
      };
      assertSucceeded(await ask(action, good));
      const wrong: [Record<string, string>, code: string][] = [
        [times(now - 1000, now, true), "iot.device.InvalidTimeBucket"],
        [times(now, now, false), "iot.check.ParameterIsNotLessThanMax"],
        [{ StartTime: "yesterday" }, "iot.common.InvalidFormattedParameter"],
        [{ Asc: "2" }, "iot.common.InvalidFormattedParameter"],
        [{ PageSize: "0" }, "iot.common.InvalidPageParams"],
        [{ PageSize: String(maxPage + 1) }, "iot.common.InvalidPageParams"],
      ];
      for (const [change, code] of wrong) assertFailed(await ask(action, { ...good, ...change }), code);
      const { StartTime: _start, ...without } = good;
      assert.equal((await ask(action, without)).json.Code, "MissingStartTime");
    });
  }

  it("values older than 30 days are gone", async () => {
    post(1, now - 31 * 86_400_000);
    post(2, now - 29 * 86_400_000);
    const [history] = histories;
    const asked = { ...history!.parameters, ...times(0, now, false), Asc: "1", PageSize: "50" };
    const body = assertSucceeded(await ask("QueryDevicePropertyData", asked));
    assert.deepEqual(history!.rows(body).map(valueOf), [2]);
  });

  it("several properties come in pages that end at the same time", async () => {
    for (let at = 0; at < 20; at++) post(at, now - 1000 + at * 10);
    simulator.uplink.postProperty(productKey, "room", { "fan:Speed": { value: 9, time: now - 1 } });
    const seen: Record<string, string[]> = { Count: [], "fan:Speed": [] };
    let StartTime = String(now - 2000);
    for (let isLast = false; !isLast;) {
      const body = assertSucceeded(
        await ask("QueryDevicePropertiesData", {
          "Identifier.1": "Count",
          "Identifier.2": "fan:Speed",
          StartTime,
          EndTime: String(now),
          Asc: "1",
          PageSize: "8",
        }),
      ) as unknown as {
        NextTime: number;
        NextValid: boolean;
        PropertyDataInfos: {
          PropertyDataInfo: {
            Identifier: string;
            List: { PropertyInfo: { Value: string; Time: number }[] };
          }[];
        };
      };
      for (const { Identifier, List } of body.PropertyDataInfos.PropertyDataInfo) {
        seen[Identifier]!.push(...List.PropertyInfo.map(({ Value }) => Value));
      }
      isLast = !body.NextValid;
      StartTime = String(body.NextTime);
    }
    assert.deepEqual(seen, {
      Count: Array.from({ length: 20 }, (_none, at) => String(at)),
      "fan:Speed": ["9"],
    });
  });

  it("what the thing model does not know is refused, and so is an eleventh property", async () => {
    const range = { ...times(now - 1000, now, false), Asc: "1", PageSize: "10" };
    const wrong: [action: string, Record<string, string>, code: string][] = [
      ["QueryDevicePropertyData", { Identifier: "Nothing" }, "iot.device.QueryDeviceAttrDataHistoryFailed"],
      ["QueryDevicePropertiesData", { "Identifier.1": "No" }, "iot.device.QueryDeviceAttrDataHistoryFailed"],
      ["QueryDevicePropertiesData", {}, "iot.common.InvalidFormattedParameter"],
      ["QueryDeviceEventData", { Identifier: "Nothing" }, "iot.device.QueryDeviceEventHistoryFailed"],
      ["QueryDeviceEventData", { EventType: "warning" }, "iot.common.InvalidFormattedParameter"],
      ["QueryDeviceServiceData", { Identifier: "Nothing" }, "iot.device.QueryDeviceServiceHistoryFailed"],
    ];
    for (const [action, parameters, code] of wrong) {
      assertFailed(await ask(action, { ...range, ...parameters }), code);
    }
    const eleven = Object.fromEntries(
      Array.from({ length: 11 }, (_none, at) => [`Identifier.${at + 1}`, "Count"]),
    );
    const tooMany = await ask("QueryDevicePropertiesData", { ...range, ...eleven });
    assertFailed(tooMany, "iot.common.InvalidFormattedParameter", /1 to 10/);
  });

  it("events are found by name and by type, ten of them where no page is named", async () => {
    for (let at = 0; at < 12; at++) post(at, now - 100 + at);
    simulator.uplink.postEvent(productKey, "room", "Started", {}, now - 50);
    const asked = async (parameters: Record<string, string>): Promise<Row[]> =>
      inData("EventInfo")(
        assertSucceeded(
          await ask("QueryDeviceEventData", { ...times(now - 1000, now, false), ...parameters }),
        ),
      );
    assert.equal((await asked({})).length, 10);
    const [started] = await asked({ EventType: "info" });
    assert.deepEqual(started, {
      Identifier: "Started",
      Name: "Started",
      EventType: "info",
      Time: String(now - 50),
      OutputData: "{}",
    });
    const [newest] = await asked({ Identifier: "Alarm" });
    assert.deepEqual([newest?.Time, newest?.OutputData], [String(now - 89), '{"Heat":11.0}']);
  });

  it("calls of services and property sets are kept with the device's whole answer, without a subscription", async () => {
    const reset = assertSucceeded(await ask("InvokeThingService", { Identifier: "Reset", Args: "{}" }));
    const ping = assertSucceeded(await ask("InvokeThingService", { Identifier: "Ping", Args: "{}" }));
    const set = assertSucceeded(await ask("SetDeviceProperty", { Items: '{"Count":4,"Target":20.0}' }));
    const range = { ...times(now - 1000, now + 1000, false), Asc: "1" };
    type Call = { Identifier: string; Name: string; InputData: string; OutputData: string };
    let calls: Call[] = [];
    while (calls.length < 3) {
      const body = assertSucceeded(await ask("QueryDeviceServiceData", range));
      calls = inData("ServiceInfo")(body) as unknown as Call[];
    }
    const byName = new Map(calls.map((one) => [one.Identifier, one]));
    for (const [name, { Data }] of Object.entries({ Reset: reset, Ping: ping, set })) {
      const answer = JSON.parse(byName.get(name)?.OutputData ?? "{}") as Record<string, unknown>;
      assert.deepEqual([answer.id, answer.code, answer.data], [Data.MessageId, 200, {}], name);
    }
    assert.equal(byName.get("set")?.InputData, '{"Count":4,"Target":20.0}');
    const only = await ask("QueryDeviceServiceData", { ...range, Identifier: "set" });
    assert.equal(inData("ServiceInfo")(assertSucceeded(only)).length, 1);
  });

  it("an option says which histories want StartTime after EndTime, so that a client can be tried with either", async () => {
    await simulator.close();
    await start({ laterStart: ["QueryDeviceEventData"] });
    const late = times(now - 1000, now, true);
    const early = times(now - 1000, now, false);
    assertSucceeded(await ask("QueryDeviceEventData", late));
    assertFailed(await ask("QueryDeviceEventData", early), "iot.device.InvalidTimeBucket");
    assertSucceeded(await ask("QueryDeviceServiceData", early));
    assertFailed(await ask("QueryDeviceServiceData", late), "iot.device.InvalidTimeBucket");
  });
});
