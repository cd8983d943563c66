import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { AuditRecord } from "../../lib/audit/record";
import { fleetKey, LampFleet, names, reportIn } from "../support/fleet";
import { unload } from "../support/nodes";

const count = 130;

for (const strategy of ["single", "batch"]) {
  describe(`audit of a fleet, ${strategy}`, () => {
    let fleet: LampFleet;
    let userDir: string;
    beforeEach(async () => {
      userDir = mkdtempSync(path.join(tmpdir(), "audit-"));
      helper.settings({ userDir });
      fleet = await LampFleet.start(count, (n) =>
        n % 10 === 0 ? { isOffline: true } : n % 10 === 1 ? { code: 100001 } : { delayMs: n % 20 },
      );
    });
    afterEach(async () => {
      await unload();
      helper.settings({});
      await fleet.close();
      rmSync(userDir, { recursive: true });
    });

    type Of = "sending" | "outcome";

    /** The records of each device, once all have been written. */
    async function records(): Promise<Map<string, Record<Of, AuditRecord[]>>> {
      await unload();
      const text = readFileSync(path.join(userDir, "aliyun-iot", "audit-account.jsonl"), "utf8");
      const found = new Map<string, Record<Of, AuditRecord[]>>();
      for (const line of text.split("\n").filter((some) => some !== "")) {
        const record = JSON.parse(line) as AuditRecord;
        assert.ok(record.event !== "gap" && "deviceName" in record.device);
        const name = record.device.deviceName;
        if (!found.has(name)) found.set(name, { sending: [], outcome: [] });
        found.get(name)![record.event].push(record);
      }
      return found;
    }

    it("has each device once, before and after, with the outcome of the report", async () => {
      const settings = { strategy, awaitReply: true, replyTimeout: 2 };
      const flow = await fleet.flow(settings, { audit: "file" });
      fleet.simulator.addFault({ fault: "drop-after", action: "InvokeThingService", skip: 50, times: 3 });
      fleet.simulator.addFault({ fault: "throttle", action: "InvokeThingsService", skip: 1, times: 1 });
      flow.send({ payload: { n: 1 }, devices: names(count) });
      for (let pauses = 0; pauses < 5; pauses++) {
        flow.send({ rollout: "pause" });
        await new Promise((resolve) => setTimeout(resolve, 10));
        flow.send({ rollout: "resume" });
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      await flow.until(() => flow.arrivals.some(({ msg }) => "devices" in msg));
      const { payload } = reportIn(flow.arrivals.find(({ msg }) => "devices" in msg)!.msg);
      const found = await records();
      for (const { deviceName, outcome, requestId } of payload.devices) {
        const { sending = [], outcome: ends = [] } = found.get(deviceName) ?? {};
        assert.deepEqual([sending.length, ends.length], [1, 1], deviceName);
        const [first, last] = [sending[0]!, ends[0]!] as unknown as Record<string, unknown>[];
        assert.deepEqual([first!["id"], first!["args"]], [last!["id"], '{"n":1}']);
        assert.deepEqual([last!["outcome"], last!["requestId"]], [outcome, requestId], deviceName);
      }
      assert.equal(found.size, count);
    });

    it("has what the rules forbid once, and nothing of what a dry run would send", async () => {
      const allow = names(count)
        .slice(0, 100)
        .map((name) => `${fleetKey}/${name}/Blink`)
        .join("\n");
      const flow = await fleet.flow({ strategy }, { audit: "file", allow });
      const { msg } = await flow.run({ payload: { n: 1 }, devices: names(count) });
      const { payload } = reportIn(msg);
      const found = await records();
      for (const [at, { deviceName, outcome, code }] of payload.devices.entries()) {
        const isAllowed = at < 100;
        const { sending = [], outcome: ends = [] } = found.get(deviceName) ?? {};
        assert.deepEqual([sending.length, ends.length], [isAllowed ? 1 : 0, 1], deviceName);
        if (!isAllowed) assert.deepEqual([outcome, code], ["not-sent", "not-allowed"]);
      }
      const dry = await fleet.flow({ strategy }, { audit: "file", mode: "dry-run" });
      const acted = fleet.simulator.executions.length;
      assert.equal(
        reportIn((await dry.run({ payload: { n: 1 }, devices: names(count) })).msg).fleet.notSent,
        count,
      );
      assert.equal((await records()).get("lamp3")?.sending.length, 1);
      assert.equal(fleet.simulator.executions.length, acted);
    });
  });
}
