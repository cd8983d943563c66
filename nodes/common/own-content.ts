/**
 * A copy of what a message of a device contains: several nodes may get the same message, and each flow may change its own.
 * Bench line: "message-in" in bench/messages.ts; structuredClone takes several times as long.
 * @param payload parsed JSON, text or a Buffer
 */
export function ownContent(payload: unknown): unknown {
  return Buffer.isBuffer(payload) ? Buffer.from(payload) : copyOf(payload);
}

/** JSON from outside nests at most 200 levels (lib/base/json.ts). */
function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  // The members are there before any is replaced, `__proto__` included, which assigning would not create.
  const copy: Record<string, unknown> = { ...value };
  for (const name in copy) {
    const member = copy[name];
    if (typeof member === "object" && member !== null) copy[name] = copyOf(member);
  }
  return copy;
}
