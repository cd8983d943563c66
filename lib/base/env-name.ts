/** The environment variable that a setting names; Node-RED leaves its name where there is none: `${KEY}` or `$(KEY)`. */
export function unsetVariable(text: string): string | undefined {
  return /^\$[({](.+)[)}]$/.exec(text)?.[1];
}
