import { unsetVariable } from "../../lib/base/env-name";
import { invalidInput, type Text } from "../../lib/base/failure";
import { describeValue } from "../../lib/base/describe";
import { type NumberBounds, readBounded } from "../../lib/base/number-bounds";

/**
 * Reads a number of a node's configuration, which may be text, blank or `${ENV}` resolved to text.
 * @param fieldKey key of the field's name
 * @throws Failure `invalid-input`
 */
export function readNumber(value: unknown, fieldKey: string, bounds: NumberBounds): number {
  const number = readBounded(value, bounds);
  if (number !== undefined) return number;
  const field: Text = { key: fieldKey };
  const came = describeValue(value);
  throw invalidInput({
    key: "errors.setting-number",
    params: { field, least: bounds.min, most: bounds.max, came },
  });
}

/** Text of a node's configuration; anything else counts as blank. */
export function readText(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

/**
 * Text of a node's configuration that names something.
 * @throws Failure `invalid-input` where it is an environment variable that does not exist, which leaves its name behind
 */
export function readName(value: unknown, field: Text): string {
  const name = readText(value);
  const variable = unsetVariable(name);
  if (variable) throw invalidInput({ key: "errors.env-missing", params: { field, variable } });
  return name;
}
