import { isObject, type JsonObject } from "../base/json";
import { textOf } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import { isBeyond, restOf } from "./entries";
import { endless } from "./read-failure";
import type { Period, ReadOrder } from "./request";

/** How a page of a history ended. */
export interface PageEnd {
  /** Whether a further page is there and wanted. */
  hasMore: boolean;
  /** Where the platform says that the next page begins. */
  nextTime: number | undefined;
  /** The time of the page's last entry. */
  lastTime: number | undefined;
}

interface PagedRead {
  period: Period;
  order: ReadOrder;
  maxPages: number;
}

/** Pages beyond those that the entries need, since a page need not be full. */
const morePages = 20;

/** The most pages that such a history can have; with more, the paging would never end. */
export function maxPagesOf(limit: number, pageSize: number, histories = 1): number {
  return morePages + 2 * histories * Math.ceil(limit / pageSize);
}

/**
 * Reads pages one after the other, each from where the one before ended. A page that leads no further is the last one.
 * @throws {Failure} what `read` throws; `invalid-response` where there are too many
 */
export async function readPages(
  { period, order, maxPages }: PagedRead,
  read: (rest: Period) => Promise<PageEnd>,
): Promise<void> {
  let rest = period;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await read(notEmpty(rest));
    const next = page.hasMore ? nextOf(page, rest, order) : undefined;
    if (next === undefined) return;
    rest = restOf(rest, next, order);
    if (rest.from > rest.to) return;
  }
  throw endless();
}

/** The paging of an answer, which most operations put under `Data`. */
export function pagingIn({ body }: Answer): Pick<PageEnd, "hasMore" | "nextTime"> {
  const data = field(body, "Data");
  const holder: JsonObject = isObject(data) && field(data, "NextValid") !== undefined ? data : body;
  const nextTime = Number(textOf(field(holder, "NextTime")) ?? Number.NaN);
  return {
    hasMore: isTrue(field(holder, "NextValid")),
    nextTime: Number.isSafeInteger(nextTime) ? nextTime : undefined,
  };
}

/** XML has only text. */
function isTrue(value: unknown): boolean {
  return value === true || (typeof value === "string" && value.toLowerCase() === "true");
}

/** The platform does not accept a period that begins and ends at the same time. */
function notEmpty({ from, to }: Period): Period {
  return from === to ? { from, to: to + 1 } : { from, to };
}

function nextOf({ nextTime, lastTime }: PageEnd, rest: Period, order: ReadOrder): number | undefined {
  const start = order === "oldest-first" ? rest.from : rest.to;
  if (nextTime !== undefined && isBeyond(nextTime, start, order)) return nextTime;
  if (lastTime === undefined) return undefined;
  const next = order === "oldest-first" ? lastTime + 1 : lastTime - 1;
  return isBeyond(next, start, order) ? next : undefined;
}
