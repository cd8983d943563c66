import { codeOf } from "../base/system-code";
import type { Disk } from "./disk";
import { appendLines, type OpenFile, openForAppend, PartlyWritten } from "./open-file";

export interface RotationLimits {
  /** Bytes of a file. */
  maxBytes: number;
  /** Older files beside it: `.1`, the newest, up to `.kept`. */
  kept: number;
}

/** The result of an append. */
export interface Appended {
  /** Lines that are in the file. */
  lines: number;
  /** Why the others are not. */
  error?: unknown;
  /** Why the file could not be rotated; it then grows beyond its size. */
  rotationError?: unknown;
}

/** The most bytes for one write, so that a large batch after a long stall needs no large buffer. */
const maxWriteBytes = 1024 * 1024;

const syncDelayMs = 1000;

/** Errors of file systems without sync, which are ignored. */
const cannotSync = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EROFS"]);

/**
 * A file of lines, with older files beside it. Callers wait for each append before the next.
 *
 * A line counts as written once `write` has returned: the system then has it, even if this process is killed. Only a
 * power failure can still lose it. Syncing every batch would prevent that too, but every command would wait for the disk,
 * up to a second on the SD cards of many gateways, which it would also wear out. So lines are synced within a second, in
 * the background.
 */
export class RotatedFile {
  private file: OpenFile | undefined;
  private rotateAt: number;
  private rotationError: unknown;
  private syncTimer: NodeJS.Timeout | undefined;
  private readonly retiring = new Set<Promise<void>>();

  /** @param onSyncFailed called when written lines may not survive a power failure */
  constructor(
    readonly path: string,
    private readonly limits: RotationLimits,
    private readonly disk: Disk,
    private readonly onSyncFailed: (error: unknown) => void,
  ) {
    this.rotateAt = limits.maxBytes;
  }

  get isOpen(): boolean {
    return this.file !== undefined || this.retiring.size > 0;
  }

  /** Appends lines, each with its newline, and rotates the file if they do not fit. Never rejects. */
  async append(lines: readonly string[]): Promise<Appended> {
    let next = 0;
    try {
      while (next < lines.length) {
        const file = await this.withRoomFor(Buffer.byteLength(lines[next]!));
        const end = next + fitting(lines, next, Math.min(this.rotateAt - file.size, maxWriteBytes));
        await appendLines(this.disk, file, lines.slice(next, end));
        next = end;
      }
      this.syncSoon();
      return { lines: next, rotationError: this.rotationError };
    } catch (error) {
      // The next append opens it again and finds out how it ends.
      this.retire();
      if (!(error instanceof PartlyWritten)) return { lines: next, error };
      return { lines: next + error.lines, error: error.cause };
    }
  }

  /** Syncs and closes; the next append opens it again. Never rejects. */
  async close(): Promise<void> {
    this.retire();
    await Promise.all(this.retiring);
  }

  private async withRoomFor(bytes: number): Promise<OpenFile> {
    const file = await this.current();
    if (file.size === 0 || file.size + bytes <= this.rotateAt) return file;
    return this.rotate(file.size);
  }

  /** The file that has this name now: logrotate, or a person, may have moved or removed the one that is open. */
  private async current(): Promise<OpenFile> {
    const { file } = this;
    if (file) {
      const stats = await this.disk.lstat(this.path).catch(unlessMissing);
      if (stats && stats.ino === file.ino && stats.dev === file.dev) {
        file.size = stats.size;
        return file;
      }
      this.retire();
    }
    this.file = await openForAppend(this.disk, this.path);
    // The file that a restart finds may already be too large; a new one starts empty.
    if (this.file.size < this.limits.maxBytes) {
      this.rotateAt = this.limits.maxBytes;
      this.rotationError = undefined;
    }
    return this.file;
  }

  private async rotate(size: number): Promise<OpenFile> {
    this.retire();
    try {
      await this.shift();
    } catch (error) {
      // A file that is too large is better than lost lines. Rotation is tried again when it has grown by a tenth.
      this.rotationError = error;
      this.rotateAt = size + Math.ceil(this.limits.maxBytes / 10);
    }
    return this.current();
  }

  /** Moves every file up by one, as far as the first free number: after a crash within a rotation one is missing. */
  private async shift(): Promise<void> {
    const { disk, path } = this;
    const { kept } = this.limits;
    let free = 1;
    while (free < kept && (await disk.lstat(`${path}.${free}`).catch(unlessMissing))) free++;
    for (let to = free; to > 1; to--) await disk.rename(`${path}.${to - 1}`, `${path}.${to}`);
    await disk.rename(path, `${path}.1`);
  }

  /** Drops the open file, which is synced and closed in the background. */
  private retire(): void {
    const { file } = this;
    clearTimeout(this.syncTimer);
    this.syncTimer = undefined;
    if (!file) return;
    this.file = undefined;
    const retired = this.sync(file)
      .then(async () => this.disk.close(file.fd))
      .catch(() => {})
      .finally(() => this.retiring.delete(retired));
    this.retiring.add(retired);
  }

  private syncSoon(): void {
    if (this.syncTimer !== undefined || this.file === undefined) return;
    const timer = setTimeout(() => {
      this.syncTimer = undefined;
      if (this.file) void this.sync(this.file);
    }, syncDelayMs);
    // The timer need not keep the process alive: written lines survive its end.
    timer.unref();
    this.syncTimer = timer;
  }

  /** Never rejects. */
  private async sync(file: OpenFile): Promise<void> {
    await file.syncing;
    if (!file.dirty) return;
    file.dirty = false;
    file.syncing = this.disk.fdatasync(file.fd).catch((error: unknown) => {
      if (!cannotSync.has(codeOf(error))) this.onSyncFailed(error);
    });
    await file.syncing;
  }
}

/** How many lines from this one on fit; at least one, since a line is never split. */
function fitting(lines: readonly string[], from: number, room: number): number {
  let bytes = Buffer.byteLength(lines[from]!);
  let count = 1;
  for (let at = from + 1; at < lines.length; at++, count++) {
    bytes += Buffer.byteLength(lines[at]!);
    if (bytes > room) break;
  }
  return count;
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}
