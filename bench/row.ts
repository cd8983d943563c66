/** What the rows of a part are about; its titles are in `row-table.ts`. */
export type PartName =
  | "calls"
  | "left"
  | "boot"
  | "quiet"
  | "messages"
  | "fleet"
  | "coordination"
  | "safety"
  | "memory"
  | "editor"
  | "small";

/** One figure of the bench, as the documentation shows it. Any part may return some. */
export interface Row {
  part: PartName;
  /** What was measured, in both languages of the documentation. */
  line: { en: string; zh: string };
  value: number;
  /** `×` for a ratio, `ms`, `µs`, `B`, `MB`, `1/s`; blank for a plain number. */
  unit: string;
  /** What is wanted; left out for a figure that is only told. */
  target?: Target | undefined;
  /** The value of the last release, if it was measured in the same way. */
  before?: number | undefined;
  /** How exact the value is, as a share of it: the standard error of a median. */
  error?: number | undefined;
}

/** A bound of the value, in its unit. */
type Target = { atMost: number } | { atLeast: number };

/** Whether a figure is as wanted; one without a target always is. */
export function isMet({ value, target }: Row): boolean {
  if (!target) return true;
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}
