import { isObject, parseJson } from "../../base/json";
import type { Ended, FleetOutcome } from "../ended";
import type { Progress } from "../roll-out-state";

/** Entries that are written together, and not again once all of them have ended. */
const blockSize = 1000;
/** What a device has answered is kept up to this length, in characters of JSON. */
const maxResultLength = 64 * 1024;

const outcomes: readonly FleetOutcome[] = [
  "done",
  "accepted",
  "not-sent",
  "refused",
  "failed",
  "unknown",
  "skipped",
];

/**
 * Writes how far a roll-out is, as text: one short row for each device that has ended. It is written every second at least, so
 * rows that do not change any more are made once.
 */
export class ProgressWriter {
  private readonly whole: string[] = [];

  text({ entries, marked, open, step, isPaused, stopped, unreported }: Progress): string {
    const rows: string[] = [];
    for (let block = 0; block * blockSize < entries.length; block++) {
      const text = this.whole[block] ?? this.blockText(entries, block);
      if (text !== "") rows.push(text);
    }
    const head = JSON.stringify({ version: 1, marked, open, step, isPaused, stopped, unreported });
    return `${head.slice(0, -1)},"rows":[${rows.join(",")}]}`;
  }

  private blockText(entries: Progress["entries"], block: number): string {
    const from = block * blockSize;
    const until = Math.min(from + blockSize, entries.length);
    const rows: string[] = [];
    for (let index = from; index < until; index++) {
      const ended = entries[index];
      if (ended) rows.push(rowText(index, ended));
    }
    const text = rows.join(",");
    if (rows.length === until - from) this.whole[block] = text;
    return text;
  }
}

function rowText(index: number, ended: Ended): string {
  const { outcome, code, message, requestId, messageId, durationMs } = ended;
  const row: unknown[] = [index, outcomes.indexOf(outcome), durationMs, code, message, requestId, messageId];
  while (row.at(-1) === undefined) row.pop();
  const result = resultText(ended.result);
  if (result === undefined) return JSON.stringify(row);
  while (row.length < 7) row.push(undefined);
  return `${JSON.stringify(row).slice(0, -1)},${result}]`;
}

function resultText(result: unknown): string | undefined {
  try {
    const text: string | undefined = result === undefined ? undefined : JSON.stringify(result);
    return text !== undefined && text.length <= maxResultLength ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads it.
 * @param devices of the roll-out
 * @returns undefined where the text is none of these
 */
export function readProgress(text: unknown, devices: number): Progress | undefined {
  const read = typeof text === "string" ? parsed(text) : undefined;
  if (!isObject(read) || read["version"] !== 1) return undefined;
  const { marked, open, step, isPaused, unreported, rows } = read;
  const isIndex = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < devices;
  if (!Number.isInteger(marked) || (marked as number) < 0 || (marked as number) > devices) return undefined;
  const isList = (value: unknown): value is number[] => Array.isArray(value) && value.every(isIndex);
  if (!isList(open) || !isList(unreported) || !isObject(step) || !Array.isArray(rows)) return undefined;
  const entries = Array.from<Ended | undefined>({ length: devices });
  for (const row of rows as unknown[]) {
    if (!Array.isArray(row)) return undefined;
    const [index, outcome, durationMs, code, message, requestId, messageId, result] = row as unknown[];
    const name = outcomes[Number(outcome)];
    if (!isIndex(index) || name === undefined) return undefined;
    entries[index] = {
      outcome: name,
      durationMs: Number(durationMs) || 0,
      code: textIn(code),
      message: textIn(message),
      requestId: textIn(requestId),
      messageId: textIn(messageId),
      ...(row.length > 7 && { result }),
    };
  }
  const { size, until, isCanary } = step;
  return {
    marked: marked as number,
    open,
    step: { size: countIn(size), until: countIn(until), isCanary: isCanary === true },
    isPaused: isPaused === true,
    stopped: textIn(read["stopped"]),
    unreported: unreported.filter((index) => entries[index] !== undefined),
    entries,
  };
}

/** JSON has no infinity. */
function countIn(value: unknown): number {
  return typeof value === "number" ? value : Infinity;
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
