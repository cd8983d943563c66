/** Limits of an expression: milliseconds, depth of calls, elements. */
export const evaluationLimits = { timeout: 1000, stack: 500, sequence: 100_000 };

/**
 * When the thread itself is ended, in ms: JSONata checks its limits between two steps, and a regular expression is one
 * step, however long it takes.
 */
export const hardLimitMs = 1500;

/** Memory limits of an expression, in MB. */
export const memoryLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/** One evaluation, as it is sent to the thread. */
export interface Task {
  text: string;
  /** Without it, only what is wrong with the expression is wanted. */
  input?: object;
  /** Only whether the value is true is wanted. */
  isTest?: true;
}

/** `ready` once, then one answer for each task. */
export type Answer = { ready: true } | { value: unknown } | { error: string };
