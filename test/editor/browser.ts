import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { packageRoot } from "../support/npm";
import type { Runtime } from "../support/runtime";

export interface Look {
  version: 4 | 5;
  lang: "en-US" | "zh-CN";
  theme: "light" | "dark";
}

/** Node-RED's editor in a browser, as one person has set it up. */
export interface Editor {
  page: Page;
  look: Look;
  /** What the browser's console has complained of, the online catalogue of nodes apart. */
  complaints: string[];
  /** Keeps a picture for a person to look at, in test/output. */
  picture(name: string, of?: Locator): Promise<void>;
  close(): Promise<void>;
}

const outputFolder = path.join(packageRoot, "test", "output");

export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(`No browser at ${executablePath}; CHROMIUM names another.`);
  }
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** What Node-RED 5 itself throws now and then while its editor starts on a busy machine; a reload helps its users. */
const failedStart = /Container must have exactly two children/;

/** Opens the editor and waits until its flows are drawn. */
export async function openEditor(
  browser: Browser,
  runtime: Runtime,
  look: Look,
  viewport = { width: 1280, height: 900 },
): Promise<Editor> {
  const editor = await openOnce(browser, runtime, look, viewport);
  if (!editor.complaints.some((complaint) => failedStart.test(complaint))) return editor;
  await editor.close();
  return openOnce(browser, runtime, look, viewport);
}

async function openOnce(
  browser: Browser,
  runtime: Runtime,
  look: Look,
  viewport: { width: number; height: number },
): Promise<Editor> {
  const context = await browser.newContext({ locale: look.lang, viewport });
  await context.addInitScript(`localStorage.setItem("view-dark-theme", "${look.theme}")`);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  page.on("console", (message) => {
    // The editor logs what a dialog throws as an ordinary line.
    const isOurs = /^(oneditprepare|oneditsave|Validation error|Definition error)/.test(message.text());
    const isError = message.type() === "error" && message.location().url.startsWith(runtime.url);
    if (isOurs || isError) complaints.push(message.text());
  });
  await page.goto(`${runtime.url}/`);
  await editorReady(page);
  mkdirSync(outputFolder, { recursive: true });
  return {
    page,
    look,
    complaints,
    async picture(name, of) {
      const file = `${look.version}-${look.lang}-${look.theme}-${name}.png`;
      await (of ?? page).screenshot({ path: path.join(outputFolder, file) });
    },
    close: () => context.close(),
  };
}

/** The label of the tab that every flow of these tests has. */
export const tabLabel = "Lamps";

export async function editorReady(page: Page): Promise<void> {
  await page.getByText(tabLabel).first().waitFor();
  await page.locator("#red-ui-loading-progress").waitFor({ state: "hidden" });
}

/** Waits until an element has slid to its place. */
export async function still(element: Locator): Promise<void> {
  await element.waitFor();
  await (await element.elementHandle())?.waitForElementState("stable");
}
