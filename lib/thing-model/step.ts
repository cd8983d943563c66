import type { NumberType } from "./data-type";
import { compare, type Decimal, onGrid, plainText, readDecimal, trimmed } from "./decimal";
import { modelLimits, zero } from "./number-type";
import { type ProblemText, quoted } from "./problem";

/**
 * A note for the user who types a number that is off its step. The platform's error codes cover type and range of a
 * number, never its step, and some models have steps that miss their own max. So a step rejects nothing, and numbers
 * count as on the step if counted from min or from zero, or if they are an end of the range.
 * @param text a number as it goes on the wire
 */
export function offStep(text: string, type: NumberType): ProblemText | undefined {
  const { min, max, step } = modelLimits(type);
  if (step && isNearlyOn(Number(text), type)) return undefined;
  const number = step && readDecimal(text);
  if (!step || typeof number !== "object") return undefined;
  if (max && compare(number, max) === 0) return undefined;
  if (isOn(number, zero, step) || (min && isOn(number, min, step))) return undefined;
  const base = min ?? zero;
  const { below, above } = onGrid(number, base, step);
  const isAboveNearer = above.units - units(number, above) < units(number, above) - below.units;
  const near = isAboveNearer && (max === undefined || compare(above, max) <= 0) ? above : below;
  return {
    key: "check.off-step",
    params: { step: shortText(step), from: shortText(base), near: shortText(near) },
  };
}

/** A quick test without big integers, which most numbers pass; it ignores a billionth of a step. */
function isNearlyOn(number: number, { min = 0, step = 0 }: NumberType): boolean {
  return [number / step, (number - min) / step].some(
    (steps) => Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, Math.abs(steps)),
  );
}

function isOn(number: Decimal, base: Decimal, step: Decimal): boolean {
  const { below, above } = onGrid(number, base, step);
  return compare(below, above) === 0;
}

/** Units of a number at the scale of a finer or equal one. */
function units(number: Decimal, finer: Decimal): bigint {
  return number.units * 10n ** BigInt(finer.scale - number.scale);
}

/** A number as written in messages. */
export function shortText(decimal: Decimal): string {
  return quoted(plainText(trimmed(decimal)));
}
