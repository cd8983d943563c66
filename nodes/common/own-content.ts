/** A copy of what a message of a device contains: several nodes may get the same message, and each flow may change its own. */
export function ownContent(payload: unknown): unknown {
  return Buffer.isBuffer(payload) ? Buffer.from(payload) : structuredClone(payload);
}
