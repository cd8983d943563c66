import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import { beginEachTest } from "../support/hooks";
import { isFull } from "../support/long-run";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, type Look, still, tabLabel } from "./browser";
import { cutOff, faintTexts, redWithoutReason } from "./looks";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  byHand,
  dialog,
  fleetType,
  messageInType,
  nodeOnCanvas,
  openAccount,
  openNode,
  openSubscription,
  paletteNode,
  pressCancel,
  readDeviceType,
  setPropertiesType,
  unfold,
  unfoldMore,
  waitUntilType,
} from "./steps";

const invoke = {
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  account: "tryout",
  productKey: "a1BwAGV0001",
  deviceName: "light01",
  service: "FadeTo",
};

const flows: FlowNode[] = [
  { id: "lamps", type: "tab", label: tabLabel },
  { id: "tryout", type: "aliyun-iot-account", platform: "simulator" },
  { id: "shanghai", type: "aliyun-iot-account", regionId: "cn-shanghai", instanceId: "iot-060a0abc" },
  {
    id: "guarded",
    type: "aliyun-iot-account",
    platform: "simulator",
    name: "Guarded",
    mode: "dry-run",
    allow: "# lamps only\na1BwAGV0001/light*/FadeTo\na1BwAGV0001/gone/*\na1BwAGV0001/light01",
    confirm: "*/valve*/*",
    audit: "file",
  },
  {
    id: "start",
    type: "inject",
    z: "lamps",
    name: "Fade",
    repeat: "",
    crontab: "",
    once: false,
    onceDelay: 0.1,
    topic: "",
    props: [{ p: "payload", v: '{"Level": 50.5, "DurationMs": 100, "Curve": 1}', vt: "str" }],
    x: 130,
    y: 100,
    wires: [["lamp"]],
  },
  { ...invoke, id: "lamp", x: 340, y: 100, wires: [["done"], ["failed"]] },
  {
    ...invoke,
    id: "hall",
    deviceName: "topic",
    deviceNameType: "msg",
    account: "shanghai",
    x: 340,
    y: 220,
    wires: [[], []],
  },
  {
    ...invoke,
    id: "blank",
    account: "",
    productKey: "",
    service: "Fade To",
    deviceName: "x",
    x: 340,
    y: 320,
    wires: [[], []],
  },
  {
    ...invoke,
    id: "waiting",
    name: "Load and wait",
    service: "LoadScenes",
    awaitReply: true,
    subscription: "inside",
    replyTimeout: 30,
    x: 340,
    y: 400,
    wires: [[], []],
  },
  {
    ...invoke,
    id: "setting",
    type: setPropertiesType,
    name: "Brightness",
    items: '{"Brightness":{"type":"msg","value":"payload"}}',
    itemsType: "form",
    confirm: "reported",
    subscription: "inside",
    x: 600,
    y: 480,
    wires: [[], []],
  },
  {
    ...invoke,
    id: "reading",
    type: readDeviceType,
    name: "Yesterday",
    what: "property-history",
    identifiers: "Brightness",
    x: 600,
    y: 640,
    wires: [[], []],
  },
  {
    id: "held",
    type: waitUntilType,
    z: "lamps",
    name: "Until it is bright",
    subscription: "inside",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    identifier: "Brightness",
    condition: "between",
    value: "50",
    valueType: "num",
    value2: "80",
    value2Type: "num",
    x: 340,
    y: 560,
    wires: [[], []],
  },
  {
    ...invoke,
    id: "street",
    type: fleetType,
    name: "Street",
    targets: "list",
    strategy: "batch",
    canary: "0",
    stopAt: "101",
    x: 600,
    y: 560,
    wires: [[], [], []],
  },
  { id: "inside", type: "aliyun-iot-subscription", account: "tryout" },
  {
    id: "outside",
    type: "aliyun-iot-subscription",
    name: "Outside",
    account: "shanghai",
    consumerGroupId: "b2xkZ3JvdXA",
    credits: 100,
  },
  {
    id: "overheated",
    type: "aliyun-iot-message-in",
    z: "lamps",
    subscription: "inside",
    kind: "event",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    identifier: "Overheat",
    acknowledge: "flow",
    inputs: 1,
    x: 600,
    y: 220,
    wires: [[]],
  },
  {
    id: "everything",
    type: "aliyun-iot-message-in",
    z: "lamps",
    subscription: "",
    kind: "any",
    acknowledge: "auto",
    inputs: 0,
    x: 600,
    y: 320,
    wires: [[]],
  },
  {
    ...invoke,
    id: "dry",
    name: "Only tried",
    account: "guarded",
    x: 600,
    y: 400,
    wires: [[], []],
  },
  { id: "done", type: "debug", z: "lamps", name: "done", active: false, x: 570, y: 60, wires: [] },
  { id: "failed", type: "debug", z: "lamps", name: "failed", active: false, x: 570, y: 140, wires: [] },
];

/** Both languages, both themes and both versions once; each with each in `npm run soak`. */
const looks: Look[] = [
  { version: 4, lang: "en-US", theme: "light" },
  { version: 5, lang: "zh-CN", theme: "dark" },
  ...(isFull
    ? ([
        { version: 4, lang: "zh-CN", theme: "light" },
        { version: 5, lang: "en-US", theme: "light" },
        { version: 5, lang: "en-US", theme: "dark" },
        { version: 5, lang: "zh-CN", theme: "light" },
      ] as const)
    : []),
];

for (const version of versions) {
  describe(`how the nodes look in Node-RED ${version}`, () => {
    let runtime: Runtime;
    let editor: Editor;
    let page: Page;

    before(async () => {
      runtime = await runtimeWith({ version, flows });
    });

    after(parkEditors);

    async function open(look: Look, viewport?: { width: number; height: number }): Promise<void> {
      editor = await openEditor(runtime, look, viewport);
      page = editor.page;
    }

    /** The open dialog is whole, legible and translated; a picture of it is kept. */
    async function looksWell(name: string): Promise<void> {
      await still(dialog(page));
      await editor.picture(name);
      const form = dialog(page).locator("form").first();
      assert.deepEqual(await faintTexts(form), [], name);
      assert.deepEqual(await cutOff(dialog(page)), [], name);
      assert.deepEqual(await redWithoutReason(form), [], name);
      assert.doesNotMatch(
        (await form.textContent()) ?? "",
        /aliyun-iot-(account|invoke-service|set-properties|read-device|wait-until|fleet|subscription|message-in)\./,
      );
    }

    /** The section Safety with a count, a verdict and a rule that is none, from its top to its bottom. */
    async function safetyLooksWell(name: string): Promise<void> {
      const section = page.locator("#aliyun-iot-account-safety");
      await section.locator("#aliyun-iot-command").fill("a1BwAGV0001/light01/FadeTo");
      await section.locator("#aliyun-iot-rule-matches button").click();
      await section.locator(".aliyun-iot-rule-warning").first().waitFor();
      await section.locator("summary").scrollIntoViewIfNeeded();
      await looksWell(name);
      await section.locator("#node-config-input-auditArgs").scrollIntoViewIfNeeded();
      await looksWell(`${name}-end`);
    }

    for (const look of looks.filter((one) => one.version === version)) {
      const says = (key: string): string => translate(look.lang, key);
      const label = says("aliyun-iot-invoke-service.label.palette");

      describe(`${look.lang}, ${look.theme}`, () => {
        beginEachTest(() => open(look));
        afterEach(async function () {
          await leaveEditor(this.currentTest);
        });

        it("in the palette, under a category of its own", async () => {
          const category = page.locator("#red-ui-palette-container-aliyun");
          await category.scrollIntoViewIfNeeded();
          assert.equal(
            await category.locator(".red-ui-palette-header").innerText(),
            says("palette.label.aliyun"),
          );
          const written = async (type?: string): Promise<string> =>
            (await paletteNode(page, type).innerText()).replace(/\s+/g, " ").trim();
          assert.equal(await written(), label);
          assert.equal(
            await written(messageInType),
            says("x/message-in:aliyun-iot-message-in.label.palette"),
          );
          await editor.picture("palette", category);
        });

        it("on the canvas: what it calls, how it went, which port is which", async () => {
          const node = nodeOnCanvas(page, "FadeTo · light01");
          await nodeOnCanvas(page, "FadeTo · msg.topic").waitFor();
          await nodeOnCanvas(page, "Fade").first().locator(".red-ui-flow-node-button-button").first().click();
          await node
            .locator(".red-ui-flow-node-status-label", { hasText: /✓ \d\d:\d\d:\d\d · \d+ ms/ })
            .waitFor();
          const ports = node.locator(".red-ui-flow-port-output");
          for (const [index, name] of ["result", "failure"].entries()) {
            await ports.nth(index).hover();
            const tip = page.locator("svg .red-ui-flow-port-tooltip-label");
            await tip.filter({ hasText: says(`aliyun-iot-invoke-service.port.${name}`) }).waitFor();
          }
          await editor.picture("canvas");
        });

        it("the dialog of the node", async () => {
          await openNode(page, "FadeTo · light01");
          await looksWell("invoke");
          await unfoldMore(page);
          await page.locator("#aliyun-iot-delivery-tip").scrollIntoViewIfNeeded();
          await looksWell("invoke-more");
          await page.locator("#node-input-delivery").selectOption("at-least-once");
          await byHand(page, "device");
          await byHand(page, "service");
          await page.getByRole("radio", { name: "IotId", exact: true }).check();
          await looksWell("invoke-iot-id");
          await pressCancel(page);
          await openNode(page, "Fade To · x");
          await looksWell("invoke-wrong");
        });

        it("the dialog of a node that waits for the reply", async () => {
          await openNode(page, "Load and wait");
          await page
            .locator("#aliyun-iot-await-reply-tip", {
              hasText: says("aliyun-iot-invoke-service.reply.async"),
            })
            .waitFor();
          await page.locator("#node-input-replyTimeout").scrollIntoViewIfNeeded();
          await looksWell("reply");
        });

        it("the dialog of a node that sets properties", async () => {
          await openNode(page, "Brightness");
          await page.locator('[data-parameter="Brightness"]').waitFor();
          await looksWell("set-properties");
          await page.locator("#node-input-mode").selectOption("desired");
          await page.locator("#aliyun-iot-check-versions").check();
          await unfoldMore(page);
          await looksWell("set-properties-more");
        });

        it("the dialog of a node that reads a device", async () => {
          await openNode(page, "Yesterday");
          await page.locator("#aliyun-iot-device-keys:not(:empty)").waitFor();
          await looksWell("read-device");
          await page.locator("#node-input-what").selectOption("state");
          await unfoldMore(page);
          await looksWell("read-device-more");
        });

        it("the dialog of a node that waits for a device", async () => {
          await openNode(page, "Until it is bright");
          await page.locator("#aliyun-iot-device-keys:not(:empty)").waitFor();
          await looksWell("wait-until");
          await page.locator("#node-input-kind").selectOption("state");
          await byHand(page, "device");
          await looksWell("wait-until-state");
        });

        it("the dialog of a fleet", async () => {
          await openNode(page, "Street");
          await page.locator("#aliyun-iot-batch-sync:not(:empty)").waitFor();
          await page.locator("#aliyun-iot-batch-time:not(:empty)").waitFor();
          await looksWell("fleet");
          await unfoldMore(page);
          await page.locator("#node-input-canary").scrollIntoViewIfNeeded();
          await looksWell("fleet-roll-out");
          const properties = page.locator('input[name="node-input-operation-choice"][value="properties"]');
          await properties.check();
          await page.locator("#node-input-targets").selectOption("tags");
          await page.locator("#node-input-awaitReply").check();
          await looksWell("fleet-properties");
        });

        it("the dialog of device messages", async () => {
          await openNode(page, "Overheat · light01");
          await looksWell("message-in");
          for (const kind of ["any", "property", "reply", "status", "lifecycle", "custom", "other"]) {
            await page.locator("#node-input-kind").selectOption(kind);
            await looksWell(`message-in-${kind}`);
          }
          await pressCancel(page);
        });

        it("the dialog of the subscription", async () => {
          await openNode(page, "Overheat · light01");
          await openSubscription(page);
          await looksWell("subscription-simulator");
          await page.locator("#node-config-input-account").selectOption("shanghai");
          await dialog(page).locator("summary").click();
          await looksWell("subscription-instance");
          await page.locator("#node-config-input-account").selectOption("_ADD_");
          await page.locator("#node-config-input-consumerGroupId").fill("a,b");
          await page.locator("#node-config-input-credits").fill("0");
          await page.locator("#node-config-input-name").focus();
          await looksWell("subscription-wrong");
        });

        it("the dialog of the account", async () => {
          await openNode(page, "FadeTo · msg.topic");
          await openAccount(page);
          await looksWell("account");
          await unfold(dialog(page).locator("#aliyun-iot-account-more"));
          await page.locator("#node-config-input-queueTtl").scrollIntoViewIfNeeded();
          await looksWell("account-more");
          await page.locator("#node-config-input-platform").locator("xpath=..").scrollIntoViewIfNeeded();
          await page
            .getByRole("radio", { name: says("x/account:aliyun-iot-account.option.simulator") })
            .check();
          await looksWell("account-simulator");
        });

        it("the account’s rules", async () => {
          await openNode(page, "Only tried");
          await openAccount(page);
          await safetyLooksWell("safety");
        });

        it("the help", async () => {
          await openNode(page, "FadeTo · light01");
          const details = look.lang === "zh-CN" ? "详细" : "Details";
          for (const [show, name] of [
            ["invoke", "aliyun-iot-invoke-service.label.palette"],
            ["account", "x/account:aliyun-iot-account.label.palette"],
            ["message-in", "x/message-in:aliyun-iot-message-in.label.palette"],
            ["subscription", "x/subscription:aliyun-iot-subscription.label.palette"],
          ] as const) {
            if (show === "account") await openAccount(page);
            if (show === "message-in") {
              await pressCancel(page);
              await pressCancel(page);
              await openNode(page, "Overheat · light01");
            }
            if (show === "subscription") await openSubscription(page);
            await dialog(page).locator(".red-ui-tray-footer button:has(.fa-book)").click();
            await page.locator(".red-ui-help-title", { hasText: says(name) }).waitFor();
            await page.locator(".red-ui-help h3", { hasText: details }).first().waitFor();
            await editor.picture(`help-${show}`);
          }
        });
      });
    }

    describe("in a narrow window", () => {
      afterEach(async function () {
        await leaveEditor(this.currentTest);
      });

      for (const lang of ["en-US", "zh-CN"] as const) {
        it(`the dialogs in a window of 480 px, ${lang}`, async () => {
          await open({ version, lang, theme: "light" }, { width: 480, height: 900 });
          await nodeOnCanvas(page, "FadeTo · light01").waitFor();
          await page.evaluate('RED.actions.invoke("core:toggle-sidebar", false)');
          await page.evaluate('RED.editor.edit(RED.nodes.node("hall"))');
          await unfoldMore(page);
          await looksWell("narrow-invoke-more");
          await page.locator("#node-input-name").scrollIntoViewIfNeeded();
          await looksWell("narrow-invoke");
          await openAccount(page);
          await looksWell("narrow-account");
          await unfold(dialog(page).locator("#aliyun-iot-account-more"));
          await page.locator("#node-config-input-queueTtl").scrollIntoViewIfNeeded();
          await looksWell("narrow-account-more");
          await pressCancel(page);
          await pressCancel(page);
          await page.evaluate('RED.editor.edit(RED.nodes.node("dry"))');
          await openAccount(page);
          await safetyLooksWell("narrow-safety");
          await pressCancel(page);
          await pressCancel(page);
          await page.evaluate('RED.editor.edit(RED.nodes.node("held"))');
          await looksWell("narrow-wait-until");
          await pressCancel(page);
          await page.evaluate('RED.editor.edit(RED.nodes.node("street"))');
          await unfoldMore(page);
          await looksWell("narrow-fleet");
          await pressCancel(page);
          await page.evaluate('RED.editor.edit(RED.nodes.node("overheated"))');
          await looksWell("narrow-message-in");
          await openSubscription(page);
          await page.locator("#node-config-input-account").selectOption("shanghai");
          await dialog(page).locator("summary").click();
          await looksWell("narrow-subscription");
        });
      }
    });
  });
}
