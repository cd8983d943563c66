import type { Redis } from "ioredis";
import { timedOut, withTimeout } from "../base/with-timeout";
import type { Script } from "./scripts";

/** An answer that takes longer is of no use: the calls that wait for it would be late. */
export const slowAfterMs = 300;

/**
 * Runs a script, which Redis may have forgotten.
 * @throws {Error} what Redis has answered, or that the connection has ended
 */
export async function runScript(
  redis: Redis,
  { sha, text }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.call("EVALSHA", sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return redis.call("EVAL", text, keys.length, ...keys, ...args);
  }
}

/**
 * An answer that comes within 300 ms.
 * @returns `timedOut` where it takes longer
 */
export async function answerInTime<T>(answering: Promise<T>): Promise<T | typeof timedOut> {
  const answer = await withTimeout(answering, slowAfterMs);
  if (answer !== timedOut) return answer;
  // A busy event loop comes to the timers that are due before it reads what has arrived.
  await new Promise((resolve) => setImmediate(resolve));
  return withTimeout(answering, 0);
}
