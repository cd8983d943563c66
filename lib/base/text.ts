/** Text from outside as one line without control characters, for a status line or a log. */
export function readable(value: string, maxLength: number): string {
  // Most are identifiers, which need no cleaning.
  if (value.length <= maxLength && /^[!-~]*$/.test(value)) return value;
  // The rest is not shown and would only cost time.
  const start = value.slice(0, 10 * maxLength);
  const clean = start.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return clean.length > maxLength || start.length < value.length
    ? `${clean.slice(0, maxLength - 1).toWellFormed()}…`
    : clean;
}

/** An identifier of the platform as text on one line, whatever its type. */
export function identifierText(value: unknown): string | undefined {
  const id = textOf(value);
  return id === undefined ? undefined : readable(id, 100) || undefined;
}

/** A non-empty text, or the digits of a number. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" ? String(value) : undefined;
}
