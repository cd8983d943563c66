import type { DeviceTarget } from "../look-up/property-rows";

/** What can be read of a device; the values of `what` in the flow file. */
export const readings = [
  "properties",
  "desired",
  "state",
  "property-history",
  "event-history",
  "service-history",
] as const;

export type Reading = (typeof readings)[number];

export const readOrders = ["newest-first", "oldest-first"] as const;

export type ReadOrder = (typeof readOrders)[number];

/** Part of a history; UTC milliseconds, both ends included. */
export interface Period {
  from: number;
  to: number;
}

/** What to read of which device. */
export type ReadRequest =
  | { what: "properties" | "desired"; target: DeviceTarget; identifiers: readonly string[] }
  | { what: "state"; target: DeviceTarget }
  /** The states of several devices, all named in the same way. */
  | { what: "states"; targets: readonly DeviceTarget[] }
  | AskedHistory;

/** A time in UTC milliseconds, or so many milliseconds back from when it was asked for. */
export type AskedMoment = { time: number } | { back: number };

/** A period as a message asks for it. What is now, only the platform's clock tells, which need not be known yet. */
export interface AskedPeriod {
  from: AskedMoment;
  /** Undefined: the present. */
  to: AskedMoment | undefined;
  /** When it was asked for, by `performance.now()`. */
  askedAt: number;
}

/** A history as a message asks for it. */
interface AskedHistory extends Omit<HistoryRequest, "period"> {
  period: AskedPeriod;
}

export interface HistoryRequest {
  what: "property-history" | "event-history" | "service-history";
  target: DeviceTarget;
  /** None: all. */
  identifiers: readonly string[];
  period: Period;
  order: ReadOrder;
  /** Entries of each identifier at most. */
  limit: number;
}

/** Whether one of the histories is read, which take a period, an order and a limit. */
export function isHistory(what: Reading): what is HistoryRequest["what"] {
  return what.endsWith("-history");
}

/** Devices whose states one message can ask for; the platform takes 50 in one call. */
export const maxDevices = 1000;

/** What a message can name; a thing model has 300 functions. */
export const maxIdentifiers = 500;

/** How long the platform keeps histories (docs/protocol.md, 7.3). */
export const historyMs = 30 * 86_400_000;
