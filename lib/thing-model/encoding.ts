import type { ArgsProblem } from "./problem";

/** Args as they go out, and what is wrong with them. */
export interface Encoding {
  /** JSON for the wire. Where there are problems the values in question stand as they came. */
  text: string;
  /** The first of them, in the order of the args; what comes behind the last one has not been looked at. */
  problems: ArgsProblem[];
  /** There are more problems than were asked for. */
  hasMore?: true;
  /** Numbers off the step, where they were asked for: nothing is wrong with them, and they go out as they are. */
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
  /** Name the numbers that are off the step, which is no problem. */
  notesSteps?: boolean;
}
