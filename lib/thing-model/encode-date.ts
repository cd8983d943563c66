import { LosslessNumber } from "lossless-json";
import type { DateType } from "./data-type";
import { isWhole, wholeText } from "./decimal";
import { numberOf } from "./encode-number";
import { came, wrongType, type ProblemText } from "./problem";

/** The last millisecond of a JavaScript date, in the year 275760. */
export const latestDate = 8_640_000_000_000_000;

const isoDate =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * A date as text of UTC milliseconds, from milliseconds or from ISO text. A time of day needs
 * its zone: the one of this machine is not the one of the person who wrote the text.
 */
export function encodeDate(value: unknown, type: DateType): string | ProblemText {
  const short = value instanceof LosslessNumber ? value.value : value;
  // Most are milliseconds.
  if (typeof short === "string" && /^[1-9]\d{0,14}$/.test(short)) return `"${short}"`;
  const iso = typeof value === "string" ? isoDate.exec(value.trim()) : null;
  if (iso?.[2] && !iso[3]) return { key: "check.date-zone", params: { came: came(value) } };
  const milliseconds = iso ? fromIso(iso) : fromNumber(value);
  if (milliseconds === undefined || milliseconds > latestDate) return wrongType(value, type);
  if (milliseconds < 0n) return { key: "check.date-early", params: { came: came(value) } };
  return `"${milliseconds}"`;
}

function fromNumber(value: unknown): bigint | undefined {
  const number = numberOf(value, false);
  return typeof number === "object" && isWhole(number) ? BigInt(wholeText(number)) : undefined;
}

function fromIso([, day = "", time, zone = "Z"]: RegExpExecArray): bigint | undefined {
  const midnight = midnightOf(day);
  if (midnight === undefined) return undefined;
  if (time === undefined) return BigInt(midnight);
  const milliseconds = Date.parse(`${day}T${time.replace(",", ".")}${withColon(zone)}`);
  return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds);
}

/** Undefined for a day that no calendar has: JavaScript takes 30 February for 1 March. */
function midnightOf(day: string): number | undefined {
  const [year, month, date] = [day.slice(0, 4), day.slice(5, 7), day.slice(8)].map(Number) as [
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || date < 1) return undefined;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (date > (month === 2 && isLeap ? 29 : daysOfMonths[month - 1]!)) return undefined;
  // JavaScript takes the years up to 99 for those of the last century.
  return year < 100 ? Date.parse(`${day}T00:00Z`) : Date.UTC(year, month - 1, date);
}

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `+08` and `+0800` are ISO, but not JavaScript's. */
function withColon(zone: string): string {
  const [, hours, minutes = "00"] = /^([+-]\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  return hours ? `${hours}:${minutes}` : zone.toUpperCase();
}
