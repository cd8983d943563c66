// What is slow to start is started once for all test files of a process; leaks.ts stops it after the last of them.

const stops: (() => Promise<void>)[] = [];

/**
 * A function that starts something when it is first called, and gives the same to everybody until the tests end.
 * It starts another one where the start has failed, or where what was started is not fit for use any more.
 */
export function shared<T>(
  start: () => Promise<T>,
  stop: (started: T) => Promise<void>,
  isFit: (started: T) => boolean = () => true,
): () => Promise<T> {
  let current: { started: Promise<T>; isUsable: () => boolean } | undefined;
  return () => {
    if (!current?.isUsable()) {
      const started = start();
      const own = { started, isUsable: () => true };
      current = own;
      started.then(
        (value) => (own.isUsable = () => isFit(value)),
        () => (own.isUsable = () => false),
      );
      // A start that failed has failed the tests that wanted it, and left nothing to stop.
      stops.push(() => started.then(stop, () => undefined));
    }
    return current.started;
  };
}

/** Stops everything that is shared. */
export async function stopShared(): Promise<void> {
  await Promise.all(stops.splice(0).map((stop) => stop()));
}
