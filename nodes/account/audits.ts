import type { NodeAPI } from "node-red";
import type { OnTrouble } from "../../lib/audit/audit";
import { auditFilePath, type AuditFiles } from "../../lib/audit/audit-files";
import { auditToLog } from "../../lib/audit/audit-log";
import type { AccountNode } from "../common/account-node";
import type { Audits } from "../common/read-safety";
import type { Translate } from "../common/texts";

type LogMessage = Parameters<NodeAPI["log"]["audit"]>[0];

export { AuditFiles } from "../../lib/audit/audit-files";

/** Where an account node may record its commands: Node-RED's audit log, or a file in the user directory. */
export function auditsOf(RED: NodeAPI, node: AccountNode, files: AuditFiles, translate: Translate): Audits {
  const onTrouble: OnTrouble = (text, works) => {
    if (works) node.log(translate(text));
    else node.error(translate(text));
  };
  return {
    toLog: () =>
      auditToLog(
        (record) =>
          RED.log.audit({ ...record, event: `aliyun-iot.${record.event}` } as unknown as LogMessage),
        onTrouble,
      ),
    toFile: () => files.open(auditFilePath(RED.settings.userDir ?? ".", node.id), onTrouble),
  };
}
