import type { ArgsProblem } from "./problem";

/** Encoded args, and their problems. */
export interface Encoding {
  /** JSON in wire format. Values with problems are not changed. */
  text: string;
  /** The first problems, in the order of the args; nothing after the last one has been checked. */
  problems: ArgsProblem[];
  /** There are more problems than `maxProblems`. */
  hasMore?: true;
  /** Numbers that are off the step, if requested: they are valid and sent unchanged. */
  notes?: ArgsProblem[];
}

export interface EncodeOptions {
  /**
   * Whether the text was written from JavaScript values, so that 0.30000000000000004 means 0.3. Otherwise a person wrote
   * it, and its digits are kept.
   */
  isComputed?: boolean;
  /** Maximum number of problems; the check stops at the first one beyond it. */
  maxProblems?: number;
  /** Whether to report numbers that are off the step. */
  notesSteps?: boolean;
}
