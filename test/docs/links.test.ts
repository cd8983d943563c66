import assert from "node:assert/strict";
import path from "node:path";
import { linkOnSite, repository } from "../../docs/.vitepress/links";
import { slug } from "../../docs/.vitepress/slug";
import { anchorsOf, isFolder, isThere, listed, pageIn, pagesOnDisk, proseOf, textOf } from "./pages";

const readmes = ["README.md", "README.zh-CN.md"];
const others = ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];
const pages = pagesOnDisk();

/** Every link and picture of a page, those of its front matter included. */
function linksOf(file: string): string[] {
  const text = proseOf(file);
  const ofPage = Array.from(text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g), ([, link]) => link!);
  const ofHtml = Array.from(text.matchAll(/(?:href|src)="([^"]+)"/g), ([, link]) => link!);
  const [, matter = ""] = /^---\n([^]*?)\n---\n/.exec(text) ?? [];
  const ofMatter = Array.from(matter.matchAll(/^ *link: (.+)$/gm), ([, link]) => link!);
  return [...ofPage, ...ofHtml, ...ofMatter];
}

/** What a link leads to: a file of the repository with an anchor; undefined where that is somewhere else. */
function targetOf(from: string, link: string): { file: string; anchor: string } | undefined {
  const [address = "", anchor = ""] = link.split("#").map((part) => decodeURIComponent(part));
  const [, inRepository] = /^(?:blob|tree)\/main\/(.*)$/.exec(address.replace(`${repository}/`, "")) ?? [];
  if (inRepository !== undefined) return { file: inRepository, anchor };
  const raw = "https://raw.githubusercontent.com/thing-service/node-red-aliyun-iot/main/";
  if (address.startsWith(raw)) return { file: address.slice(raw.length), anchor };
  if (/^[a-z]+:/i.test(address)) return undefined;
  if (address === "") return { file: from, anchor };
  if (address.startsWith("/")) return { file: onSite(address), anchor };
  return { file: path.posix.join(path.posix.dirname(from), address), anchor };
}

/** The file behind an address of the site. */
function onSite(address: string): string {
  const file = `docs/public${address}`;
  return isThere(file) || /\.\w+$/.test(address) ? file : `docs${address.replace(/\/$/, "/index")}.md`;
}

/** What is wrong with a page's links. */
function brokenLinks(file: string): string[] {
  return linksOf(file).flatMap((link) => {
    const target = targetOf(file, link);
    if (!target) return [];
    if (!isThere(target.file)) return [`${link}: no such file`];
    if (target.anchor === "" || isFolder(target.file)) return [];
    return anchorsOf(target.file).has(target.anchor) ? [] : [`${link}: no such heading`];
  });
}

describe("links of the documentation", () => {
  for (const file of [...pages, ...readmes, ...others]) {
    it(`lead somewhere: ${file}`, () => assert.deepEqual(brokenLinks(file), []));
  }

  it("are found by these tests", () => {
    assert.ok(linksOf("README.md").length > 20);
    assert.ok(linksOf("docs/index.md").includes("/start/try-it"));
    assert.deepEqual(targetOf("docs/zh/faq.md", "reference/outcomes.md#%E9%87%8D%E8%AF%95"), {
      file: "docs/zh/reference/outcomes.md",
      anchor: "重试",
    });
    assert.equal(targetOf("docs/faq.md", "/pictures/en-US/x.png")?.file, "docs/public/pictures/en-US/x.png");
  });

  for (const file of pages.filter((name) => name.startsWith("docs/zh/"))) {
    it(`stay in Chinese where there is a Chinese page: ${file}`, () => {
      const english = linksOf(file).flatMap((link) => {
        const target = targetOf(file, link)?.file ?? "";
        const twin = target.replace(/^docs\//, "docs/zh/");
        const isOnPurpose = listed.some((page) => page.isEnglish && target === pageIn("en-US", page.path));
        return /^docs\/(?!zh\/).*\.md$/.test(target) && isThere(twin) && !isOnPurpose ? [link] : [];
      });
      assert.deepEqual(english, []);
    });
  }

  for (const file of readmes) {
    it(`are absolute in ${file}, which npm shows`, () => {
      assert.deepEqual(
        linksOf(file).filter((link) => !link.startsWith("https://")),
        [],
      );
    });
  }

  it("to files outside the pages lead to GitHub on the site", () => {
    const blob = `${repository}/blob/main`;
    assert.equal(linkOnSite("operations/security.md", "../../SECURITY.md"), `${blob}/SECURITY.md`);
    assert.equal(linkOnSite("zh/faq.md", "../../lib/base/text.ts#L1"), `${blob}/lib/base/text.ts#L1`);
    assert.equal(
      linkOnSite("operations/side-by-side.md", "../side-by-side/compose.yaml"),
      `${blob}/docs/side-by-side/compose.yaml`,
    );
    for (const link of ["../faq.md#x", "#x", "/charts/x.svg", "https://example.com"]) {
      assert.equal(linkOnSite("start/index.md", link), link);
    }
  });

  it("to headings use the anchors of GitHub", () => {
    assert.equal(
      slug("Browser code: build, debug with source maps"),
      "browser-code-build-debug-with-source-maps",
    );
    assert.equal(slug("Port 1: the result"), "port-1-the-result");
    assert.equal(slug("端口 1：结果"), "端口-1结果");
    assert.equal(slug("1.1 What's `msg.error`?"), "11-whats-msgerror");
  });
});

describe("pages of the documentation", () => {
  it("are in the sidebar, each once", () => {
    const paths = listed.map((page) => page.path);
    assert.deepEqual([...new Set(paths)], paths);
    const wanted = paths.map((page) => pageIn("en-US", page));
    const english = pages.filter((file) => !file.startsWith("docs/zh/") && file !== "docs/index.md");
    assert.deepEqual(wanted.toSorted(), english);
  });

  it("are in both languages", () => {
    const [english, chinese] = [/^docs\/(?!zh\/)/, /^docs\/zh\//].map((folder) =>
      pages.filter((file) => folder.test(file)).map((file) => file.replace(folder, "")),
    );
    assert.deepEqual(chinese, english);
  });

  for (const file of pages) {
    it(`have one title: ${file}`, () => {
      const titles = textOf(file)
        .replace(/^( *)(`{3,})[^]*?^\1\2$/gm, "")
        .match(/^# .+$/gm);
      assert.equal(
        titles?.length ?? 0,
        file.endsWith("docs/index.md") || file === "docs/zh/index.md" ? 0 : 1,
      );
    });
  }

  it("have the same pictures, blocks of code and number of sections in both languages", () => {
    for (const page of listed.filter(({ isEnglish }) => !isEnglish)) {
      const [english, chinese] = (["en-US", "zh-CN"] as const).map((language) => {
        const text = textOf(pageIn(language, page.path));
        return {
          sections: text.match(/^#{2,4} /gm)?.length ?? 0,
          blocks: text.match(/^```\w*$/gm) ?? [],
          pictures: text.match(/\]\(\/pictures\/[^)]*\)/g)?.map((link) => link.replace(language, "")) ?? [],
        };
      });
      assert.deepEqual(chinese, english, page.path);
    }
  });
});

describe("READMEs", () => {
  for (const file of readmes) {
    it(`${file} is short: two screens`, () => {
      assert.ok(textOf(file).split("\n").length <= 90);
    });
  }
});
