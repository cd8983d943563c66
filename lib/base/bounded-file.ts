import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** Why a file was not read; `code` is the system's, `NOT_A_FILE` or `TOO_LARGE`. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads a regular file: a pipe or a device might never end. The check is made on the open file, so that it cannot be
 * replaced in between. Links are followed.
 * @param most bytes that it may have
 * @throws {UnreadableFile} with a message to append to the file's name; it quotes no content
 */
export function readBoundedFile(path: string, maxBytes: number): Buffer {
  let file: number | undefined;
  try {
    // Opening a pipe that nobody writes to must not block. Windows has neither the pipe nor the flag.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
    const stats = fstatSync(file);
    if (stats.isDirectory()) throw new UnreadableFile("NOT_A_FILE", "is a directory, not a file");
    if (!stats.isFile()) throw new UnreadableFile("NOT_A_FILE", "is not a regular file");
    if (stats.size > maxBytes) throw tooLarge(maxBytes);
    return readAll(file, stats.size, maxBytes);
  } catch (error) {
    throw error instanceof UnreadableFile ? error : unreadable(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The file may have grown since, and files such as those in /proc have no size at all. */
function readAll(file: number, size: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(size - total, 0) + 64 * 1024, maxBytes + 1));
    const read = readSync(file, chunk, 0, chunk.length, null);
    if (read === 0) return Buffer.concat(chunks, total);
    total += read;
    if (total > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk.subarray(0, read));
  }
}

/** Also for a pipe in place of a file. */
export function tooLarge(maxBytes: number): UnreadableFile {
  const size = maxBytes >= 1024 * 1024 ? `${maxBytes / 1024 / 1024} MB` : `${maxBytes / 1024} KB`;
  return new UnreadableFile("TOO_LARGE", `is larger than ${size}`);
}

/** The system's error for a file, without its name. */
export function unreadable(error: unknown): UnreadableFile {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
  if (code === "ENOENT") return new UnreadableFile(code, "no such file");
  if (code === "EISDIR") return new UnreadableFile(code, "is a directory, not a file");
  return new UnreadableFile(code, `cannot be read (${code})`);
}
