import { type NumberBounds, readBounded } from "./number-bounds";

/** The devices that go first: so many of them, or so many per cent of all. */
type Canary = { devices: number } | { percent: number };

const devicesBounds: NumberBounds = { blank: Number.NaN, min: 1, max: 1_000_000, isWhole: true };
const percentBounds: NumberBounds = { blank: Number.NaN, min: 0.001, max: 100 };

/**
 * Reads a canary: `10`, `"10"` or `"5%"`.
 * @returns undefined where it is neither a whole number of devices nor a percentage, or blank
 */
export function readCanary(value: unknown): Canary | undefined {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  if (text === "" || text === "%") return undefined;
  if (text.endsWith("%")) {
    const percent = readBounded(text.slice(0, -1), percentBounds);
    return percent === undefined ? undefined : { percent };
  }
  const devices = readBounded(text, devicesBounds);
  return devices === undefined ? undefined : { devices };
}
