import { type DefaultTheme, defineConfig } from "vitepress";
import { linkOnSite, repository } from "./links";
import { sections } from "./pages";
import { slug } from "./slug";
import { searchTexts, siteTexts, tokenize } from "./texts";

type Language = "en" | "zh";

function sidebar(language: Language): DefaultTheme.SidebarItem[] {
  return sections.map((section) => ({
    text: section[language],
    collapsed: false,
    items: section.pages.map((page) => ({ text: page[language], link: addressOf(page, language) })),
  }));
}

function addressOf(page: { path: string; isEnglish?: true }, language: Language): string {
  const folder = language === "zh" && !page.isEnglish ? "/zh/" : "/";
  return folder + page.path.replace(/(^|\/)index$/, "$1");
}

function navigation(language: Language): DefaultTheme.NavItem[] {
  return sections
    .filter(({ pages }) => pages.length > 3)
    .slice(0, 5)
    .map((section) => ({
      text: section[language],
      link: addressOf(section.pages[0]!, language),
      activeMatch: `^${language === "zh" ? "/zh" : ""}/${section.pages[0]!.path.split("/")[0]}/`,
    }));
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
      const standard = markdown.renderer.rules.link_open!;
      const fence = markdown.renderer.rules.fence!;
      markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
        const token = tokens[index]!;
        const link = token.attrGet("href");
        if (link !== null) token.attrSet("href", linkOnSite(env.relativePath, link));
        return standard(tokens, index, options, env, self);
      };
      markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
        const { info, content } = tokens[index]!;
        if (info.trim() !== "mermaid") return fence(tokens, index, options, env, self);
        return `<Diagram code="${encodeURIComponent(content)}" />\n`;
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
    outline: { level: [2, 3] },
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
      themeConfig: { nav: navigation("zh"), sidebar: sidebar("zh"), ...siteTexts.zh.theme },
    },
  },
});
