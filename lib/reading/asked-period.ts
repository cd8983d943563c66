import { invalidInput } from "../base/failure";
import { isDurationText, readMoment } from "./moment";
import { type AskedMoment, type AskedPeriod, historyMs, type Period } from "./request";

/** @returns undefined where it is no time, `no-zone` for a time of day without a time zone */
export function readAskedMoment(value: unknown): AskedMoment | "no-zone" | undefined {
  if (!isDurationText(value)) {
    const time = readMoment(value, 0);
    return typeof time === "number" ? { time } : time;
  }
  const back = readMoment(value, 0);
  return typeof back === "number" ? { back: -back } : undefined;
}

/**
 * The period itself. One without an end ends now; the platform may be ahead of this machine, and what it has just received must not
 * be left out.
 * @param clock the platform's, which takes a moment of `performance.now()`
 * @throws {Failure} `invalid-input` where it has no length, or begins before what the platform keeps
 */
export function periodOf({ from, to, askedAt }: AskedPeriod, clock: { at(moment: number): number }): Period {
  const now = Math.round(clock.at(askedAt));
  const start = "time" in from ? from.time : now - from.back;
  const end = to && ("time" in to ? to.time : now - to.back);
  if (start < now - historyMs) {
    const params = { field: { key: "errors.field-from" }, days: historyMs / 86_400_000, from: isoOf(start) };
    throw invalidInput({ key: "errors.read-period-long", params });
  }
  if (start >= (end ?? now)) {
    const params = { from: isoOf(start), to: isoOf(end ?? now) };
    throw invalidInput({ key: "errors.read-period-empty", params });
  }
  return { from: start, to: end ?? Math.max(now, Math.ceil(clock.at(performance.now()))) };
}

function isoOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
