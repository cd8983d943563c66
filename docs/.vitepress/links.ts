import path from "node:path";

export const repository = "https://github.com/thing-service/node-red-aliyun-iot";

/**
 * Where a link of a page leads on the site: files of the repository outside `docs/`, and those in it that are no page,
 * are on GitHub.
 * @param page the page's path below `docs/`
 */
export function linkOnSite(page: string, link: string): string {
  if (/^(?:[a-z]+:|#|\/)/i.test(link)) return link;
  const [target = "", anchor] = link.split("#");
  const file = path.posix.join("docs", path.posix.dirname(page), target);
  const isPage = file.startsWith("docs/") && file.endsWith(".md");
  if (isPage) return link;
  return `${repository}/blob/main/${file}${anchor === undefined ? "" : `#${anchor}`}`;
}
