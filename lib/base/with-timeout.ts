/** What stands for a result that did not come in time. */
export const timedOut = Symbol("timed out");

/**
 * Waits for something that cannot be cancelled, but not for ever. What comes later is dropped. (A call to the platform
 * has a `Deadline`, which also aborts it.)
 * @param milliseconds not more than a timer of Node.js takes; the timer keeps no process alive
 * @returns `timedOut` where it did not come in time; rejects as it does
 */
export function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof timedOut> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, timedOut).unref();
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
