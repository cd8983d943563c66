import { isBlank } from "../base/blank";
import { readCanary } from "../base/canary";
import { describeValue } from "../base/describe";
import { invalidInput } from "../base/failure";
import { numberBounds, readBounded } from "../base/number-bounds";

/** So many devices, or so many per cent of them. */
type Canary = NonNullable<ReturnType<typeof readCanary>>;

/** How a command is rolled out, as the dialog says. */
export interface RollOutPlan {
  /** Devices per second; undefined: what the account allows. */
  pace?: number | undefined;
  /** Devices that go first; undefined: all go at once. */
  canary?: Canary | undefined;
  /** Each step has so many times the devices of the one before; 1: all the rest at once. */
  growth: number;
  /** Per cent of failures that ends it; undefined: none does. */
  stopAt?: number | undefined;
  /** Devices that must have ended before `stopAt` counts. */
  stopAfter: number;
}

/** The properties of the dialog, as numbers or as text. */
type PlanSettings = Readonly<Record<"pace" | "canary" | "growth" | "stopAt" | "stopAfter", unknown>>;

/**
 * Reads the plan of a roll-out from a flow file.
 * @throws {Failure} `invalid-input`
 */
export function readPlan({ pace, canary, growth, stopAt, stopAfter }: PlanSettings): RollOutPlan {
  return {
    pace: finite(readNumber(pace, "pace", "errors.field-pace")),
    canary: isBlank(canary) ? undefined : canaryOf(canary),
    growth: readNumber(growth, "growth", "errors.field-growth"),
    stopAt: finite(readNumber(stopAt, "stopAt", "errors.field-stop-at")),
    stopAfter: readNumber(stopAfter, "stopAfter", "errors.field-stop-after"),
  };
}

/** How many of so many devices are the canary; all where there is none. */
export function canarySize({ canary }: RollOutPlan, devices: number): number {
  if (!canary) return Infinity;
  return "devices" in canary ? canary.devices : Math.max(1, Math.ceil((canary.percent * devices) / 100));
}

function canaryOf(value: unknown): Canary {
  const canary = readCanary(value);
  if (canary) return canary;
  throw invalidInput({ key: "errors.rollout-canary-value", params: { came: describeValue(value) } });
}

function readNumber(value: unknown, name: "pace" | "growth" | "stopAt" | "stopAfter", key: string): number {
  const bounds = numberBounds[name];
  const number = isBlank(value) ? bounds.blank : readBounded(value, bounds);
  if (number !== undefined) return number;
  const { min, max } = bounds;
  throw invalidInput({
    key: "errors.setting-number",
    params: { field: { key }, min, max, came: describeValue(value) },
  });
}

function finite(number: number): number | undefined {
  return number === Infinity ? undefined : number;
}
