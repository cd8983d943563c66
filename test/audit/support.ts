import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Disk, realDisk } from "../../lib/audit/disk";
import { type AuditCommand, type AuditOrigin, RecordMaker, type SendingRecord } from "../../lib/audit/record";
import type { Text } from "../../lib/base/failure";

export const origin: AuditOrigin = {
  account: { id: "a1b2", name: "Plant 1" },
  node: { id: "c3d4", type: "aliyun-iot-invoke-service", name: "Open valve" },
  flow: "e5f6",
};

export const command: AuditCommand = {
  operation: "invoke-service",
  target: { productKey: "a1Gv8pLmXt2", deviceName: "valve-1" },
  identifiers: ["Open"],
  args: '{"Level":5}',
};

const maker = new RecordMaker("full");

/** The record of a command with these args. */
export function sendingOf(args = '{"Level":5}'): SendingRecord {
  return maker.sending(origin, { ...command, args });
}

/** A line of an audit file. */
interface Line {
  event: string;
  id: string;
  args?: string;
  lost?: number;
  outcome?: string;
}

/**
 * The records in a file.
 * @param isWhole says which lines count; each of them has to be JSON
 */
export function linesOf(file: string, isWhole: (line: string) => boolean = () => true): Line[] {
  const text = readFileSync(file, "utf8");
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  return lines.filter((line) => isWhole(line)).map((line) => JSON.parse(line) as Line);
}

/** The records of a file and of those that were rotated away, the oldest first. */
export function allLinesOf(file: string, isWhole?: (line: string) => boolean): Line[] {
  const numberOf = (name: string): number => Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
  const base = path.basename(file);
  return readdirSync(path.dirname(file))
    .filter((name) => name === base || name.startsWith(`${base}.`))
    .toSorted((a, b) => numberOf(b) - numberOf(a))
    .flatMap((name) => linesOf(path.join(path.dirname(file), name), isWhole));
}

/** Whether a line is JSON, as one that was cut off is not. */
export function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** A folder of its own for each test. */
export function useFolder(): (name: string) => string {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "audit-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => path.join(folder, name);
}

/** What an account was told, as `begins KEY` and `over KEY`. */
export class Report {
  private last: Text | undefined;
  readonly said: string[] = [];
  readonly hear = (text: Text, works: boolean): void => {
    this.last = text;
    this.said.push(`${works ? "over" : "begins"} ${text.key.replace("errors.audit-", "")}`);
  };

  /** What was put into the last text. */
  param(name: string): string | number | undefined {
    const value = this.last?.params?.[name];
    return typeof value === "object" ? value.key : value;
  }
}

/** The real disk, of which some calls fail or wait as a test says. */
export class TroubledDisk implements Disk {
  /** Bytes that can still be written. */
  room = Infinity;
  /** At maxBytes so many bytes are written at once. */
  maxBytes = Infinity;
  /** System codes by the name of the call that fails with it. */
  readonly fails = new Map<keyof Disk, string>();
  writes = 0;
  syncs = 0;
  private gate: Promise<void> | undefined;
  private openGate: () => void = () => {};

  /** No write ends before `goOn`. */
  hang(): void {
    this.gate = new Promise((resolve) => {
      this.openGate = resolve;
    });
  }

  goOn(): void {
    this.gate = undefined;
    this.openGate();
  }

  readonly open: Disk["open"] = async (...all) => this.try("open", async () => realDisk.open(...all));
  readonly lstat: Disk["lstat"] = async (...all) => this.try("lstat", async () => realDisk.lstat(...all));
  readonly fstat: Disk["fstat"] = async (...all) => this.try("fstat", async () => realDisk.fstat(...all));
  readonly read: Disk["read"] = async (...all) => this.try("read", async () => realDisk.read(...all));
  readonly close: Disk["close"] = async (...all) => this.try("close", async () => realDisk.close(...all));
  readonly rename: Disk["rename"] = async (...all) => this.try("rename", async () => realDisk.rename(...all));
  readonly mkdir: Disk["mkdir"] = async (...all) => this.try("mkdir", async () => realDisk.mkdir(...all));
  readonly ftruncate: Disk["ftruncate"] = async (...all) =>
    this.try("ftruncate", async () => realDisk.ftruncate(...all));

  readonly fdatasync: Disk["fdatasync"] = async (...all) => {
    this.syncs++;
    return this.try("fdatasync", async () => realDisk.fdatasync(...all));
  };

  readonly write: Disk["write"] = async (fd, buffer, offset, length) => {
    this.writes++;
    await this.gate;
    const some = Math.min(length, this.room, this.maxBytes);
    if (some === 0) throw systemError("ENOSPC");
    this.room -= some;
    return this.try("write", async () => realDisk.write(fd, buffer, offset, some));
  };

  private async try<Result>(name: keyof Disk, call: () => Promise<Result>): Promise<Result> {
    const code = this.fails.get(name);
    if (code !== undefined) throw systemError(code);
    return call();
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
