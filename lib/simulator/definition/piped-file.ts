import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { readBoundedFile, tooLarge, unreadable, UnreadableFile } from "../../base/bounded-file";

/** A limit for programs that write to a pipe: if one never ended, nobody would see why the simulator does not start. */
const maxMs = 10_000;
const pauseMs = 20;

/**
 * Reads a file, or what a shell may pass in place of one (`/dev/stdin`, `<(…)`), to its end. It blocks the process, so it
 * is for programs that do nothing else yet.
 * @param most maximum size in bytes
 * @throws {UnreadableFile} with a message to append to the file's name; it quotes no content
 */
export function readPipeOrFile(path: string, maxBytes: number, milliseconds = maxMs): Buffer {
  const isStandardInput = path === "/dev/stdin";
  let file: number | undefined;
  try {
    // The writer of a named pipe may open it later; and stdin cannot be opened by name if it is a socket.
    file = isStandardInput ? 0 : openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(file);
    const isPiped = stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice();
    // Opened only once: a program writes to its pipe only once.
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
    // A pipe that nobody has opened yet looks like one that has ended.
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

/** Number of bytes read; undefined if none are available yet. */
function readNow(file: number, chunk: Buffer): number | undefined {
  try {
    return readSync(file, chunk, 0, chunk.length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EWOULDBLOCK") return undefined;
    // The end of the input on Windows.
    if (code === "EOF") return 0;
    throw unreadable(error);
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}
