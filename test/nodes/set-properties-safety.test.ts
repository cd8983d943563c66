import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { AuditRecord } from "../../lib/audit/record";
import { unload } from "../support/nodes";
import { productKey } from "../support/thermostat-definition";
import { Thermostats } from "../support/thermostats";

// What holds for all commands is in the tests named after safety and audit; this is what only property sets have.
describe("set-properties node: rules for several properties, dry run and audit", () => {
  let home: Thermostats;
  let userDir: string;
  beforeEach(async () => {
    userDir = mkdtempSync(path.join(tmpdir(), "audit-"));
    helper.settings({ userDir });
    home = await Thermostats.start();
  });
  afterEach(async () => {
    await unload();
    helper.settings({});
    await home.close();
    rmSync(userDir, { recursive: true });
  });

  const on = (...names: string[]): string =>
    names.map((name) => `${productKey}/willing/property:${name}`).join("\n");
  const records = (): AuditRecord[] =>
    readFileSync(path.join(userDir, "aliyun-iot", "audit-account.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as AuditRecord);

  it("need every property to be allowed, in whatever order they come, before anybody is asked to confirm one", async () => {
    const flow = await home.flow(
      {},
      { name: "House", allow: on("Target", "fan:*"), confirm: on("Target", "Power", "fan:Speed") },
    );
    for (const payload of [
      { Target: 1, Power: 1 },
      { Power: 1, Target: 1 },
      { "fan:Speed": 1, Power: 1, Target: 1 },
    ]) {
      for (const confirmed of [true, undefined]) {
        const { code, message, hint } = await flow.failureOf({ payload, confirmed });
        assert.equal(code, "not-allowed");
        assert.match(message, new RegExp(`${productKey}/willing/property:Power`));
        assert.match(hint ?? "", /No rule under Allow in the account “House”/);
      }
    }
    const { code, hint } = await flow.failureOf({ payload: { "fan:Speed": 1, Target: 1 } });
    assert.equal(code, "not-confirmed");
    assert.match(hint ?? "", /line 3 \(.*property:fan:Speed\) under Confirm in the account “House”/);
    assert.deepEqual(home.simulator.executions, []);
    const { port, msg } = await flow.run({ payload: { "fan:Speed": 1, Target: 1 }, confirmed: true });
    assert.deepEqual([port, "confirmed" in msg], ["result", false]);
  });

  it("tell a property from a service of the same name, and modules from one another", async () => {
    const flow = await home.flow(
      {},
      { allow: `${productKey}/willing/Target\n${on("fan:Target", "target", "Target2")}` },
    );
    for (const payload of [{ Target: 1 }, { fan: 1 }, { "property:Target": 1 }, { "Fan:Target": 1 }]) {
      assert.equal((await flow.failureOf({ payload })).code, "not-allowed", JSON.stringify(payload));
    }
    assert.deepEqual(home.simulator.executions, []);
  });

  it("judge a device that is named by its IotId, and show the IotId on a dry run", async () => {
    const byId = { target: "iotId", iotId: "id", iotIdType: "msg", qos: 1 };
    const flow = await home.flow(byId, { mode: "dry-run", allow: on("*"), confirm: on("Power") });
    const { msg } = await flow.run({ payload: { Target: "21" }, id: "iot-willing" });
    assert.deepEqual(msg.payload, {
      operation: "set-properties",
      parameters: { IotId: "iot-willing", Items: '{"Target":21.0}', Qos: "1" },
    });
    for (const [payload, id, code] of [
      [{ Power: 1 }, "iot-willing", "not-confirmed"],
      [{ Target: 1 }, "iot-late", "not-allowed"],
      [{ Target: 1 }, "iot-nobody", "not-allowed"],
    ] as const) {
      assert.equal((await flow.failureOf({ payload, id })).code, code);
    }
  });

  for (const [deviceName, confirm, outcome, code] of [
    ["willing", "reported", "done", "200"],
    ["willing", "reply", "done", "200"],
    ["stubborn", "reported", "failed", "not-reported"],
    ["broken", "reply", "failed", "100001"],
    ["silent", "reply", "unknown", "reply-timeout"],
  ] as const) {
    it(`record what became of a set: ${deviceName}, confirmed by ${confirm}`, async () => {
      const flow = await home.flow({ deviceName, confirm, replyTimeout: 0.3 }, { audit: "file" });
      const { msg } = await flow.run({ payload: { Target: 21, "fan:Speed": 3 } });
      await unload();
      const [sending, ended, ...more] = records();
      assert.deepEqual(more, []);
      assert.ok(sending?.event === "sending" && ended?.event === "outcome");
      assert.equal(sending.args, '{"Target":21.0,"fan:Speed":3.0}');
      for (const record of [sending, ended]) {
        assert.equal(record.operation, "set-properties");
        assert.deepEqual(record.identifiers, ["property:Target", "property:fan:Speed"]);
      }
      assert.deepEqual([ended.id, ended.outcome], [sending.id, outcome], msg.error?.message);
      if (outcome !== "done") assert.equal(ended.code, code);
    });
  }

  for (const [settings, how] of [
    [{ mode: "now" }, { mode: "now", qos: 0 }],
    [
      { mode: "now", qos: 1 },
      { mode: "now", qos: 1 },
    ],
    [{ mode: "desired", qos: 1 }, { mode: "desired" }],
  ] as const) {
    it(`record how properties are set: ${JSON.stringify(settings)}`, async () => {
      const rules = { audit: "file", confirm: on("Power") };
      const flow = await home.flow(settings, rules);
      assert.equal((await flow.run({ payload: { Target: 21 } })).port, "result");
      assert.equal((await flow.failureOf({ payload: { Power: 1 } })).code, "not-confirmed");
      await unload();
      const seen = records().map((record) => {
        assert.ok(record.event !== "gap");
        return [record.event, { mode: record.mode, ...(record.qos !== undefined && { qos: record.qos }) }];
      });
      assert.deepEqual(seen, [
        ["sending", how],
        ["outcome", how],
        ["outcome", how],
      ]);
    });
  }

  it("record a command once, however many attempts it takes", async () => {
    home.simulator.addFault({ action: "SetDeviceProperty", fault: "throttle", times: 2 });
    const flow = await home.flow({}, { audit: "file" });
    const { port, msg } = await flow.run({ payload: { Target: 21 } });
    assert.equal(port, "result", msg.error?.message);
    await unload();
    const all = records();
    assert.deepEqual(
      all.map(({ event }) => event),
      ["sending", "outcome"],
    );
    assert.ok(all[1]?.event === "outcome" && all[1].attempts === 3);
  });
});
