import assert from "node:assert/strict";
import { key, type Message, TestFlow } from "../support/nodes";
import { httpAnswer, RawServer } from "../support/raw-server";
import { type Answers, ReadServer } from "../support/read-server";

describe("read-device node: a server in the platform's place that says anything", () => {
  const home = new ReadServer();
  const { asked } = home;
  const flow = (settings: Record<string, unknown>, answers: Answers) => home.flow(settings, answers);
  const run = (settings: Record<string, unknown>, answers: Answers) => home.run(settings, answers);
  let server: RawServer | undefined;
  afterEach(async () => {
    await home.close();
    await server?.close();
    server = undefined;
  });

  const nonsense: unknown[] = [
    null,
    5,
    "text",
    [],
    {},
    // Cannot be made text.
    { toString: 5, valueOf: 5 },
    [null, 5, "x", [[]], { Identifier: {} }, { Identifier: 5, Value: {}, Time: "soon" }],
    { PropertyStatusInfo: "x" },
    { PropertyInfo: 5, EventInfo: {}, ServiceInfo: [[]], DesiredPropertyInfo: [null] },
    Array.from({ length: 200 }, () => ({
      Identifier: "__proto__",
      Value: "{}",
      DataType: "struct",
      Time: "1",
    })),
  ];
  const kinds = [
    { what: "properties" },
    { what: "desired" },
    { what: "state" },
    { what: "state", deviceName: '["a","b"]', deviceNameType: "jsonata" },
    { what: "property-history", identifiers: "A" },
    { what: "property-history", identifiers: "A,B" },
    { what: "event-history" },
    { what: "service-history", identifiers: "A" },
  ];

  /** Without a state there is no result; everything else can be empty. */
  const isUntold = (kind: object, { error }: Message): boolean =>
    kind === kinds[2] && error?.code === "invalid-response";
  for (const kind of kinds) {
    it(`${JSON.stringify(kind)}: gives one outcome to each message, whatever comes`, async () => {
      let said: unknown;
      const test = await flow(kind, (action) =>
        action.startsWith("Get") && action !== "GetDeviceStatus" ? undefined : said,
      );
      for (const given of nonsense) {
        said = {
          Data: { List: given, Status: given, Timestamp: given, NextTime: given, NextValid: given },
          PropertyDataInfos: { PropertyDataInfo: given },
          DeviceStatusList: { DeviceStatus: given },
          NextValid: given,
        };
        const { port, msg } = await test.run({});
        if (port !== "result") assert.ok(isUntold(kind, msg), msg.error?.message);
        assert.doesNotThrow(() => structuredClone(msg.payload));
      }
      said = { Data: null };
      const { port, msg } = await test.run({});
      assert.ok(port === "result" || isUntold(kind, msg), msg.error?.message);
      assert.equal(({} as Record<string, unknown>)["value"], undefined);
    });
  }

  const now = Date.now();
  const entry = (time: number) => ({ Time: time, Value: "1", Identifier: "A", OutputData: "{}" });
  const page = (rows: object[], NextTime: unknown) => ({
    Data: { NextValid: true, NextTime, List: { PropertyInfo: rows, EventInfo: rows } },
  });

  for (const settings of [{ what: "property-history", identifiers: "A" }, { what: "event-history" }]) {
    it(`${settings.what}: ends where the next page never moves on`, async () => {
      const msg = await run(settings, (action) =>
        action.startsWith("Query") ? page([entry(now - 1000)], now - 1000) : undefined,
      );
      assert.equal(msg.error, undefined);
      const payload = msg.payload as { A: unknown[] } | unknown[];
      assert.equal((Array.isArray(payload) ? payload : payload.A).length, 1);
      assert.ok(asked.length < 10, `${asked.length}`);
    });

    it(`${settings.what}: gives up on pages that do not end, and says so`, async () => {
      const msg = await run({ ...settings, limit: 60, timeout: 60 }, (action, parameters) => {
        if (!action.startsWith("Query")) return undefined;
        return page([], Number(parameters.get("EndTime")) - 1);
      });
      assert.deepEqual([msg.error?.code, msg.error?.retryable], ["invalid-response", true]);
      assert.match(msg.error!.message, /more pages/);
      assert.ok(asked.length < 200, `${asked.length}`);
    });

    it(`${settings.what}: keeps what comes twice once, and what is outside the period not at all`, async () => {
      let pages = 0;
      const msg = await run(settings, (action) => {
        if (!action.endsWith("Data")) return undefined;
        const times = [now - 1000 * pages, now - 1000 * (pages + 1), now - 99 * 86_400_000];
        pages++;
        const answered = page(times.map(entry), now - 1000 * pages);
        if (pages === 5) answered.Data.NextValid = false;
        return answered;
      });
      const payload = msg.payload as { A: { time: number }[] } | { time: number }[];
      const times = (Array.isArray(payload) ? payload : payload.A).map(({ time }) => time);
      assert.deepEqual(
        times,
        [0, 1, 2, 3, 4, 5].map((second) => now - 1000 * second),
      );
    });
  }

  it("reads several properties to the end, be the next page where the slowest or where the quickest ended", async () => {
    for (const isSlowest of [true, false]) {
      const history = (from: number, to: number, name: string, size: number) =>
        Array.from({ length: 300 }, (_none, index) => now - 1000 * index * (name === "A" ? 1 : 3))
          .filter((time) => time >= from && time <= to)
          .slice(0, size)
          .map((time) => ({ Time: time, Value: "1" }));
      const msg = await run({ what: "property-history", identifiers: "A,B" }, (action, parameters) => {
        if (!action.startsWith("Query") || parameters.get("Asc") !== "0") return undefined;
        const [to, from] = [Number(parameters.get("StartTime")), Number(parameters.get("EndTime"))];
        const names = ["A", "B"].filter((name) => [...parameters.values()].includes(name));
        const lists = names.map((name) => ({
          Identifier: name,
          List: { PropertyInfo: history(from, to, name, 100) },
        }));
        const cut = lists.filter(({ List }) => List.PropertyInfo.length === 100);
        const ends = cut.map(({ List }) => List.PropertyInfo.at(-1)!.Time);
        const NextTime = isSlowest ? Math.max(...ends) - 1 : Math.min(...ends) - 1;
        return {
          NextTime,
          NextValid: cut.length > 0,
          PropertyDataInfos: { PropertyDataInfo: lists },
        };
      });
      const { A, B } = msg.payload as { A: unknown[]; B: unknown[] };
      assert.deepEqual([A.length, B.length], [300, 300], `${isSlowest}`);
    }
  });

  for (const code of ["iot.device.InvalidTimeBucket", "iot.check.ParameterIsNotLessThanMax"]) {
    it(`tries the other order of the times once on ${code}, remembers it, and passes on what the other one says`, async () => {
      let isAlways = false;
      const test = await flow({ what: "property-history", identifiers: "A" }, (action, parameters) => {
        if (!action.endsWith("Data")) return undefined;
        const isLate = Number(parameters.get("StartTime")) > Number(parameters.get("EndTime"));
        if (isLate && !isAlways) return { Data: { NextValid: false, List: { PropertyInfo: [entry(now)] } } };
        return { Success: false, Code: code, ErrorMessage: "no" };
      });
      const histories = (): number => asked.filter((action) => action.endsWith("Data")).length;
      for (const expected of [2, 3, 4]) {
        assert.equal((await test.run({})).port, "result");
        assert.equal(histories(), expected);
      }
      isAlways = true;
      const { code: failed, retryable } = await test.failureOf({});
      assert.deepEqual([failed, retryable, histories()], [code, false, 6]);
    });
  }

  for (const as of ["text", "an object"]) {
    it(`does not read more than fits, be it ${as}`, async () => {
      const text = "x".repeat(1_500_000);
      const Value = as === "text" ? text : { text };
      let time = now;
      const msg = await run(
        { what: "property-history", identifiers: "A", limit: 100_000, timeout: 60 },
        (action) => (action.startsWith("Query") ? page([{ Time: --time, Value }], time - 1) : undefined),
      );
      assert.deepEqual([msg.error?.code, msg.error?.retryable], ["invalid-input", false], msg.error?.message);
      assert.match(msg.error!.message, /larger than 32 MB/);
      assert.match(msg.error!.hint!, /shorter period/);
    });
  }

  it("gives no time that a date cannot have", async () => {
    const Data = { Status: "ONLINE", Timestamp: Number.MAX_SAFE_INTEGER };
    const { payload } = await run({ what: "state" }, () => ({ Data }));
    assert.deepEqual(payload, { status: "online" });
  });

  it("keeps at most four requests under way, however many messages come", async () => {
    let underWay = 0;
    let maxUnderWay = 0;
    server = await RawServer.start((_request, socket) => {
      maxUnderWay = Math.max(maxUnderWay, ++underWay);
      setImmediate(() => {
        underWay--;
        socket.write(httpAnswer('{"RequestId":"R","Success":true,"Data":{"Status":"ONLINE"}}'));
      });
    });
    const many = await TestFlow.load({
      account: { platform: "cloud", endpoint: server.url.href, credentialType: "access_key" },
      credentials: key,
      nodeType: "aliyun-iot-read-device",
      invoke: { what: "state" },
    });
    for (let sent = 0; sent < 100; sent++) many.send({});
    await many.until(() => many.arrivals.length === 100);
    assert.ok(many.arrivals.every(({ port }) => port === "result"));
    assert.ok(maxUnderWay >= 1 && maxUnderWay <= 4, `${maxUnderWay}`);
  });
});
