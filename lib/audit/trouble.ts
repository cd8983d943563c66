import type { Text } from "../base/failure";
import { codeOf } from "../base/system-code";
import { readable } from "../base/text";
import type { OnTrouble } from "./audit";
import { notAFile } from "./open-file";

/** The shortest time between two reports that trouble begins. */
const quietMs = 60_000;

/**
 * From the least to the worst: the file grows too large, records are written after their commands, records are lost.
 */
export const severity = { notRotated: 1, late: 2, lost: 3 } as const;

export type Severity = (typeof severity)[keyof typeof severity];

/**
 * Reports trouble once when it begins, again only if it gets worse, and once when it is over. Trouble that comes and
 * goes, such as on a disk that is nearly full, is reported at most once a minute.
 */
export class TroubleReport {
  private said: Severity | 0 = 0;
  private saidAt = -Infinity;

  constructor(private readonly onTrouble: OnTrouble) {}

  begins(how: Severity, text: Text): void {
    if (how <= this.said) return;
    const now = performance.now();
    if (this.said === 0 && now - this.saidAt < quietMs) return;
    this.said = how;
    this.saidAt = now;
    this.tell(text, false);
  }

  /**
   * Ends everything that was worse.
   * @param how what remains; 0 = nothing
   */
  ends(how: Severity | 0, text: Text): void {
    if (this.said <= how) return;
    this.said = 0;
    this.tell(text, true);
  }

  private tell(text: Text, works: boolean): void {
    try {
      this.onTrouble(text, works);
    } catch {
      // A failure of the log must not stop a command either.
    }
  }
}

/** A file's name as it stands in a sentence. */
export function fileName(path: string): string {
  return readable(path, 300);
}

/** Why a file cannot be written, as part of a sentence. */
export function reasonOf(error: unknown): Text | string {
  switch (codeOf(error)) {
    case "ENOSPC":
      return { key: "errors.audit-disk-full" };
    case "EDQUOT":
      return { key: "errors.audit-quota" };
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return { key: "errors.audit-no-permission" };
    case "EISDIR":
    case "ENOTDIR":
    case "EEXIST":
    case "ELOOP":
    case "ENXIO":
    case notAFile:
      return { key: "errors.audit-not-a-file" };
    default:
      return codeOf(error) || readable(String(error), 100);
  }
}
