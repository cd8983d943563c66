import { textOfError } from "../base/describe";
import { readable } from "../base/text";
import type { Audit, OnTrouble } from "./audit";
import type { AuditRecord } from "./record";
import { severity, TroubleReport } from "./trouble";

/**
 * An audit that hands its records to a log, such as Node-RED's audit log. No command waits for it.
 * @param write takes one record, and may throw
 */
export function auditToLog(write: (record: AuditRecord) => void, onTrouble: OnTrouble): Audit {
  const report = new TroubleReport(onTrouble);
  let lost = 0;
  const add = (record: AuditRecord): undefined => {
    try {
      write(record);
    } catch (error) {
      lost++;
      const params = { reason: readable(textOfError(error), 200) };
      report.begins(severity.lost, { key: "errors.audit-log-failed", params });
      return;
    }
    if (lost > 0) report.ends(0, { key: "errors.audit-log-works-again", params: { lost } });
    lost = 0;
  };
  return { sending: add, ended: add, close: async () => {} };
}
