/**
 * As JSONata's own `$boolean` has it, for what an expression has computed. May take for ever: a small value can hold itself many
 * times over.
 * @throws {TypeError} for a function, which is no answer
 */
export function isTruthy(value: unknown): boolean {
  if (isFunction(value)) throw new TypeError("its value is a function");
  if (Array.isArray(value)) return value.some(isTruthy);
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** JSONata marks its own. */
function isFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  return "_jsonata_lambda" in value || "_jsonata_function" in value;
}
