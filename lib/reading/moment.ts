import { latestDate, readDateText } from "../thing-model/date-text";

const duration =
  /^P(?:(\d+(?:[.,]\d+)?)W|(?:(\d+(?:[.,]\d+)?)D)?(?:T(?=\d)(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?)$/i;
const units = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000];

/** The beginning of a history where none is given. */
export const defaultFrom = "PT24H";

/**
 * A time: UTC milliseconds, also as text, a date, an ISO 8601 date or an ISO 8601 duration back from now. Durations of months and
 * years, which differ in length, are none.
 * @param now UTC milliseconds
 * @returns UTC milliseconds; undefined where it is no time, `no-zone` for a time of day without a time zone
 */
export function readMoment(value: unknown, now: number): number | "no-zone" | undefined {
  const given = value instanceof Date ? value.getTime() : value;
  if (typeof given === "number") return withinDates(given);
  if (typeof given !== "string" || given.length > 100) return undefined;
  const text = given.trim();
  if (/^\d+$/.test(text)) return withinDates(Number(text));
  const milliseconds = durationOf(text);
  if (milliseconds !== undefined) return withinDates(now - milliseconds);
  const date = readDateText(text);
  if (date === "no-zone") return date;
  return typeof date === "bigint" ? Number(date) : undefined;
}

/** Whether a text is written as a duration, which no other time is. */
export function isDurationText(value: unknown): value is string {
  return typeof value === "string" && /^\s*P/i.test(value);
}

/** The milliseconds of an ISO 8601 duration. */
function durationOf(text: string): number | undefined {
  const match = duration.exec(text);
  if (!match || text.length < 3) return undefined;
  const parts = match.slice(1).map((part) => Number((part ?? "0").replace(",", ".")));
  return parts.reduce((sum, part, index) => sum + part * units[index]!, 0);
}

function withinDates(milliseconds: number): number | undefined {
  return Math.abs(milliseconds) <= latestDate ? Math.round(milliseconds) : undefined;
}
