/** Ends an expression that never would; milliseconds, calls deep, elements. */
export const evaluationLimits = { timeout: 1000, stack: 500, sequence: 100_000 };

/**
 * When the thread itself is ended, in ms: JSONata looks at its limits between two steps, and a regular expression is
 * one step, whatever time it takes.
 */
export const hardLimitMs = 1500;

/** What an expression may fill, in MB. */
export const memoryLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/** One evaluation, as it is sent to the thread. */
export interface Task {
  text: string;
  input: object;
}

/** `ready` once, then one answer for each task. */
export type Answer = { ready: true } | { value: unknown } | { error: string };
