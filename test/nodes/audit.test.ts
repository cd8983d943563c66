import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { AuditRecord } from "../../lib/audit/record";
import type { Simulator } from "../../lib/simulator/simulator";
import { fade, type FlowOptions, simulated, TestFlow, unload } from "../support/nodes";

describe("audit of an account", () => {
  let simulator: Simulator;
  let options: FlowOptions;
  let userDir: string;

  beforeEach(async () => {
    userDir = mkdtempSync(path.join(tmpdir(), "audit-"));
    helper.settings({ userDir });
    ({ simulator, toIt: options } = await simulated());
  });
  afterEach(async () => {
    await unload();
    helper.settings({});
    await simulator.close();
    rmSync(userDir, { recursive: true });
  });

  function flowWith(account: object, invoke: object = {}): Promise<TestFlow> {
    return TestFlow.load({ ...options, account: { ...options.account, ...account }, invoke: { ...invoke } });
  }

  function records(): AuditRecord[] {
    const text = readFileSync(path.join(userDir, "aliyun-iot", "audit-account.jsonl"), "utf8");
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as AuditRecord);
  }

  it("has a record of each command before it is sent, and one of its outcome", async () => {
    const flow = await flowWith({ audit: "file", name: "House" });
    const { msg } = await flow.run({ payload: fade, req: { user: { username: "ann" } } });
    await unload();
    const [sending, outcome] = records();
    assert.ok(sending?.event === "sending" && outcome?.event === "outcome");
    const { time, id, ...rest } = sending;
    assert.deepEqual(rest, {
      event: "sending",
      account: { id: "account", name: "House" },
      node: { id: "invoke", type: "aliyun-iot-invoke-service", name: "the lamp" },
      flow: "tab",
      user: "ann",
      operation: "invoke-service",
      device: { productKey: "a1BwAGV0001", deviceName: "light01" },
      identifiers: ["FadeTo"],
      args: fade,
    });
    assert.ok(Date.parse(time) > 0);
    assert.deepEqual([outcome.id, outcome.outcome, outcome.code, outcome.attempts], [id, "done", "200", 1]);
    assert.equal(outcome.requestId, msg.invocation?.requestId);
  });

  it("records forbidden and failed commands", async () => {
    const forbidden = await flowWith(
      { audit: "file", auditArgs: "hash", allow: "*/*/FadeTo" },
      { service: "Other" },
    );
    await forbidden.run({ payload: fade });
    await unload();
    const refused = await flowWith({ audit: "file", auditArgs: "hash" }, { deviceName: "light02" });
    await refused.run({ payload: fade });
    await unload();
    const all = records();
    assert.deepEqual(
      all.map((record) => [record.event, "code" in record ? record.code : undefined]),
      [
        ["outcome", "not-allowed"],
        ["sending", undefined],
        ["outcome", "iot.messagebroker.OFFLINE"],
      ],
    );
    assert.ok(!JSON.stringify(all).includes("Level"));
  });

  it("sends nothing if the audit setting is invalid", async () => {
    const flow = await flowWith({ audit: "files" });
    assert.equal((await flow.run({ payload: fade })).msg.error?.code, "invalid-input");
    assert.deepEqual(readdirSync(userDir), []);
  });

  it("is written to Node-RED's audit log if the account is set so", async () => {
    const flow = await flowWith({ audit: "log" });
    await flow.run({ payload: fade });
    const events = (helper.log().args as unknown as [Record<string, unknown>][]).flatMap(([entry]) =>
      typeof entry["event"] === "string" && entry["event"].startsWith("aliyun-iot.") ? [entry["event"]] : [],
    );
    assert.deepEqual(events, ["aliyun-iot.sending", "aliyun-iot.outcome"]);
  });
});
