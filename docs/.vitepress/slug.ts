/**
 * The anchor of a heading, as GitHub makes it: the pages are read there as well.
 * @param heading its text, without Markdown
 */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-");
}
