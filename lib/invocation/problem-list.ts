import type { Text } from "../base/failure";
import type { Encoding } from "../thing-model/encode";

/**
 * Problems as one sentence.
 * @param problems at least one
 * @param hasMore whether there are more than these
 */
export function problemList(problems: readonly Text[], hasMore: boolean): Text {
  const texts = hasMore ? [...problems, { key: "errors.check-more" }] : problems;
  return texts.reduceRight((rest, first): Text => ({ key: "errors.check-and", params: { first, rest } }));
}

/** What does not fit a thing model, each with its path, as one sentence. */
export function misfitText({ problems, hasMore }: Encoding): Text {
  const texts = problems.map(({ path, text }): Text => ({
    key: "errors.check-at",
    params: { path, problem: text },
  }));
  return problemList(texts, hasMore === true);
}
