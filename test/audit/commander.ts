// Run by audit-kill.test.ts, and killed there: commands 16 at a time, each of which is executed once its record is
// written. The execution is noted by a writer that shares nothing with the audit.
import { openSync, writeSync } from "node:fs";
import { AuditFiles } from "../../lib/audit/audit-files";
import { outcomeRecord } from "../../lib/audit/record";
import { sendingOf } from "./support";

const [auditFile = "", executedFile = ""] = process.argv.slice(2);
const executed = openSync(executedFile, "a");
const audit = new AuditFiles({ maxBytes: 100_000, kept: 10_000 }).open(auditFile, ({ key }) => {
  throw new Error(key);
});

async function commandForEver(): Promise<void> {
  for (;;) {
    const record = sendingOf("x".repeat(Math.floor(Math.random() * 2000)));
    await audit.sending(record);
    writeSync(executed, `${record.id}\n`);
    audit.ended(outcomeRecord(record, { outcome: "done", attempts: 1, durationMs: 1 }));
    process.stdout.write(".");
  }
}

for (let worker = 0; worker < 16; worker++) void commandForEver();
