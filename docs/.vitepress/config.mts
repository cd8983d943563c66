import { type DefaultTheme, defineConfig } from "vitepress";
import { linkOnSite, repository } from "./links";
import { sections } from "./pages";
import { slug } from "./slug";
import { searchTexts, siteTexts, tokenize } from "./texts";

type Language = "en" | "zh";

function sidebar(language: Language): DefaultTheme.SidebarItem[] {
  // A section is open while one of its pages is read.
  return sections.map((section, index) => ({
    text: section[language],
    collapsed: index > 1,
    items: section.pages.map((page) => ({ text: page[language], link: addressOf(page, language) })),
  }));
}

function addressOf(page: { path: string; isEnglish?: true }, language: Language): string {
  const folder = language === "zh" && !page.isEnglish ? "/zh/" : "/";
  return folder + page.path.replace(/(^|\/)index$/, "$1");
}

/** The sections that have a folder of their own. */
function navigation(language: Language): DefaultTheme.NavItem[] {
  return sections.flatMap(({ pages: [first], ...section }) => {
    const [folder, ...rest] = first?.path.split("/") ?? [];
    if (!first || rest.length === 0 || folder === "contributing") return [];
    const activeMatch = `^${language === "zh" ? "/zh" : ""}/${folder}/`;
    return [{ text: section[language], link: addressOf(first, language), activeMatch }];
  });
}

// oxlint-disable-next-line import/no-default-export -- VitePress reads it.
export default defineConfig({
  // Where GitHub Pages serves a project.
  base: process.env.DOCS_BASE ?? "/node-red-aliyun-iot/",
  title: "Aliyun IoT for Node-RED",
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ["node_modules/**"],
  head: [["meta", { name: "theme-color", content: "#ff6a00" }]],
  markdown: {
    anchor: { slugify: slug },
    config: (markdown) => {
      const { link_open: openLink, fence } = markdown.renderer.rules;
      markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
        const link = tokens[index]?.attrGet("href");
        if (typeof link === "string") tokens[index]?.attrSet("href", linkOnSite(env.relativePath, link));
        return openLink?.(tokens, index, options, env, self) ?? self.renderToken(tokens, index, options);
      };
      markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
        const token = tokens[index];
        if (token?.info.trim() !== "mermaid") return fence?.(tokens, index, options, env, self) ?? "";
        return `<Diagram code="${encodeURIComponent(token.content)}" />\n`;
      };
    },
  },
  themeConfig: {
    search: {
      provider: "local",
      options: {
        locales: { zh: { translations: searchTexts } },
        miniSearch: { options: { tokenize } },
      },
    },
    socialLinks: [{ icon: "github", link: repository }],
  },
  locales: {
    root: {
      label: "English",
      lang: "en-US",
      description: siteTexts.en.description,
      themeConfig: { nav: navigation("en"), sidebar: sidebar("en"), ...siteTexts.en.theme },
    },
    zh: {
      label: "简体中文",
      lang: "zh-CN",
      title: "Node-RED 阿里云物联网平台节点",
      description: siteTexts.zh.description,
      themeConfig: {
        siteTitle: "Node-RED 物联网平台节点",
        nav: navigation("zh"),
        sidebar: sidebar("zh"),
        ...siteTexts.zh.theme,
      },
    },
  },
});
