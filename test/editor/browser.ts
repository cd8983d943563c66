import { existsSync, mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { packageRoot } from "../support/npm";
import type { Runtime } from "../support/runtime";
import { shared } from "../support/shared";
import { listenToComplaints } from "./complaints";

export interface Look {
  version: 4 | 5;
  lang: "en-US" | "zh-CN";
  theme: "light" | "dark";
  /** Pixels of the screen for each of the page's; 1 unless told otherwise. */
  scale?: number;
}

export interface Viewport {
  width: number;
  height: number;
}

/** Node-RED's editor in a browser, as one person has set it up. */
export interface Editor {
  page: Page;
  look: Look;
  viewport: Viewport;
  /** Address of the Node-RED that it belongs to. */
  url: string;
  /** What the browser's console has complained of; a test that ends with one fails. */
  complaints: string[];
  /** Ends what belongs to one test: complaints of later answers to its requests do not count. */
  forgetComplaints(): void;
  /** Keeps a picture for a person to look at, in test/output; only where the variable PICTURES asks for them. */
  picture(name: string, of?: Locator): Promise<void>;
  /** Keeps what is to be seen and what the console has said, in test/output, and names the files. */
  keepTraces(name: string): Promise<string[]>;
  /** Loads the page anew, as a user does. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

const outputFolder = path.join(packageRoot, "test", "output");
const keepsPictures = Boolean(process.env["PICTURES"]);

/** The first has no windows to draw, and takes a fifth less CPU for the same tests. */
const usualPaths = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/** Starts the browser that is installed on this machine. */
export async function launchBrowser(): Promise<Browser> {
  const paths = process.env["CHROMIUM"] ? [process.env["CHROMIUM"]] : usualPaths;
  const executablePath = paths.find((one) => existsSync(one));
  if (!executablePath) throw new Error(`No browser at ${paths.join(" or ")}; CHROMIUM names another.`);
  return chromium.launch({
    executablePath,
    timeout: 120_000,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

const browser = shared(launchBrowser, (launched) => launched.close());

/** One for each language and theme; it keeps what the browser has loaded, which the next page needs as well. */
const contexts = new Map<string, Promise<BrowserContext>>();

function contextFor({ version, lang, theme, scale = 1 }: Look): Promise<BrowserContext> {
  const key = `${version} ${lang} ${theme} ${scale}`;
  const made = contexts.get(key) ?? newContext(lang, theme, scale);
  contexts.set(key, made);
  return made;
}

/**
 * What slides is drawn anew sixty times a second, in software, and the test waits until it has come to rest. Node-RED's
 * timers of these times, which wait for the same, run at once.
 */
const withoutAnimations = `(() => {
  const later = window.setTimeout;
  const isToSlide = (ms) => [150, 200, 250].includes(ms) && /red\\/red/.test(new Error().stack.split("\\n")[3]);
  window.setTimeout = (action, ms, ...args) => later(action, isToSlide(ms) ? 0 : ms, ...args);
  addEventListener("DOMContentLoaded", () => {
    if (window.jQuery) jQuery.fx.off = true;
    const style = document.createElement("style");
    style.textContent = "*, *::before, *::after { transition: none !important; animation: none !important; }";
    document.head.append(style);
  });
})()`;

async function newContext(lang: string, theme: string, scale: number): Promise<BrowserContext> {
  const context = await (await browser()).newContext({ locale: lang, deviceScaleFactor: scale });
  await context.addInitScript(`localStorage.setItem("view-dark-theme", "${theme}")`);
  await context.addInitScript(withoutAnimations);
  return context;
}

const maxStarts = 3;

/** What a step may take on a machine that does much else; a step that is right takes as long as it needs. */
const stepLimitMs = 60_000;

/** Opens the editor in a new page, and waits until its flows are drawn, of which one has that label. */
export async function newEditor(
  runtime: Runtime,
  look: Look,
  viewport: Viewport,
  label = tabLabel,
): Promise<Editor> {
  const page = await (await contextFor(look)).newPage();
  await page.setViewportSize(viewport);
  page.setDefaultTimeout(stepLimitMs);
  const complaints = listenToComplaints(page, runtime.url);
  mkdirSync(outputFolder, { recursive: true });
  const write = (name: string): string =>
    path.join(outputFolder, `${look.version}-${look.lang}-${look.theme}-${name}`);

  /** Loads the page in this way, and once more where Node-RED's own start failed. */
  async function load(by: () => Promise<unknown>): Promise<void> {
    for (let start = 1; ; start++) {
      complaints.beginStart();
      try {
        await by();
        await editorReady(page, label);
      } catch (error) {
        if (!complaints.hasFailedStart() || start === maxStarts) throw error;
      }
      if (!complaints.hasFailedStart() || start === maxStarts) return;
    }
  }

  const editor: Editor = {
    page,
    look,
    viewport,
    url: runtime.url,
    complaints: complaints.list,
    forgetComplaints: () => complaints.clear(),
    async picture(name, of) {
      if (!keepsPictures) return;
      await (of ?? page).screenshot({ path: `${write(name)}.png` });
    },
    async keepTraces(name) {
      const files = [`${write(name)}.png`, `${write(name)}.log`] as const;
      // A page that hangs has no picture, but it has said something.
      await page.screenshot({ path: files[0] }).catch((error: Error) => complaints.lines.push(error.message));
      await writeFile(files[1], `${page.url()}\n${complaints.lines.join("\n")}\n`);
      return files.map((file) => path.relative(packageRoot, file));
    },
    reload: () => load(() => page.reload()),
    close: () => page.close(),
  };
  try {
    await load(() => page.goto(`${runtime.url}/`));
  } catch (error) {
    const files = await editor.keepTraces("failed-start");
    await editor.close();
    throw new Error(`The editor did not start; see ${files.join(", ")}`, { cause: error });
  }
  return editor;
}

/** The label of the tab that every flow of these tests has. */
export const tabLabel = "Lamps";

export async function editorReady(page: Page, label = tabLabel): Promise<void> {
  await page.getByText(label).first().waitFor();
  await page.locator("#red-ui-loading-progress").waitFor({ state: "hidden" });
}

/** Waits until an element has slid to its place. */
export async function still(element: Locator): Promise<void> {
  await element.waitFor();
  await (await element.elementHandle())?.waitForElementState("stable");
}
