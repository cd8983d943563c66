// What is slow to start is started once for all test files of a process; leaks.ts stops it after the last of them.

const stops: (() => Promise<void>)[] = [];

/** A function that starts something when it is first called, and gives the same to everybody until the tests end. */
export function shared<T>(start: () => Promise<T>, stop: (started: T) => Promise<void>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    if (!started) {
      started = start();
      const own = started;
      // A start that failed has failed the tests that wanted it, and left nothing to stop.
      stops.push(() => own.then(stop, () => undefined));
    }
    return started;
  };
}

/** Stops everything that is shared. */
export async function stopShared(): Promise<void> {
  await Promise.all(stops.splice(0).map((stop) => stop()));
}
