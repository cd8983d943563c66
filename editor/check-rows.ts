import type { CheckStep } from "../lib/look-up/connection-check";

/** One line of a check's result. */
interface CheckRow extends Omit<CheckStep, "action"> {
  /** RAM actions that the line is about, without `iot:`. */
  actions: string[];
}

/**
 * The lines of a check's result: each cause once. Permissions that fail for the same reason share a line, and advice
 * that applies to several lines stands under the last of them.
 */
export function checkRows(steps: readonly CheckStep[]): CheckRow[] {
  const rows = new Map<string, CheckRow>();
  for (const { action, ...step } of steps) {
    const key = JSON.stringify(step.state === "ok" ? [step.step, action] : step);
    const row = rows.get(key);
    if (!row) rows.set(key, { ...step, actions: action === undefined ? [] : [action] });
    else if (action !== undefined) row.actions.push(action);
  }
  const list = [...rows.values()];
  const advice = ({ hint, hintParams }: CheckRow): string => JSON.stringify([hint, hintParams]);
  return list.map((row, index) => {
    const isSaidBelow = list.slice(index + 1).some((other) => advice(other) === advice(row));
    if (!isSaidBelow) return row;
    const { hint: _hint, hintParams: _params, ...rest } = row;
    return rest;
  });
}

/** Whether a failure kept the steps after it from being made. */
export function isCutShort(steps: readonly CheckStep[]): boolean {
  return steps.some(({ step, state }) => state === "failed" && step !== "permission");
}
