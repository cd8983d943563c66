export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON in which integers beyond 2^53 become text instead of losing digits. */
export function parseJson(source: string): unknown {
  if (!/[:,[\s]-?\d{16,}/.test(source)) return JSON.parse(source);
  const { parse, isSafeNumber }: typeof import("lossless-json") = require("lossless-json");
  const plain: unknown = JSON.parse(source);
  try {
    return parse(source, null, (digits) =>
      /^-?\d+$/.test(digits) && !isSafeNumber(digits) ? digits : Number(digits),
    );
  } catch {
    // It is stricter than JSON about a key that occurs twice.
    return plain;
  }
}
