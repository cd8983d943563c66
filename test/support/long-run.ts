/** Whether the long runs are done in full, as `npm run soak` does them. */
export const isFull = process.env["SOAK"] === "1";

/** How many of so many in a long run: all of them in `npm run soak`, a tenth in every other run. */
export function longRun(count: number): number {
  return isFull ? count : count / 10;
}
