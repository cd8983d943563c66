/**
 * Text of a setting, without white space around it; blank where nothing is set. Node-RED fills `${NAME}` in with what
 * the variable holds, and a variable of type number holds a number.
 * @returns undefined for what is no text, and for a number that may have lost digits on its way
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
