/** The last millisecond of a JavaScript date, in the year 275760. */
export const latestDate = 8_640_000_000_000_000;

const isoDate =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * UTC milliseconds of an ISO date. A time of day needs a time zone, since that of this machine may not be that of the text.
 * Undefined if the text is not an ISO date; `no-date` if it only looks like one, such as 30 February.
 */
export function readDateText(text: string): bigint | "no-zone" | "no-date" | undefined {
  const iso = isoDate.exec(text.trim());
  if (!iso) return undefined;
  return iso[2] && !iso[3] ? "no-zone" : (millisecondsOf(iso) ?? "no-date");
}

function millisecondsOf([, day = "", time = "00:00", zone = "Z"]: RegExpExecArray): bigint | undefined {
  // JavaScript reads 30 February as 1 March.
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const milliseconds = Date.parse(`${day}T${time.replace(",", ".")}${withColon(zone)}`);
  return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds);
}

/** `+08` and `+0800` are valid in ISO 8601, but not in JavaScript. */
function withColon(zone: string): string {
  const [, hours, minutes = "00"] = /^([+-]\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  return hours ? `${hours}:${minutes}` : zone.toUpperCase();
}
