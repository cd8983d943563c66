import path from "node:path";
import { codeOf } from "../base/system-code";
import type { Disk } from "./disk";

/** A file that is open for appending. */
export interface OpenFile {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  /** Bytes, as far as it is known. */
  size: number;
  /** Whether its last line lacks the newline: the process that wrote it was killed. */
  unfinished: boolean;
  /** Whether something was written since the last sync. */
  dirty: boolean;
  /** The sync that is under way. */
  syncing?: Promise<void> | undefined;
}

/** The path is something other than a regular file. */
export const notAFile = "NOT_A_FILE";

/**
 * Opens a file, or makes it and its folder.
 * @throws {Error} the system's error; with the code `NOT_A_FILE` for anything but a regular file
 */
export async function openForAppend(disk: Disk, file: string): Promise<OpenFile> {
  const fd = await openIn(disk, file);
  try {
    const stats = await disk.fstat(fd);
    if (!stats.isFile()) throw Object.assign(new Error("not a regular file"), { code: notAFile });
    const { dev, ino, size } = stats;
    return { fd, dev, ino, size, unfinished: await isUnfinished(disk, fd, size), dirty: false };
  } catch (error) {
    await disk.close(fd).catch(() => {});
    throw error;
  }
}

async function openIn(disk: Disk, file: string): Promise<number> {
  const open = async (): Promise<number> => disk.open(file);
  try {
    return await open();
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await disk.mkdir(path.dirname(file));
    return open();
  }
}

async function isUnfinished(disk: Disk, fd: number, size: number): Promise<boolean> {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  await disk.read(fd, last, 0, 1, size - 1);
  return last[0] !== 0x0a;
}

/**
 * Appends whole lines with one write, where the system takes them at once.
 * @throws {PartlyWritten}
 */
export async function appendLines(disk: Disk, file: OpenFile, lines: readonly string[]): Promise<void> {
  const prefix = file.unfinished ? "\n" : "";
  const bytes = Buffer.from(prefix + lines.join(""));
  let done = 0;
  try {
    while (done < bytes.length) {
      const { bytesWritten } = await disk.write(file.fd, bytes, done, bytes.length - done);
      if (bytesWritten === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
      done += bytesWritten;
      file.dirty = true;
    }
  } catch (error) {
    const whole = done === 0 ? 0 : bytes.lastIndexOf(0x0a, done - 1) + 1;
    const isLeft = whole < done && !(await takeBack(disk, file, whole, done));
    // A line that lacks only its newline is complete: the next write adds it.
    const last = isLeft && bytes[done] === 0x0a ? 1 : 0;
    throw new PartlyWritten(error, Math.max(0, newlinesIn(bytes.subarray(0, whole)) - prefix.length) + last);
  }
  file.size += bytes.length;
  file.unfinished = false;
}

/**
 * Removes half a line from the end, unless somebody has written after it. If that fails, the next write starts on a new
 * line.
 * @returns whether it is gone
 */
async function takeBack(disk: Disk, file: OpenFile, whole: number, done: number): Promise<boolean> {
  try {
    const { size } = await disk.fstat(file.fd);
    if (size !== file.size + done) return false;
    await disk.ftruncate(file.fd, file.size + whole);
    return true;
  } catch {
    // Only the error of the failed write is reported.
    return false;
  }
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}

/** Not all lines could be written. */
export class PartlyWritten extends Error {
  override readonly name = "PartlyWritten";

  constructor(
    override readonly cause: unknown,
    /** Lines that are completely in the file. */
    readonly lines: number,
  ) {
    super("not all lines were written");
  }
}
