import type { Locator, Page } from "playwright-core";
import { still } from "./browser";

const invokeType = "aliyun-iot-invoke-service";
export const messageInType = "aliyun-iot-message-in";
export const setPropertiesType = "aliyun-iot-set-properties";
export const readDeviceType = "aliyun-iot-read-device";
export const waitUntilType = "aliyun-iot-wait-until";
export const fleetType = "aliyun-iot-fleet";

/** The dialog on top: an account's dialog slides over that of the node. */
export function dialog(page: Page): Locator {
  return page.locator(".red-ui-tray").last();
}

/** A node on the canvas, by what is written on it. */
export function nodeOnCanvas(page: Page, label: string): Locator {
  return page.locator(".red-ui-flow-node-group", { hasText: label });
}

export function paletteNode(page: Page, type = invokeType): Locator {
  return page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
}

/** Drags a node from the palette to a place on the canvas with the mouse. */
export async function dragToCanvas(page: Page, x: number, y: number, type = invokeType): Promise<void> {
  const node = paletteNode(page, type);
  await node.scrollIntoViewIfNeeded();
  await still(node);
  const start = await node.boundingBox();
  const canvas = await page.locator("#red-ui-workspace-chart").boundingBox();
  if (!start || !canvas) throw new Error("The palette or the canvas is not to be seen.");
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(canvas.x + x, canvas.y + y, { steps: 12 });
  await page.mouse.up();
}

export async function openNode(page: Page, label: string): Promise<void> {
  await nodeOnCanvas(page, label).locator("rect.red-ui-flow-node").dblclick();
  // On a busy machine the second click may come too late for a double click; the node is selected then.
  if ((await dialog(page).count()) === 0) await page.keyboard.press("Enter");
  await still(dialog(page));
  await page.locator("#node-input-name").waitFor({ state: "attached" });
}

/** Waits until the dialog on top is set up: the editor fetches credentials first, and cannot save before it has them. */
export async function prepared(page: Page): Promise<void> {
  await page.waitForFunction(`(() => {
    const node = RED.editor.getEditStack().at(-1);
    return node && (!node._def.credentials || node.credentials);
  })()`);
}

/** From the dialog of a node, or of a subscription, to that of its account. */
export async function openAccount(page: Page, how: "edit" | "add" = "edit"): Promise<void> {
  await page.locator(`#node-input-btn-account-${how}, #node-config-input-btn-account-${how}`).last().click();
  await page.locator("#node-config-input-platform").waitFor({ state: "attached" });
  await prepared(page);
  await still(dialog(page));
}

/** From the dialog of a node to that of its subscription. */
export async function openSubscription(page: Page, how: "edit" | "add" = "edit"): Promise<void> {
  await page.locator(`#node-input-btn-subscription-${how}`).click();
  await page.locator("#node-config-input-consumerGroupId").waitFor({ state: "attached" });
  await still(dialog(page));
}

export function pressDone(page: Page): Promise<void> {
  return leaveDialog(page, "ok");
}

export function pressCancel(page: Page): Promise<void> {
  return leaveDialog(page, "cancel");
}

async function leaveDialog(page: Page, by: "ok" | "cancel"): Promise<void> {
  const button = await dialog(page).locator(`#node-config-dialog-${by}, #node-dialog-${by}`).elementHandle();
  await button?.click();
  await page.waitForFunction((left) => !left?.isConnected, button);
}

/** Shows the fields in which device or service are entered by hand. */
export async function byHand(page: Page, what: "device" | "service"): Promise<void> {
  await unfold(page.locator(`#aliyun-iot-${what}-by-hand`));
}

/** Unfolds what its summary hides; a problem in it unfolds it as well, perhaps just now. */
export async function unfold(details: Locator): Promise<void> {
  while ((await details.getAttribute("open")) === null) await details.locator("> summary").click();
}

/** Ticks a box. Above it the inputs of a service may just appear, and move it away from the click. */
export async function tick(box: Locator): Promise<void> {
  while (!(await box.isChecked())) await box.click();
}

/** Turns to another kind of inputs. */
export async function chooseInputs(page: Page, mode: "form" | "message" | "expression"): Promise<void> {
  const button = page.locator(`input[name="aliyun-iot-inputs-mode"][value="${mode}"]`);
  // A dialog that is still being set up shows the stored mode once more.
  do {
    await button.check();
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))");
  } while (!(await button.isChecked()));
}

/** Unfolds what stands below the inputs of a call. */
export async function unfoldMore(page: Page): Promise<void> {
  const sections = ["invoke", "properties", "read", "fleet"].map((name) => `#aliyun-iot-${name}-more`);
  await unfold(page.locator(sections.join(", ")));
}

/** What is to be seen of a typed input. */
export function typed(page: Page, property: string): Locator {
  return page.locator(`#node-input-${property} + .red-ui-typedInput-container`);
}

export function typedText(page: Page, property: string): Locator {
  return typed(page, property).locator(".red-ui-typedInput-input");
}

/** Chooses the type of a typed input from its menu. */
export async function chooseType(page: Page, property: string, type: string): Promise<void> {
  await typed(page, property).locator(".red-ui-typedInput-type-select").click();
  await page.locator(`.red-ui-typedInput-options:visible a[value="${type}"]`).click();
}

/** What is written in red under a field of the node's or the account's dialog. */
export function problem(page: Page, property: string): Locator {
  return page.locator(`#node-input-${property}-problem, #node-config-input-${property}-problem`).last();
}

export async function deploy(page: Page): Promise<void> {
  const answered = page.waitForResponse(
    (response) => response.url().endsWith("/flows") && response.request().method() === "POST",
  );
  await page.locator("#red-ui-header-button-deploy").click();
  const response = await answered;
  if (!response.ok()) throw new Error(`Deploying answered ${response.status()}`);
}

/** Resolves once the flows run that were deployed last: Node-RED answers a deploy before it has started them. */
export async function running(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const topic = "notification/runtime-deploy";
    const check = (_topic, { revision }) => {
      if (revision !== RED.nodes.version()) return;
      RED.comms.unsubscribe(topic, check);
      resolve();
    };
    RED.comms.subscribe(topic, check);
  })`);
}
