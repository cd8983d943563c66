import type { Locator } from "playwright-core";
import type { Editor } from "../../test/editor/browser";
import { dialog, nodeOnCanvas, paletteNode, running } from "../../test/editor/steps";
import { translate } from "../../test/support/catalog";
import { centre, type Frame, Hand } from "./hand";
import type { Film, Language } from "./picture";

const says = {
  "en-US": {
    drag: "Drag the node onto the canvas and open it",
    account: "No account yet? Use the simulator",
    device: "Pick the product, the device and its service",
    args: "The form comes from the thing model; fill it with an example",
    wire: "Wire an inject node to it",
    deploy: "Deploy, and press the button",
    done: "The device has answered: one message, one outcome",
  },
  "zh-CN": {
    drag: "把节点拖到画布上，双击打开",
    account: "还没有账号？先用模拟平台",
    device: "选择产品、设备和服务",
    args: "表单由物模型生成，一键填入示例",
    wire: "连上一个 inject 节点",
    deploy: "部署，然后点一下按钮",
    done: "设备已应答：每条消息只有一个明确的结果",
  },
} as const;

/** From an empty flow to the first answer of a device. */
export const firstMinute: Film = { name: "first-minute", nodes: ["invoke-service"], frames };

async function frames(editor: Editor, language: Language): Promise<Frame[]> {
  const { page } = editor;
  const words = says[language];
  const hand = new Hand(page);
  const row = (text: string): Locator =>
    page.locator(".aliyun-iot-picker [role='option']", { hasText: text }).first();
  const button = (key: string): Locator =>
    dialog(page).getByRole("button", { name: translate(language, `aliyun-iot-invoke-service.${key}`) });
  const canvas = await page.locator("#red-ui-workspace-chart").boundingBox();
  if (!canvas) throw new Error("There is no canvas.");
  const place = (x: number, y: number): { x: number; y: number } => ({ x: canvas.x + x, y: canvas.y + y });

  await paletteNode(page).scrollIntoViewIfNeeded();
  await hand.begin();
  await hand.say(words.drag);
  await hand.pause(1000);
  await hand.drag(paletteNode(page), place(400, 120));
  await hand.doubleClick(page.locator(".red-ui-flow-node-group rect.red-ui-flow-node").last());
  await hand.say(words.account);
  await centre(button("choose.simulator"));
  await hand.pause(700);
  await hand.click(button("choose.simulator"));
  await hand.say(words.device);
  for (const text of ["a1BwAGV0001", "light01", "FadeTo"]) {
    await centre(row(text));
    await hand.pause(500);
    await hand.click(row(text));
    // The names of the device that was chosen move what follows, and the list of services with it.
    if (text === "light01") await dialog(page).getByText("a1BwAGV0001 / light01").waitFor();
  }
  await page.locator('[data-parameter="Level"]').waitFor();
  await hand.say(words.args);
  await hand.pause(900);
  await hand.click(button("panel.fill"));
  await hand.pause(1400);
  await hand.click(dialog(page).locator("#node-dialog-ok"));
  await page.locator(".red-ui-tray").waitFor({ state: "detached" });
  await hand.say(words.wire);
  await paletteNode(page, "inject").scrollIntoViewIfNeeded();
  await hand.pause(500);
  await hand.drag(paletteNode(page, "inject"), place(180, 120));
  await hand.drag(
    page.locator(".red-ui-flow-port-output").last(),
    await centre(nodeOnCanvas(page, "FadeTo").locator(".red-ui-flow-port-input")),
  );
  await hand.say(words.deploy);
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await hand.click(page.locator("#red-ui-header-button-deploy"));
  await answered;
  await running(page);
  await page.waitForFunction(() => document.querySelector("#red-ui-notifications")?.children.length === 0);
  await hand.click(page.locator(".red-ui-flow-node-button-button").last());
  await nodeOnCanvas(page, "FadeTo").locator(".red-ui-flow-node-status-label", { hasText: "✓" }).waitFor();
  await hand.say(words.done);
  await hand.pause(2500);
  return hand.frames;
}
