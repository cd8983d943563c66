/** What the theme itself says, in both languages. */
export const siteTexts = {
  en: {
    description: "Node-RED nodes that command devices on Alibaba Cloud IoT Platform",
    theme: {
      editLink: {
        pattern: "https://github.com/thing-service/node-red-aliyun-iot/edit/main/docs/:path",
        text: "Edit this page on GitHub",
      },
      outline: { level: [2, 3] as [number, number], label: "On this page" },
    },
  },
  zh: {
    description: "用于 Node-RED 的节点：向阿里云物联网平台的设备下发指令",
    theme: {
      editLink: {
        pattern: "https://github.com/thing-service/node-red-aliyun-iot/edit/main/docs/:path",
        text: "在 GitHub 上编辑此页",
      },
      outline: { level: [2, 3] as [number, number], label: "本页内容" },
      docFooter: { prev: "上一页", next: "下一页" },
      darkModeSwitchLabel: "外观",
      lightModeSwitchTitle: "切换到浅色主题",
      darkModeSwitchTitle: "切换到深色主题",
      sidebarMenuLabel: "目录",
      returnToTopLabel: "返回顶部",
      langMenuLabel: "选择语言",
      skipToContentLabel: "跳到正文",
      notFound: {
        title: "页面不存在",
        quote: "请检查地址，或从首页重新查找。",
        linkLabel: "返回首页",
        linkText: "返回首页",
      },
    },
  },
};

export const searchTexts = {
  button: { buttonText: "搜索", buttonAriaLabel: "搜索" },
  modal: {
    displayDetails: "显示详细内容",
    resetButtonTitle: "清除",
    backButtonTitle: "关闭",
    noResultsText: "没有找到：",
    footer: { selectText: "打开", navigateText: "选择", closeText: "关闭" },
  },
};

/**
 * The words of a text for the search: those between spaces and punctuation, and of Chinese, which has nothing between its
 * words, every two neighbouring characters. The site hands its source to the browser, so it uses nothing from outside.
 */
export function tokenize(text: string): string[] {
  return text
    .split(/[\n\r\p{Z}\p{P}\p{S}]+|(\p{Script=Han}+)/u)
    .filter(Boolean)
    .flatMap((part) => {
      const characters = Array.from(part);
      if (characters.length < 3 || !/\p{Script=Han}/u.test(part)) return [part];
      return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
    });
}
