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

/** Which members of an object, or elements of an array, were computed; the others were typed by a person. */
export type ComputedParts = ReadonlyMap<string | number, boolean | ComputedParts>;

export interface EncodeOptions {
  /**
   * The text was written from JavaScript's values: 0.30000000000000004 means 0.3. Otherwise it is a person's, and its
   * digits stay as they are written. Args may be made of both.
   */
  isComputed?: boolean | ComputedParts;
  /** How many problems are shown; the check ends with the first one beyond them. */
  maxProblems?: number;
  /** Whether to report numbers that are off the step. */
  notesSteps?: boolean;
  /** The members are properties to be set, of which any may be left out. */
  properties?: {
    /** Properties of the model that cannot be set, to name them. */
    readOnly: ReadonlySet<string>;
    /** Whether null stands for "no value", as with desired values. */
    areClearable: boolean;
  };
}
