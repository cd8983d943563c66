import * as fs from "node:fs";
import { promisify } from "node:util";

/** What is known of a file. */
type FileStats = Pick<fs.Stats, "dev" | "ino" | "size" | "isFile">;

/** What an audit file needs of the file system; tests pass one that is full or does not respond. */
export interface Disk {
  /** Opens a file for appending, or makes it; only its owner may read it. */
  open(path: string): Promise<number>;
  lstat(path: string): Promise<FileStats>;
  fstat(fd: number): Promise<FileStats>;
  read(
    fd: number,
    buffer: Buffer,
    offset: number,
    length: number,
    at: number,
  ): Promise<{ bytesRead: number }>;
  /** May write less than asked. */
  write(fd: number, buffer: Buffer, offset: number, length: number): Promise<{ bytesWritten: number }>;
  ftruncate(fd: number, size: number): Promise<void>;
  fdatasync(fd: number): Promise<void>;
  close(fd: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Makes the folders above as well. */
  mkdir(path: string): Promise<unknown>;
}

// O_APPEND: every write goes to the end, even if others write too. O_NOFOLLOW: a link could lead to any file.
// O_NONBLOCK: opening a pipe must not block. Windows lacks the last three.
const flags =
  fs.constants.O_RDWR |
  fs.constants.O_APPEND |
  fs.constants.O_CREAT |
  (fs.constants.O_NOFOLLOW ?? 0) |
  (fs.constants.O_NONBLOCK ?? 0) |
  (fs.constants.O_NOCTTY ?? 0);

const open = promisify(fs.open);
const write = promisify(fs.write);

export const realDisk: Disk = {
  open: async (path) => open(path, flags, 0o600),
  lstat: promisify(fs.lstat),
  fstat: promisify(fs.fstat),
  read: promisify(fs.read),
  write: (fd, buffer, offset, length) => write(fd, buffer, offset, length, null),
  ftruncate: promisify(fs.ftruncate),
  fdatasync: promisify(fs.fdatasync),
  close: promisify(fs.close),
  rename: promisify(fs.rename),
  mkdir: (path) => fs.promises.mkdir(path, { recursive: true, mode: 0o700 }),
};
