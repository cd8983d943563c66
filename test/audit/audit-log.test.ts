import assert from "node:assert/strict";
import { auditToLog } from "../../lib/audit/audit-log";
import { outcomeRecord } from "../../lib/audit/record";
import { Report, sendingOf } from "./support";

describe("an audit in the log", () => {
  it("gets each record at once, and no command waits", async () => {
    const records: object[] = [];
    const audit = auditToLog((record) => void records.push(record), assert.fail);
    const sending = sendingOf();
    const ended = outcomeRecord(sending, { outcome: "done", attempts: 1, durationMs: 5 });
    assert.equal(audit.sending(sending), undefined);
    audit.ended(ended);
    await audit.close();
    assert.deepEqual(records, [sending, ended]);
  });

  it("that fails does not stop commands; the failure and the recovery are reported once each", () => {
    const reports = new Report();
    let isBroken = true;
    const audit = auditToLog(() => {
      if (isBroken) throw new Error("handler\nis gone");
    }, reports.hear);
    for (let sent = 0; sent < 5; sent++) assert.equal(audit.sending(sendingOf()), undefined);
    assert.equal(reports.param("reason"), "handler is gone");
    isBroken = false;
    void audit.sending(sendingOf());
    void audit.sending(sendingOf());
    assert.deepEqual(reports.said, ["begins log-failed", "over log-works-again"]);
    assert.equal(reports.param("lost"), 5);
  });

  it("does not stop commands even if the failure cannot be reported", () => {
    const fail = (): never => {
      throw new Error("no");
    };
    assert.equal(auditToLog(fail, fail).sending(sendingOf()), undefined);
  });
});
