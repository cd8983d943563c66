import { isName } from "../lib/base/identifiers";
import { textOf } from "../lib/base/text";

/**
 * The name in a field, where it is known before any message: not blank, without an environment variable, and one that
 * the platform can have. Others are not looked up, since the dialog itself refuses them.
 */
export function plainName(value: unknown): string | undefined {
  const text = (textOf(value) ?? "").trim();
  return isName(text) ? text : undefined;
}
