import type { Page } from "playwright-core";
import { still } from "../../test/editor/browser";
import { dialog, unfoldMore } from "../../test/editor/steps";
import { type Clip, clipOf, type Picture } from "./picture";

/** No dialog is shown higher than this, in CSS pixels; what is below is scrolled to in the editor as well. */
const maxHeight = 1150;
const minHeight = 420;
/** What a dialog is pulled wider by; it is no part of the picture. */
const handleWidth = 11;

/** The pictures of the dialogs. */
export const dialogPictures: readonly Picture[] = [
  ofNode("invoke-service", "scenes", async (page) => {
    await unfoldMore(page);
    await page.locator("#aliyun-iot-await-reply-tip:not(:empty)").waitFor();
  }),
  {
    ...ofNode("invoke-service", "fade", async (page) => {
      await page.locator('[data-parameter="Level"]').waitFor();
    }),
    name: "invoke-service-form",
  },
  {
    ...ofNode("invoke-service", "now", async (page) => {
      await page.locator("#aliyun-iot-call-now").click();
      await page.locator("#aliyun-iot-call-confirm:not(:empty)").waitFor();
    }),
    name: "call-now",
  },
  ofNode("set-properties", "target", async (page) => {
    await page.locator('[data-parameter="TargetTemperature"]').waitFor();
  }),
  ofNode("read-device", "read", async (page) => {
    await page.locator("#aliyun-iot-device-keys:not(:empty)").waitFor();
  }),
  ofNode("wait-until", "wait", async (page) => {
    await page.locator("#aliyun-iot-device-keys:not(:empty)").waitFor();
  }),
  ofNode("fleet", "fleet", async (page) => {
    await unfoldMore(page);
    await page.locator("#aliyun-iot-batch-time:not(:empty)").waitFor();
  }),
  ofNode("message-in", "overheated"),
  ofConfigNode("account", "account", "cloud"),
  {
    ...ofConfigNode("account", "account", "guarded", async (page) => {
      const section = page.locator("#aliyun-iot-account-safety");
      await section.locator("#aliyun-iot-command").fill("a1WaterValv1/valve01/SetOpening");
      await section.locator("#aliyun-iot-rule-matches button").click();
      await section.locator(".aliyun-iot-matches-result", { hasText: /./ }).waitFor();
      await section.locator("#aliyun-iot-rule-matches button:enabled").waitFor();
    }),
    name: "rules",
  },
  {
    ...ofConfigNode("account", "account", "account", async (page) => {
      await page.locator("#aliyun-iot-connection-check button").first().click();
      await page.locator(".aliyun-iot-check-result li.aliyun-iot-check-ok").nth(12).waitFor();
    }),
    name: "connection-check",
  },
  ofConfigNode("subscription", "subscription", "group"),
  ofConfigNode("coordination", "coordination", "redis"),
];

type Step = (page: Page) => Promise<void>;

function ofNode(name: string, id: string, step?: Step): Picture {
  const open = `RED.editor.edit(RED.nodes.node("${id}"))`;
  return { name, nodes: [name], show: ({ page }) => showDialog(page, open, step) };
}

function ofConfigNode(name: string, folder: string, id: string, step?: Step): Picture {
  const open = `RED.editor.editConfig("", "aliyun-iot-${folder}", "${id}")`;
  return { name, nodes: [folder], show: ({ page }) => showDialog(page, open, step) };
}

async function showDialog(page: Page, open: string, step?: Step): Promise<Clip> {
  await page.evaluate(open);
  await still(dialog(page));
  await page.locator("#node-input-name, #node-config-input-name").last().waitFor({ state: "attached" });
  await step?.(page);
  await page.waitForLoadState("networkidle");
  await fitHeight(page);
  const { x, width, ...rest } = await clipOf(page, ".red-ui-tray");
  return { ...rest, x: x + handleWidth, width: width - handleWidth };
}

/** Makes the window as high as the dialog needs. */
async function fitHeight(page: Page): Promise<void> {
  const size = page.viewportSize();
  if (!size) return;
  const missing = await page.evaluate<number>(`(() => {
    const body = [...document.querySelectorAll(".red-ui-tray-body")].at(-1);
    const parts = [...body.querySelectorAll("form > *, form .aliyun-iot-row")].filter((part) => part.offsetHeight);
    const bottom = Math.max(...parts.map((part) => part.getBoundingClientRect().bottom));
    return Math.ceil(bottom + body.scrollTop + 24 - body.getBoundingClientRect().bottom);
  })()`);
  const height = Math.min(maxHeight, Math.max(minHeight, size.height + missing));
  await page.setViewportSize({ width: size.width, height });
  await still(dialog(page));
  await page.evaluate(`(() => {
    document.activeElement?.blur();
    for (const body of document.querySelectorAll(".red-ui-tray-body, .red-ui-tray-body *")) body.scrollTop = 0;
  })()`);
}
