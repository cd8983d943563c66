import { hash } from "node:crypto";
import path from "node:path";
import type { Audit, OnTrouble } from "./audit";
import { AuditFile, type AuditFileLimits, usualLimits } from "./audit-file";
import { type Disk, realDisk } from "./disk";

/**
 * The audit files of a Node-RED. All users of a path share one `AuditFile`: at a deploy the new
 * account opens the file while the old one still closes, and two that rotate at once would lose a file.
 */
export class AuditFiles {
  private readonly files = new Map<string, AuditFile>();

  /** The parameters are for tests. */
  constructor(
    private readonly limits: Partial<AuditFileLimits> = {},
    private readonly disk: Disk = realDisk,
  ) {}

  /**
   * An audit that writes to this file. It is made with the first record; nothing is opened before.
   * @param file its path; see `auditFilePath`
   */
  open(file: string, onTrouble: OnTrouble): Audit {
    const key = path.resolve(file);
    let writer = this.files.get(key);
    if (!writer) {
      writer = new AuditFile(key, { ...usualLimits, ...this.limits }, this.disk, () => {
        this.files.delete(key);
      });
      this.files.set(key, writer);
    }
    return writer.join(onTrouble);
  }
}

/**
 * `aliyun-iot/audit-<id>.jsonl` in a folder. An id comes from a flow file, where it can be any text: characters
 * other than letters, digits, `_`, `-` and `.` are written in hexadecimal, so that the path stays in the folder.
 */
export function auditFilePath(userDir: string, accountId: string): string {
  const safe = Array.from(accountId, (character) =>
    /^[\w.-]$/.test(character) ? character : `%${character.codePointAt(0)!.toString(16)}`,
  ).join("");
  const name = safe.length <= 100 ? safe : `${safe.slice(0, 40)}-${hash("sha256", accountId, "hex")}`;
  return path.join(userDir, "aliyun-iot", `audit-${name}.jsonl`);
}
