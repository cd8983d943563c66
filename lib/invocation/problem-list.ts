import type { Text } from "../base/failure";

/**
 * Problems as one sentence.
 * @param problems at least one
 * @param hasMore whether there are more than these
 */
export function problemList(problems: readonly Text[], hasMore: boolean): Text {
  const texts = hasMore ? [...problems, { key: "errors.check-more" }] : problems;
  return texts.reduceRight((rest, first): Text => ({ key: "errors.check-and", params: { first, rest } }));
}
