import { LosslessNumber } from "lossless-json";
import type { DateType } from "./data-type";
import { latestDate, readDateText } from "./date-text";
import { isWhole, wholeText } from "./decimal";
import { numberOf } from "./encode-number";
import { came, type ProblemText, wrongType } from "./problem";

/**
 * A date as text of UTC milliseconds, from milliseconds or from ISO text. A time of day needs
 * a time zone, since that of this machine may not be that of the text.
 */
export function encodeDate(value: unknown, type: DateType): string | ProblemText {
  const short = value instanceof LosslessNumber ? value.value : value;
  // The usual case: milliseconds.
  if (typeof short === "string" && /^[1-9]\d{0,14}$/.test(short)) return `"${short}"`;
  const read = (typeof value === "string" ? readDateText(value) : undefined) ?? fromNumber(value);
  if (read === "no-zone") return { key: "check.date-zone", params: { came: came(value) } };
  if (read === undefined || read === "no-date" || read > latestDate) return wrongType(value, type);
  if (read < 0n) return { key: "check.date-early", params: { came: came(value) } };
  return `"${read}"`;
}

function fromNumber(value: unknown): bigint | undefined {
  const number = numberOf(value, false);
  return typeof number === "object" && isWhole(number) ? BigInt(wholeText(number)) : undefined;
}
