import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { readBoundedFile, tooLarge, unreadable, UnreadableFile } from "../../base/bounded-file";

/** For whatever makes the file up; nobody would see why a program without an end does not start. */
const maxMs = 10_000;
const pauseMs = 20;

/**
 * Reads what a shell may put in place of a file, `/dev/stdin` or `<(…)`, until it ends; and files. It holds the process
 * up meanwhile, so it is for programs that do nothing else yet.
 * @param most bytes that may come
 * @throws {UnreadableFile} with a message to put behind the file's name, which quotes nothing
 */
export function readPipeOrFile(path: string, maxBytes: number, milliseconds = maxMs): Buffer {
  const isStandardInput = path === "/dev/stdin";
  let file: number | undefined;
  try {
    // Whoever writes to a named pipe may come later; and an input that is a socket cannot be opened by its name.
    file = isStandardInput ? 0 : openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(file);
    const isPiped = stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice();
    // Opened once only: whoever has begun to write to a pipe would not write twice.
    if (isPiped) return readToEnd(file, maxBytes, milliseconds);
  } catch (error) {
    throw error instanceof UnreadableFile ? error : unreadable(error);
  } finally {
    if (file !== undefined && !isStandardInput) closeSync(file);
  }
  return readBoundedFile(path, maxBytes);
}

function readToEnd(file: number, maxBytes: number, milliseconds: number): Buffer {
  const end = performance.now() + milliseconds;
  const mayBeLate = fstatSync(file).isFIFO();
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const read = readNow(file, chunk);
    // A pipe that nobody has opened yet looks like one that has come to its end.
    if (read === 0 && (total > 0 || !mayBeLate)) return Buffer.concat(chunks, total);
    if (read !== undefined && read > 0) {
      total += read;
      if (total > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk.subarray(0, read));
    }
    if (performance.now() >= end) {
      const what = total === 0 ? "nothing has come" : "it has not come to its end";
      throw new UnreadableFile("ETIMEDOUT", `${what} within ${milliseconds / 1000} s`);
    }
    if (!read) pause();
  }
}

/** Bytes read; undefined where none are there yet. */
function readNow(file: number, chunk: Buffer): number | undefined {
  try {
    return readSync(file, chunk, 0, chunk.length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EWOULDBLOCK") return undefined;
    // What Windows says at the end.
    if (code === "EOF") return 0;
    throw unreadable(error);
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}
