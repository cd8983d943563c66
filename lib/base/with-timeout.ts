/** The result when the time is over. */
export const timedOut = Symbol("timed out");

/**
 * Waits for a promise that cannot be cancelled, for a limited time. A later result is dropped. (A call to the platform
 * has a `Deadline`, which also aborts it.)
 * @param milliseconds at most what a timer of Node.js accepts; the timer does not keep the process alive
 * @returns `timedOut` if the time is over first; rejects as the promise does
 */
export function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof timedOut> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, timedOut).unref();
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
