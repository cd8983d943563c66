/**
 * Text of a setting without surrounding white space; blank if it is not set. Node-RED replaces `${NAME}` with the value
 * of the variable, which may be a number.
 * @returns undefined for other types, and for a number that may have lost digits
 */
export function settingText(value: unknown): string | undefined {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value.trim();
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "number") return undefined;
  const digits = String(value);
  const isWhole = Number.isInteger(value);
  return /^-?\d+(\.\d+)?$/.test(digits) && (!isWhole || Number.isSafeInteger(value)) ? digits : undefined;
}
