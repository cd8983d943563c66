import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { sections } from "../../docs/.vitepress/pages";
import { slug } from "../../docs/.vitepress/slug";
import { packageRoot } from "../support/npm";

export const languages = { "en-US": "docs", "zh-CN": "docs/zh" } as const;
export type Language = keyof typeof languages;

/** A file of the repository, by its path from the root. */
export const textOf = (file: string): string => readFileSync(path.join(packageRoot, file), "utf8");

export const isThere = (file: string): boolean => existsSync(path.join(packageRoot, file));
export const isFolder = (file: string): boolean =>
  isThere(file) && statSync(path.join(packageRoot, file)).isDirectory();

/** The page of the site in a language. */
export const pageIn = (language: Language, page: string): string => `${languages[language]}/${page}.md`;

/** Every page of the site that is on disk, in both languages. */
export function pagesOnDisk(): string[] {
  return readdirSync(path.join(packageRoot, "docs"), { recursive: true, encoding: "utf8" })
    .map((name) => path.posix.join("docs", name.replaceAll("\\", "/")))
    .filter((name) => name.endsWith(".md") && !/\/(?:node_modules|\.vitepress)\//.test(name))
    .toSorted();
}

/** The pages that the sidebar lists. */
export const listed = sections.flatMap((section) => section.pages);

/** The text of a page without what stands as code, in which nothing is a link. */
export function proseOf(file: string): string {
  return textOf(file)
    .replace(/^( *)(`{3,}|~{3,})[^]*?^\1\2$/gm, "")
    .replace(/`[^`\n]*`/g, (code) => "`".repeat(code.length));
}

/** The anchors of a page: those of its headings, numbered where they are alike. */
export function anchorsOf(file: string): Set<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  const text = textOf(file).replace(/^( *)(`{3,}|~{3,})[^]*?^\1\2$/gm, "");
  for (const [, heading = ""] of text.matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = slug(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, ""));
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    found.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return found;
}
