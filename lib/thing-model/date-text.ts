/** The last millisecond of a JavaScript date, in the year 275760. */
export const latestDate = 8_640_000_000_000_000;

const isoDate =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * UTC milliseconds of an ISO date. A time of day needs its zone: the one of this machine is not the one of the person
 * who wrote the text. Undefined where the text is no ISO date; `no-date` where it looks like one, such as 30 February.
 */
export function readDateText(text: string): bigint | "no-zone" | "no-date" | undefined {
  const iso = isoDate.exec(text.trim());
  if (!iso) return undefined;
  return iso[2] && !iso[3] ? "no-zone" : (millisecondsOf(iso) ?? "no-date");
}

function millisecondsOf([, day = "", time = "00:00", zone = "Z"]: RegExpExecArray): bigint | undefined {
  // JavaScript takes 30 February for 1 March.
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const milliseconds = Date.parse(`${day}T${time.replace(",", ".")}${withColon(zone)}`);
  return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds);
}

/** `+08` and `+0800` are ISO, but not JavaScript's. */
function withColon(zone: string): string {
  const [, hours, minutes = "00"] = /^([+-]\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  return hours ? `${hours}:${minutes}` : zone.toUpperCase();
}
