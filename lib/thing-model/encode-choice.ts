import { LosslessNumber } from "lossless-json";
import type { ChoiceType } from "./data-type";
import { isWhole, wholeText } from "./decimal";
import { numberOf } from "./encode-number";
import { came, choices, type ProblemText, wrongType } from "./problem";

type Item = ChoiceType["items"][number];

/** An index, because models may have thousands of items and args as many values. */
interface Index {
  byNumber: ReadonlyMap<string, Item>;
  /** Null if items with different numbers have the same label. */
  byLabel: ReadonlyMap<string, Item | null>;
}

const indexes = new WeakMap<ChoiceType, Index>();

/**
 * A `bool` or `enum` as the number of its item. Accepts the number, also as text, the exact label of the item, and for
 * `bool` true and false.
 */
export function encodeChoice(value: unknown, type: ChoiceType, isComputed: boolean): string | ProblemText {
  const { byNumber, byLabel } = indexOf(type);
  const key = numberText(value, byNumber, isComputed) ?? truthNumber(value, type);
  const numbered = key === undefined ? undefined : byNumber.get(key);
  const labelled = typeof value === "string" ? byLabel.get(value) : undefined;
  // Labels may be numbers too: with the items 0 (1), 1 (2) the text "1" is ambiguous.
  const isAmbiguous = labelled === null || (numbered && labelled && numbered.value !== labelled.value);
  if (isAmbiguous) {
    const found = type.items.filter((item) => String(item.value) === key || item.label === value);
    return { key: "check.ambiguous", params: { choices: choices(found), came: came(value) } };
  }
  const item = numbered ?? labelled;
  return item ? String(item.value) : wrongType(value, type);
}

/** The number of an item as the model writes it, which most values use, too. */
function numberText(
  value: unknown,
  byNumber: ReadonlyMap<string, Item>,
  isComputed: boolean,
): string | undefined {
  const text = value instanceof LosslessNumber ? value.value : value;
  if (typeof text === "string" && byNumber.has(text)) return text;
  const number = numberOf(value, isComputed);
  return typeof number === "object" && isWhole(number) ? wholeText(number) : undefined;
}

function indexOf(type: ChoiceType): Index {
  let index = indexes.get(type);
  if (!index) indexes.set(type, (index = readIndex(type)));
  return index;
}

function readIndex({ items }: ChoiceType): Index {
  const byNumber = new Map<string, Item>();
  const byLabel = new Map<string, Item | null>();
  for (const item of items) {
    const key = String(item.value);
    if (!byNumber.has(key)) byNumber.set(key, item);
    const other = byLabel.get(item.label);
    const isShared = other === null || (other !== undefined && other.value !== item.value);
    byLabel.set(item.label, isShared ? null : item);
  }
  return { byNumber, byLabel };
}

function truthNumber(value: unknown, type: ChoiceType): string | undefined {
  if (type.type !== "bool") return undefined;
  if (typeof value === "boolean") return value ? "1" : "0";
  // Longer text is none of these words.
  if (typeof value !== "string" || value.length > 20) return undefined;
  const said = value.trim().toLowerCase();
  if (said === "true") return "1";
  return said === "false" ? "0" : undefined;
}
