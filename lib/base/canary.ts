/** The devices that go first: so many of them, or so many per cent of all. */
export type Canary = { devices: number } | { percent: number };

/**
 * Reads a canary: `10`, `"10"` or `"5%"`.
 * @returns undefined where it is neither a whole number of devices of at least 1 nor more than 0 and at most 100 per cent
 */
export function readCanary(value: unknown): Canary | undefined {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  const [, digits, sign] = /^(\d{1,9}(?:\.\d{1,9})?)\s*([%％]?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  if (number <= 0) return undefined;
  if (sign) return number <= 100 ? { percent: number } : undefined;
  return Number.isInteger(number) ? { devices: number } : undefined;
}
