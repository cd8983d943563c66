import type { Text } from "../base/failure";
import type { Audit, OnTrouble } from "./audit";
import type { Disk } from "./disk";
import { lineOf } from "./line";
import { type Appended, RotatedFile, type RotationLimits } from "./rotated-file";
import { fileName, reasonOf, type Severity, severity, TroubleReport } from "./trouble";

export interface AuditFileLimits extends RotationLimits {
  /** How long a command waits for its record, in milliseconds; a disk that does not respond must not stop it. */
  patienceMs: number;
  /** UTF-16 units of records that wait for the disk; further records are lost. */
  maxPending: number;
}

export const usualLimits: AuditFileLimits = {
  maxBytes: 10 * 1024 * 1024,
  kept: 5,
  patienceMs: 3000,
  maxPending: 8 * 1024 * 1024,
};

/** Lines that are written together. */
interface Batch {
  lines: string[];
  /** UTF-16 units. */
  length: number;
  /** What the commands of this batch wait for; one promise for all. */
  written?: Promise<void>;
  resolve?: () => void;
}

/**
 * Writes records as lines of JSON, with group commit: while one batch is being written, the next one is collected, and
 * the commands of a batch are sent once it is written. If a batch cannot be written, its commands are sent all the same
 * and its records are lost. The first batch that succeeds again begins with a record of how many are missing.
 */
export class AuditFile {
  private gathering: Batch = { lines: [], length: 0 };
  private running = Promise.resolve();
  private isRunning = false;
  private hasEnded = false;
  private users = 0;
  private readonly reports = new Set<TroubleReport>();
  private readonly file: RotatedFile;
  /** Lost records that no gap record counts yet. */
  private lost = 0;
  /** Lost records since the last successful write. */
  private missing = 0;
  private gapIsDue = false;
  /** The disk does not respond, and commands do not wait for it. */
  private stalled = false;

  /** @param onEnd called when the last user has left and all is written; nobody may join after that */
  constructor(
    private readonly path: string,
    private readonly limits: AuditFileLimits,
    disk: Disk,
    private readonly onEnd: () => void,
  ) {
    this.file = new RotatedFile(path, limits, disk, (error) => this.failed(error));
  }

  /** An audit that writes here, as others may. */
  join(onTrouble: OnTrouble): Audit {
    const report = new TroubleReport(onTrouble);
    this.reports.add(report);
    this.users++;
    let open = true;
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      // Calls that end at the same time have not reported it yet.
      await new Promise((resolve) => setImmediate(resolve));
      this.users--;
      // The last chance to record how many are missing.
      this.gapIsDue = this.lost > 0;
      await this.settled();
      this.reports.delete(report);
      open = false;
    };
    return {
      sending: (record) => (open ? this.add(lineOf(record), true) : undefined),
      ended: (record) => {
        if (open) void this.add(lineOf(record), false);
      },
      close: async () => (closing ??= close()),
    };
  }

  private add(line: string, wait: boolean): Promise<void> | undefined {
    if (this.hasEnded) return undefined;
    const batch = this.gathering;
    if (batch.length + line.length > this.limits.maxPending) {
      this.lose(1);
      return undefined;
    }
    batch.lines.push(line);
    batch.length += line.length;
    const written = wait && !this.stalled ? this.writtenOf(batch) : undefined;
    void this.start();
    return written;
  }

  /** Resolves when the batch was written or has failed, or when its commands have waited long enough. */
  private writtenOf(batch: Batch): Promise<void> {
    batch.written ??= new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.stalled = true;
        this.begins(severity.late, { key: "errors.audit-stalled", params: { file: fileName(this.path) } });
        resolve();
      }, this.limits.patienceMs);
      batch.resolve = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return batch.written;
  }

  private start(): Promise<void> {
    if (!this.isRunning) this.running = this.run();
    return this.running;
  }

  /** Writes until nothing is left, and closes the file when nobody uses it any more. Never rejects. */
  private async run(): Promise<void> {
    this.isRunning = true;
    for (;;) {
      // What else this turn of the event loop records belongs to the same batch.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.gathering.lines.length > 0 || this.gapIsDue) await this.writeBatch();
      else if (this.users === 0 && this.file.isOpen) await this.file.close();
      else break;
    }
    this.isRunning = false;
    if (this.users > 0) return;
    this.hasEnded = true;
    this.onEnd();
  }

  private async writeBatch(): Promise<void> {
    const batch = this.gathering;
    this.gathering = { lines: [], length: 0 };
    this.gapIsDue = false;
    const { lost } = this;
    const gap = lost > 0 ? [lineOf({ event: "gap", time: new Date().toISOString(), lost })] : [];
    const appended = await this.file.append(gap.length > 0 ? [...gap, ...batch.lines] : batch.lines);
    if (appended.lines >= gap.length) this.lost -= lost;
    this.lose(batch.lines.length - Math.max(0, appended.lines - gap.length));
    this.stalled = false;
    this.report(appended);
    batch.resolve?.();
  }

  private lose(records: number): void {
    this.lost += records;
    this.missing += records;
  }

  private report({ error, rotationError }: Appended): void {
    if (error !== undefined) return this.failed(error);
    const file = fileName(this.path);
    const remains = rotationError === undefined ? 0 : severity.notRotated;
    const params = { file, lost: this.missing };
    for (const each of this.reports) each.ends(remains, { key: "errors.audit-works-again", params });
    this.missing = 0;
    if (remains === 0) return;
    const reason = reasonOf(rotationError);
    this.begins(remains, { key: "errors.audit-not-rotated", params: { file, reason } });
  }

  private failed(error: unknown): void {
    const params = { file: fileName(this.path), reason: reasonOf(error) };
    this.begins(severity.lost, { key: "errors.audit-not-written", params });
  }

  private begins(how: Severity, text: Text): void {
    for (const each of this.reports) each.begins(how, text);
  }

  /** Resolves when everything added so far is written, or after a timeout. */
  private async settled(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.limits.patienceMs);
    });
    await Promise.race([this.start(), patience]);
    clearTimeout(timer);
  }
}
