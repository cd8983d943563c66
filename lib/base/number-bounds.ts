/** Bounds of a number field, used by the dialogs and the runtime. */
export interface NumberBounds {
  /** The value of a blank field. */
  blank: number;
  min: number;
  max: number;
  isWhole?: true;
}

/** A day, in seconds. */
const day = 86_400;

/** The numbers of the dialogs by property; times are seconds. */
export const numberBounds = {
  timeout: { blank: 15, min: 0.001, max: day },
  replyTimeout: { blank: 30, min: 0.001, max: day },
  waitTimeout: { blank: 30, min: 0.001, max: 30 * day },
  rate: { blank: 500, min: 0.001, max: 1_000_000 },
  concurrency: { blank: 64, min: 1, max: 10_000, isWhole: true },
  queueLimit: { blank: 10_000, min: 0, max: 1_000_000, isWhole: true },
  queueTtl: { blank: 0, min: 0, max: day },
  /** Entries of a history, for each identifier. */
  limit: { blank: 1000, min: 1, max: 100_000, isWhole: true },
  credits: { blank: 100, min: 1, max: 10_000, isWhole: true },
  /** Of a fleet: devices per second; blank = what the account allows. */
  pace: { blank: Infinity, min: 0.001, max: 1_000_000 },
  /** How many times the devices of the step before. */
  growth: { blank: 2, min: 1, max: 1_000_000 },
  /** Per cent of failures that end a roll-out; blank = none does. */
  stopAt: { blank: Infinity, min: 0, max: 100 },
  /** Devices that must have ended before `stopAt` counts. */
  stopAfter: { blank: 10, min: 1, max: 1_000_000, isWhole: true },
} satisfies Record<string, NumberBounds>;

/** The number that a field holds, as a number or as text; undefined if it is not a number or out of bounds. */
export function readBounded(value: unknown, bounds: NumberBounds): number | undefined {
  if (value === undefined || value === null || value === "") return bounds.blank;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
  if (number < bounds.min || number > bounds.max) return undefined;
  return bounds.isWhole && !Number.isInteger(number) ? undefined : number;
}
