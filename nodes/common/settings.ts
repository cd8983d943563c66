import { describeValue } from "../../lib/base/describe";
import { unsetVariable } from "../../lib/base/env-name";
import { invalidInput, type Text } from "../../lib/base/failure";
import { type NumberBounds, readBounded } from "../../lib/base/number-bounds";
import { settingText } from "../../lib/base/setting-text";

/**
 * Reads a number of a node's configuration, which may be text, blank or `${ENV}` resolved to text.
 * @param fieldKey key of the field's name
 * @throws {Failure} `invalid-input`
 */
export function readNumber(value: unknown, fieldKey: string, bounds: NumberBounds): number {
  const number = readBounded(value, bounds);
  if (number !== undefined) return number;
  const field: Text = { key: fieldKey };
  const came = describeValue(value);
  throw invalidInput({
    key: "errors.setting-number",
    params: { field, min: bounds.min, max: bounds.max, came },
  });
}

/**
 * Text of a node's configuration; blank where nothing is set, and the digits of an environment variable that is a
 * number.
 * @throws {Failure} `invalid-input` where it is anything else, or an environment variable that does not exist, which
 *   leaves its name behind
 */
export function readText(value: unknown, field: Text): string {
  const text = settingText(value);
  if (text === undefined) {
    const key = typeof value === "number" ? "errors.setting-digits" : "errors.setting-text";
    throw invalidInput({ key, params: { field, came: describeValue(value) } });
  }
  const variable = unsetVariable(text);
  if (variable) throw invalidInput({ key: "errors.env-missing", params: { field, variable } });
  return text;
}
