/** Whether the long runs are done in full, as `npm run soak` does them. */
export const isFull = process.env["SOAK"] === "1";

/** How many of so many in a long run: all of them in `npm run soak`, a tenth in every other run. */
export function longRun(count: number): number {
  return isFull ? count : count / 10;
}

/** All of several looks in `npm run soak`, the first and the last in every other run. */
export function someLooks<T>(looks: readonly T[]): readonly T[] {
  return isFull ? looks : [looks[0]!, looks.at(-1)!];
}
