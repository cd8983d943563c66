/** The variable in a setting such as `${KEY}` or `$(KEY)`, which Node-RED leaves in place if it is not set. */
export function unsetVariable(text: string): string | undefined {
  return /^\$[({](.+)[)}]$/.exec(text)?.[1];
}

/**
 * Whether a field holds only a reference to an environment variable; Node-RED's editor does not validate such fields.
 */
export function isVariable(value: unknown): boolean {
  return typeof value === "string" && /^\$(\{[a-zA-Z_]\w*\}|\([a-zA-Z_]\w*\))$/.test(value);
}
