import { describeValue } from "../base/describe";
import { invalidInput } from "../base/failure";
import { type NumberBounds, readBounded } from "../base/number-bounds";

/** How a command is rolled out, as the dialog says. */
export interface RollOutPlan {
  /** Devices per second; undefined: what the account allows. */
  pace?: number | undefined;
  /** Devices that go first. */
  canary?: { devices: number } | { percent: number } | undefined;
  /** Each step has so many times the devices of the one before; 1: all the rest at once. */
  growth: number;
  /** Per cent of failures that ends it. */
  stopAt?: number | undefined;
  /** Devices that must have ended before `stopAt` counts. */
  stopAfter: number;
}

/** The properties of the dialog, which may be numbers or text. */
export type PlanSettings = Readonly<Record<"pace" | "canary" | "growth" | "stopAt" | "stopAfter", unknown>>;

export const planBounds = {
  pace: { blank: Number.NaN, min: 0.001, max: 1_000_000 },
  canary: { blank: Number.NaN, min: 1, max: 1_000_000, isWhole: true },
  canaryPercent: { blank: Number.NaN, min: 0.001, max: 100 },
  growth: { blank: 2, min: 1, max: 1_000_000 },
  stopAt: { blank: Number.NaN, min: 0, max: 100 },
  stopAfter: { blank: 10, min: 1, max: 1_000_000, isWhole: true },
} satisfies Record<string, NumberBounds>;

/**
 * Reads the plan of a roll-out from a flow file.
 * @throws {Failure} `invalid-input`
 */
export function readPlan(settings: PlanSettings): RollOutPlan {
  return {
    pace: readOptional(settings.pace, "errors.field-pace", planBounds.pace),
    canary: readCanary(settings.canary),
    growth: readOptional(settings.growth, "errors.field-growth", planBounds.growth) ?? 2,
    stopAt: readOptional(settings.stopAt, "errors.field-stop-at", planBounds.stopAt),
    stopAfter: readOptional(settings.stopAfter, "errors.field-stop-after", planBounds.stopAfter) ?? 10,
  };
}

/** How many of so many devices are the canary; all where there is none. */
export function canarySize({ canary }: RollOutPlan, devices: number): number {
  if (!canary) return Infinity;
  return "devices" in canary ? canary.devices : Math.max(1, Math.ceil((canary.percent * devices) / 100));
}

function readCanary(value: unknown): RollOutPlan["canary"] {
  const text = typeof value === "string" ? value.trim() : "";
  if (!text.endsWith("%")) {
    const devices = readOptional(value, "errors.field-canary", planBounds.canary);
    return devices === undefined ? undefined : { devices };
  }
  const given = text.slice(0, -1).trim();
  const percent = given === "" ? undefined : readBounded(given, planBounds.canaryPercent);
  if (percent !== undefined) return { percent };
  const { min, max } = planBounds.canaryPercent;
  const params = { field: { key: "errors.field-canary" }, min, max, came: describeValue(value) };
  throw invalidInput({ key: "errors.setting-number", params });
}

function readOptional(value: unknown, fieldKey: string, bounds: NumberBounds): number | undefined {
  const isBlank = value === undefined || value === null || (typeof value === "string" && value.trim() === "");
  const number = isBlank ? bounds.blank : readBounded(value, bounds);
  if (number === undefined) {
    const { min, max } = bounds;
    const params = { field: { key: fieldKey }, min, max, came: describeValue(value) };
    throw invalidInput({ key: "errors.setting-number", params });
  }
  return Number.isNaN(number) ? undefined : number;
}
