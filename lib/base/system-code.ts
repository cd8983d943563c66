/** The system's or library's code of an error, such as `ECONNREFUSED`; empty if there is none. */
export function codeOf(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === "string" && code !== "") return code;
    if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  }
  return "";
}
