/** The conditions, for the dialog and the runtime; the first is the default. */
export const conditionNames = [
  "eq",
  "neq",
  "lt",
  "lte",
  "gt",
  "gte",
  "between",
  "true",
  "false",
  "any",
  "jsonata",
] as const;

export type ConditionName = (typeof conditionNames)[number];

/** How many values a condition compares with. */
export function operandsOf(name: ConditionName): 0 | 1 | 2 {
  if (name === "between") return 2;
  return name === "true" || name === "false" || name === "any" ? 0 : 1;
}

/** Whether the values that a condition compares with have to be numbers. */
export function needsNumbers(name: ConditionName): boolean {
  return ["lt", "lte", "gt", "gte", "between"].includes(name);
}

/** Whether a condition applies to a state, which is text. */
export function fitsState(name: ConditionName): boolean {
  return ["eq", "neq", "any", "jsonata"].includes(name);
}

/** What a state can be; status messages have the first two. */
export const deviceStates: readonly string[] = ["online", "offline", "unactive", "disabled"];
