import * as fs from "node:fs";
import { promisify } from "node:util";

/** What is known of a file. */
export type FileStats = Pick<fs.Stats, "dev" | "ino" | "size" | "isFile">;

/** What an audit file needs of the file system; tests give one that is full or does not respond. */
export interface Disk {
  open(path: string, flags: number, mode: number): Promise<number>;
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

const write = promisify(fs.write);

export const realDisk: Disk = {
  open: promisify(fs.open),
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
