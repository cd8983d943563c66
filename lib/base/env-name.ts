/** The environment variable that a setting names; Node-RED leaves its name where there is none: `${KEY}` or `$(KEY)`. */
export function unsetVariable(text: string): string | undefined {
  return /^\$[({](.+)[)}]$/.exec(text)?.[1];
}

/** Whether a field holds the name of an environment variable and nothing else; Node-RED's editor checks no such field. */
export function isVariable(value: unknown): boolean {
  return typeof value === "string" && /^\$(\{[a-zA-Z_]\w*\}|\([a-zA-Z_]\w*\))$/.test(value);
}
