import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { AuditRecord } from "../../lib/audit/record";
import type { Simulator } from "../../lib/simulator/simulator";
import { type FlowOptions, simulated, TestFlow, unload } from "../support/nodes";
import { nodeOf, operations, promptSample } from "../support/operations";

for (const operation of operations)
  describe(`audit of an account: ${operation.name}`, () => {
    const { payload, identifier } = operation;
    const isKept = operation.settings["mode"] === "desired";
    let simulator: Simulator;
    let options: FlowOptions;
    let userDir: string;

    beforeEach(async () => {
      userDir = mkdtempSync(path.join(tmpdir(), "audit-"));
      helper.settings({ userDir });
      ({ simulator, toIt: options } = await simulated({ definition: promptSample }));
    });
    afterEach(async () => {
      await unload();
      helper.settings({});
      await simulator.close();
      rmSync(userDir, { recursive: true });
    });

    function flowWith(account: object, invoke: object = {}): Promise<TestFlow> {
      const audited = { ...options.account, ...account };
      return TestFlow.load({ ...options, ...nodeOf(operation, { invoke: { ...invoke } }), account: audited });
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
      const { msg } = await flow.run({ payload, req: { user: { username: "ann" } } });
      await unload();
      const [sending, outcome] = records();
      assert.ok(sending?.event === "sending" && outcome?.event === "outcome");
      const { time, id, ...rest } = sending;
      assert.deepEqual(rest, {
        event: "sending",
        account: { id: "account", name: "House" },
        node: { id: "invoke", type: operation.nodeType, name: "the lamp" },
        flow: "tab",
        user: "ann",
        operation: operation.operation,
        ...operation.manner,
        device: { productKey: "a1BwAGV0001", deviceName: "light01" },
        identifiers: [identifier],
        args: payload,
      });
      assert.ok(Date.parse(time) > 0);
      assert.deepEqual(
        [outcome.id, outcome.outcome, outcome.code, outcome.attempts],
        [id, "done", operation.code, 1],
      );
      assert.equal(outcome.requestId, msg.invocation?.requestId);
    });

    it("records forbidden and failed commands", async () => {
      const forbidden = await flowWith({ audit: "file", auditArgs: "hash", allow: "*/*/Other" });
      await forbidden.run({ payload });
      await unload();
      // A desired value is kept for a device that is offline.
      const [refusing, code] = isKept
        ? ["light99", "iot.device.NotExistedDevice"]
        : ["light02", "iot.messagebroker.OFFLINE"];
      const refused = await flowWith({ audit: "file", auditArgs: "hash" }, { deviceName: refusing });
      await refused.run({ payload });
      await unload();
      const all = records();
      assert.deepEqual(
        all.map((record) => [record.event, "code" in record ? record.code : undefined]),
        [
          ["outcome", "not-allowed"],
          ["sending", undefined],
          ["outcome", code],
        ],
      );
      for (const text of ["Level", "80.0"]) assert.ok(!JSON.stringify(all).includes(text));
    });

    it("sends nothing if the audit setting is invalid", async () => {
      const flow = await flowWith({ audit: "files" });
      assert.equal((await flow.run({ payload })).msg.error?.code, "invalid-input");
      assert.deepEqual(readdirSync(userDir), []);
    });

    it("is written to Node-RED's audit log if the account is set so", async () => {
      const flow = await flowWith({ audit: "log" });
      await flow.run({ payload });
      const events = (helper.log().args as unknown as [Record<string, unknown>][]).flatMap(([entry]) =>
        typeof entry["event"] === "string" && entry["event"].startsWith("aliyun-iot.")
          ? [entry["event"]]
          : [],
      );
      assert.deepEqual(events, ["aliyun-iot.sending", "aliyun-iot.outcome"]);
    });
  });
