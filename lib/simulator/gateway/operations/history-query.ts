import { type Entry, historyMs } from "../../devices/history";
import { BusinessFailure } from "../failures";
import type { Parameters } from "./operation";

/** What part of a history is asked for; the earlier time comes first here, whatever the order. */
interface HistoryQuery {
  from: number;
  to: number;
  isAscending: boolean;
  pageSize: number;
}

export interface HistoryRules {
  now: number;
  maxPageSize: number;
  /** Whether `StartTime` is the later time where the newest come first. */
  startsLate: "never" | "descending" | "either";
}

export interface HistoryPage<T> {
  rows: T[];
  /** Where the next page starts, in UTC milliseconds. */
  nextTime: number;
  hasMore: boolean;
}

/**
 * `StartTime`, `EndTime`, `Asc` and `PageSize` (docs/protocol.md, 7.3); `Asc` is 0 and `PageSize` 10 where absent.
 * @throws {BusinessFailure}
 */
export function readQuery(
  parameters: Parameters,
  { now, maxPageSize, startsLate }: HistoryRules,
): HistoryQuery {
  const [start, end] = [timeOf(parameters, "StartTime"), timeOf(parameters, "EndTime")];
  const asc = parameters.get("Asc") || "0";
  if (asc !== "0" && asc !== "1") invalid("Asc must be 0 or 1");
  const isAscending = asc === "1";
  const size = parameters.get("PageSize") || "10";
  if (!/^\d{1,6}$/.test(size) || Number(size) < 1 || Number(size) > maxPageSize) {
    const message = `PageSize must be an integer from 1 to ${maxPageSize}`;
    throw new BusinessFailure("iot.common.InvalidPageParams", message);
  }
  if (start === end) {
    const message = "StartTime and EndTime must not be the same";
    throw new BusinessFailure("iot.check.ParameterIsNotLessThanMax", message);
  }
  const isLate = start > end;
  const mayBeLate = !isAscending && startsLate !== "never";
  const mustBeLate = !isAscending && startsLate === "descending";
  if (isLate ? !mayBeLate : mustBeLate) {
    const order = isLate ? "less" : "greater";
    throw new BusinessFailure(
      "iot.device.InvalidTimeBucket",
      `with Asc=${asc}, StartTime must be ${order} than EndTime`,
    );
  }
  const from = Math.max(Math.min(start, end), now - historyMs);
  return { from, to: Math.max(start, end), isAscending, pageSize: Number(size) };
}

/** The page of one history; `entries` are sorted by time. */
export function pageOfHistory<T extends Entry>(entries: readonly T[], query: HistoryQuery): HistoryPage<T> {
  const { isAscending, pageSize } = query;
  const found = entries.filter(({ time }) => time >= query.from && time <= query.to);
  if (!isAscending) found.reverse();
  const rows = found.slice(0, endOfPage(found, pageSize));
  return { rows, nextTime: nextTimeOf(rows, query), hasMore: found.length > rows.length };
}

/**
 * One page of several histories. All end at the same time, so that the next page repeats nothing and leaves nothing
 * out.
 */
export function pageOfHistories<T extends Entry>(
  histories: readonly (readonly T[])[],
  query: HistoryQuery,
): { pages: T[][]; nextTime: number; hasMore: boolean } {
  const pages = histories.map((entries) => pageOfHistory(entries, query));
  const limits = pages.filter(({ hasMore }) => hasMore).map(({ rows }) => rows.at(-1)!.time);
  if (limits.length === 0) {
    const times = pages.flatMap(({ rows }) => rows).map(({ time }) => time);
    const last = query.isAscending ? Math.max(...times) : Math.min(...times);
    const nextTime = times.length > 0 ? beyond(last, query) : lastTimeOf(query);
    return { pages: pages.map(({ rows }) => rows), nextTime, hasMore: false };
  }
  const limit = query.isAscending ? Math.min(...limits) : Math.max(...limits);
  const isWithin = ({ time }: T): boolean => (query.isAscending ? time <= limit : time >= limit);
  return {
    pages: pages.map(({ rows }) => rows.filter(isWithin)),
    nextTime: beyond(limit, query),
    hasMore: true,
  };
}

/** Entries of the same time stay together, if they fit into a page at all. */
function endOfPage(found: readonly Entry[], pageSize: number): number {
  if (found.length <= pageSize) return found.length;
  const next = found[pageSize]!.time;
  let end = pageSize;
  while (end > 0 && found[end - 1]!.time === next) end--;
  return end === 0 ? pageSize : end;
}

function nextTimeOf(rows: readonly Entry[], query: HistoryQuery): number {
  const last = rows.at(-1);
  return last ? beyond(last.time, query) : lastTimeOf(query);
}

function beyond(time: number, { isAscending }: HistoryQuery): number {
  return isAscending ? time + 1 : time - 1;
}

function lastTimeOf({ from, to, isAscending }: HistoryQuery): number {
  return isAscending ? to : from;
}

function timeOf(parameters: Parameters, name: string): number {
  const text = parameters.get(name) ?? "";
  return /^\d{1,16}$/.test(text) ? Number(text) : invalid(`${name} must be UTC milliseconds`);
}

function invalid(message: string): never {
  throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
}
