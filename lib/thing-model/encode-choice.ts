import type { ChoiceType } from "./data-type";
import { isWhole, wholeText } from "./decimal";
import { numberOf } from "./encode-number";
import { came, choices, wrongType, type ProblemText } from "./problem";

/**
 * A `bool` or `enum` as the number of its item (reference, 1.2). Taken are the number, as text as well, the
 * item's exact label, and for `bool` true and false.
 */
export function encodeChoice(value: unknown, type: ChoiceType, isComputed: boolean): string | ProblemText {
  const number = numberOf(value, isComputed);
  const key = typeof number === "object" && isWhole(number) ? wholeText(number) : truthNumber(value, type);
  const found = type.items.filter((item) => String(item.value) === key || item.label === value);
  const [first, ...others] = found;
  if (first === undefined) return wrongType(value, type);
  // Labels may be numbers too: with the items 0 (1), 1 (2) nobody knows what the text "1" means.
  if (others.some((other) => other.value !== first.value)) {
    return { key: "check.ambiguous", params: { choices: choices(found), came: came(value) } };
  }
  return String(first.value);
}

function truthNumber(value: unknown, type: ChoiceType): string | undefined {
  if (type.type !== "bool") return undefined;
  const said = typeof value === "string" ? value.trim().toLowerCase() : String(value);
  if (said === "true") return "1";
  return said === "false" ? "0" : undefined;
}
