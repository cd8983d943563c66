import type { Input } from "../../invocation/inputs";

/** Stands in until the one that reads tags lands. */
export function readTags(input: Input): Readonly<Record<string, string>> {
  return input.value as Record<string, string>;
}
