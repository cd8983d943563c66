import { hash, randomBytes } from "node:crypto";
import type { Outcome } from "../base/failure";
import { textOf } from "../base/text";

/** The node that sent the command, and its flow and account. */
export interface AuditOrigin {
  account: { id: string; name?: string | undefined };
  node: { id: string; type: string; name?: string | undefined };
  /** Id of the tab or subflow instance. */
  flow?: string | undefined;
  /** Sent from a dialog of the editor, without a message. */
  from?: "dialog" | undefined;
}

/** One command, as it is about to be sent. */
export interface AuditCommand {
  operation: string;
  target: {
    productKey?: string | undefined;
    deviceName?: string | undefined;
    iotId?: string | undefined;
  };
  /** As the rules name them: `FadeTo`, `module:FadeTo`, `property:Brightness`. */
  identifiers: readonly string[];
  /** How properties are set; of other commands undefined. */
  mode?: "now" | "desired" | undefined;
  /** Of `now`. */
  qos?: 0 | 1 | undefined;
  /** The text that is sent. */
  args?: string | undefined;
  /** See `userOf`. */
  user?: string | undefined;
}

/** The outcome of a command. */
interface AuditEnd {
  outcome: "done" | Outcome;
  code?: string | number | undefined;
  requestId?: string | undefined;
  attempts: number;
  durationMs: number;
}

/** Fields of both records of a command, so that each makes sense, and can be found by its device, without the other. */
interface CommonFields {
  /** ISO 8601 in UTC, with milliseconds. */
  time: string;
  /** The same in both records of a command, and in no other one's. */
  id: string;
  account: { id: string; name: string };
  node: { id: string; type: string; name: string };
  flow: string;
  from?: "dialog";
  user?: string;
  operation: string;
  /** Of a property set: at once, or as desired values, which a device may take much later. */
  mode?: "now" | "desired";
  /** Of a property set at once; with 1, it may reach a device that is offline days later. */
  qos?: 0 | 1;
  device: { productKey: string; deviceName: string } | { iotId: string };
  identifiers: string[];
  /** How many more there were than `identifiers` lists. */
  identifiersLeftOut?: number;
}

export interface SendingRecord extends CommonFields {
  event: "sending";
  /** The args as sent. Above 64 KB only their beginning; `argsHash` and `argsBytes` then describe the whole. */
  args?: string;
  /** `sha256:` and 64 hexadecimal digits, over the args in UTF-8. */
  argsHash?: string;
  argsBytes?: number;
}

export interface OutcomeRecord extends CommonFields {
  event: "outcome";
  outcome: "done" | Outcome;
  code?: string;
  requestId?: string;
  attempts: number;
  durationMs: number;
}

/** Takes the place of records that could not be written. */
interface GapRecord {
  event: "gap";
  time: string;
  lost: number;
}

export type AuditRecord = SendingRecord | OutcomeRecord | GapRecord;

const maxArgsBytes = 64 * 1024;
const maxTextLength = 256;
const maxIdentifiers = 500;

/** Makes the records of one account. Fields are copied one by one, so nothing else can get into a record. */
export class RecordMaker {
  // Names this process, so that ids stay apart after a restart.
  private readonly prefix = randomBytes(6).toString("hex");
  private count = 0;

  /** @param args whether the args are recorded in full or as a hash (`auditArgs`) */
  constructor(private readonly args: "full" | "hash") {}

  sending(origin: AuditOrigin, command: AuditCommand): SendingRecord {
    const { account, node } = origin;
    const { productKey, deviceName, iotId } = command.target;
    const { user, mode, qos } = command;
    const left = command.identifiers.length - maxIdentifiers;
    const record: SendingRecord = {
      event: "sending",
      time: new Date().toISOString(),
      id: `${this.prefix}-${(++this.count).toString(36)}`,
      account: { id: bounded(account.id), name: bounded(account.name) },
      node: { id: bounded(node.id), type: bounded(node.type), name: bounded(node.name) },
      flow: bounded(origin.flow),
      ...(origin.from !== undefined && { from: origin.from }),
      ...(user !== undefined && { user: bounded(user) }),
      operation: bounded(command.operation),
      ...(mode !== undefined && { mode }),
      ...(qos !== undefined && { qos }),
      device:
        iotId === undefined
          ? { productKey: bounded(productKey), deviceName: bounded(deviceName) }
          : { iotId: bounded(iotId) },
      identifiers: command.identifiers.slice(0, maxIdentifiers).map(bounded),
      ...(left > 0 && { identifiersLeftOut: left }),
    };
    if (command.args !== undefined) addArgs(record, command.args, this.args);
    return record;
  }
}

/** The second record of a command, from its first one. */
export function outcomeRecord(sending: SendingRecord, end: AuditEnd): OutcomeRecord {
  const { id, account, node, flow, from, user, operation, mode, qos, device } = sending;
  const { identifiers, identifiersLeftOut } = sending;
  const { code, requestId } = end;
  return {
    event: "outcome",
    time: new Date().toISOString(),
    id,
    account,
    node,
    flow,
    ...(from !== undefined && { from }),
    ...(user !== undefined && { user }),
    operation,
    ...(mode !== undefined && { mode }),
    ...(qos !== undefined && { qos }),
    device,
    identifiers,
    ...(identifiersLeftOut !== undefined && { identifiersLeftOut }),
    outcome: end.outcome,
    ...(code !== undefined && { code: bounded(code) }),
    ...(requestId !== undefined && { requestId: bounded(requestId) }),
    attempts: end.attempts,
    durationMs: end.durationMs,
  };
}

/**
 * The user name that an HTTP login has put into `msg.req.user`, if any. Node-RED's own login calls
 * it `username`; the others are those of OpenID Connect and of the usual Passport strategies.
 */
export function userOf(user: unknown): string | undefined {
  try {
    if (typeof user !== "object" || user === null) return nameIn(user);
    const { username, preferred_username, email, displayName, name, id, sub } = user as Record<
      string,
      unknown
    >;
    const names = [username, preferred_username, email, displayName, name, id, sub];
    return names.map(nameIn).find((found) => found !== undefined);
  } catch {
    // It comes with a message, and may be a getter or a proxy that throws.
    return undefined;
  }
}

function nameIn(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : bounded(text);
}

function addArgs(record: SendingRecord, args: string, kind: "full" | "hash"): void {
  // A UTF-16 unit takes at most three bytes, so most args need not be measured.
  const bytes = args.length * 3 <= maxArgsBytes ? 0 : Buffer.byteLength(args);
  if (kind === "full" && bytes <= maxArgsBytes) {
    record.args = args;
    return;
  }
  record.argsHash = `sha256:${hash("sha256", args, "hex")}`;
  if (kind === "hash") return;
  record.args = firstBytes(args, maxArgsBytes);
  record.argsBytes = bytes;
}

/** The beginning of a text that has at most so many bytes, without half a character at its end. */
function firstBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text.slice(0, maxBytes));
  let end = Math.min(maxBytes, bytes.length);
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}

/** Names come from flow files and messages and may have any length or type. */
function bounded(value: unknown): string {
  const text = textOf(value) ?? "";
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength - 1).toWellFormed()}…`;
}
