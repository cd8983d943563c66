import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import type { FlowNode } from "../support/admin";
import type { Runtime } from "../support/runtime";
import { type RunningSimulator, startSimulator } from "../support/simulator";
import { versions } from "../support/versions";
import { type Editor, type Look, still, tabLabel } from "./browser";
import { cutOff, faintTexts } from "./looks";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  byHand,
  chooseInputs,
  chooseType,
  dialog,
  nodeOnCanvas,
  openNode,
  pressCancel,
  pressDone,
  typed,
  typedText,
} from "./steps";

const node = (id: string, y: number, properties: object): FlowNode => ({
  id,
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  name: id,
  account: "home",
  target: "device",
  args: "payload",
  argsType: "msg",
  x: 300,
  y,
  wires: [[], []],
  ...properties,
});
const plant = { productKey: "a1PlantCtl1", deviceName: "plant01", service: "" };
const slow = { productKey: "a1RoomSens01", deviceName: "room01", service: "Calibrate" };
const lamp = { productKey: "a1BwAGV0001", deviceName: "light01", service: "LoadScenes" };

const unusual = Array.from({ length: 400 }, (_none, n) => ({
  identifier: n === 0 ? "__proto__" : n === 1 ? "constructor" : `Input${n}`,
  name: n === 2 ? `\u202Eright to left ${"long ".repeat(500)}` : "",
  dataType: { type: "int", specs: { min: "0", max: "9", step: "1" } },
}));
const odd = { productKey: "a1OddModel1", deviceName: "odd01", service: "Everything" };

function definition(): object {
  const { products = [], ...rest } = sampleDefinition();
  const services = [
    { identifier: odd.service, name: "", callType: "sync", inputData: unusual, outputData: [] },
  ];
  const thingModel = { profile: { productKey: odd.productKey }, services };
  return {
    ...rest,
    products: [
      ...products,
      {
        productKey: odd.productKey,
        productName: "Odd",
        thingModel,
        devices: [{ deviceName: odd.deviceName }],
      },
    ],
    faults: ["QueryDevice", "QueryDeviceDetail", "GetThingModelTslPublished"].map((action) => ({
      action,
      productKey: slow.productKey,
      fault: "hang",
    })),
  };
}

/** Whether the open list stands right below or above its field, in the browser. */
function isBeside(selector: string): boolean {
  const field = document.querySelector(selector)?.getBoundingClientRect();
  const list = document
    .querySelector(".aliyun-iot-picker")
    ?.closest(".red-ui-popover-panel")
    ?.getBoundingClientRect();
  if (!field || !list) return false;
  const gap = Math.max(list.top - field.bottom, field.top - list.bottom);
  return gap >= 0 && gap < 20;
}

for (const version of versions) {
  describe(`the dialog in Node-RED ${version} with large models and a cloud that hangs`, () => {
    let runtime: Runtime;
    let simulator: RunningSimulator;
    let editor: Editor;
    let page: Page;

    before(async () => {
      simulator = await startSimulator(definition());
      const account = { type: "aliyun-iot-account", platform: "cloud", credentialType: "access_key" };
      runtime = await runtimeWith({
        version,
        flows: [
          { id: "lamps", type: "tab", label: tabLabel },
          { ...account, id: "home", name: "Home", endpoint: simulator.endpoint },
          node("plant", 60, plant),
          node("slow", 120, slow),
          node("lamp", 180, lamp),
          node("odd", 240, { ...odd, args: "{}", argsType: "json" }),
          node("variable", 300, {
            ...lamp,
            productKey: "${PRODUCT}",
            deviceName: "topic",
            deviceNameType: "msg",
          }),
        ],
        credentials: { home: { accessKeyId: "testid", accessKeySecret: "testsecret" } },
      });
    });

    after(async () => {
      await parkEditors();
      await simulator?.stop();
    });

    async function open(look: Partial<Look> = {}, width = 1280): Promise<void> {
      const full: Look = { version, lang: "en-US", theme: "light", ...look };
      editor = await openEditor(runtime, full, { width, height: 1300 });
      page = editor.page;
    }

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    const find = (property: string): Locator =>
      typed(page, property).locator("xpath=..").locator(".aliyun-iot-find");
    const picker = (): Locator => page.locator(".aliyun-iot-picker");
    const rows = (): Locator => picker().locator('[role="option"]');
    const note = (): Locator => picker().locator(".aliyun-iot-picker-note");
    const panel = (): Locator => page.locator("#aliyun-iot-panel");

    it("finds a service among 300, also one of another module, by keyboard alone", async () => {
      await open();
      await openNode(page, "plant");
      await byHand(page, "service");
      await find("service").focus();
      await page.keyboard.press("Enter");
      await note().getByText("50 of 239").waitFor();
      await page.keyboard.type("Station7SetSp");
      await note().getByText("1 of 1").waitFor();
      await page.keyboard.press("Enter");
      assert.equal(await typedText(page, "service").inputValue(), "Station7SetSpeed");
      await panel().locator("code", { hasText: "Speed" }).first().waitFor();
      await page.keyboard.press("Enter");
      await page.keyboard.type("packing:");
      await rows().filter({ hasText: "packing:Packer1Start" }).first().waitFor();
      await editor.picture("look-ups-module", dialog(page));
      await rows().filter({ hasText: "packing:Packer1Start" }).first().click();
      await panel().locator("code", { hasText: "Mode" }).first().waitFor();
      await pressDone(page);
    });

    it("shows all of the shape that a payload must have, down to the fields of its objects", async () => {
      await open();
      await openNode(page, "lamp");
      const shape = panel().locator("dl").first();
      await shape.waitFor();
      assert.match((await shape.textContent()) ?? "", /Red.*int · 0 … 255.*At.*int · 0 … 86400 s/);
      await panel().getByRole("button", { name: "Copy the example" }).click();
      await page.getByText("Copied", { exact: true }).waitFor();
      const example = JSON.parse((await panel().locator("pre").textContent()) ?? "") as object;
      assert.deepEqual(Object.keys(example), ["Title", "Enabled", "ValidFrom", "Color", "Levels", "Steps"]);
      await editor.picture("look-ups-fields", dialog(page));
      await pressCancel(page);
    });

    it("does not call a form incomplete while it is being filled in, but afterwards", async () => {
      await open();
      await openNode(page, "lamp");
      await panel().locator("dl").first().waitFor();
      await chooseInputs(page, "form");
      const checked = page.waitForResponse((response) => response.url().endsWith("/args"));
      await panel().locator('[data-parameter="Title"] .red-ui-typedInput-input').fill("x".repeat(65));
      await checked;
      await panel().locator('[data-parameter="Title"]').getByText("must have at most 64 bytes").waitFor();
      assert.doesNotMatch((await panel().textContent()) ?? "", /is missing/);
      await page.locator("#node-input-name").focus();
      await panel().locator('[data-parameter="Enabled"]').getByText("is missing").waitFor();
      await pressCancel(page);
    });

    it("asks once for what a dialog shows when it opens, although the editor itself then changes fields", async () => {
      await open();
      const asked: string[] = [];
      page.on("request", (request) => {
        const [, route] = /\/aliyun-iot\/accounts\/home\/(\w+)\?/.exec(request.url()) ?? [];
        if (route !== undefined) asked.push(route);
      });
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      await page.route(/\/accounts\/home\/service\?/, async (route) => {
        await held;
        await route.continue();
      });
      const answered = page.waitForResponse(/\/accounts\/home\/device\?/);
      await openNode(page, "lamp");
      await answered;
      // What follows a change is asked for within 400 ms; the timers of a page come in their order.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
      release();
      await panel().locator("dl").first().waitFor();
      assert.deepEqual(asked.toSorted(), ["device", "products", "service"]);
      await pressCancel(page);
      await page.unrouteAll();
    });

    it("reloads the services on request, and shows the new ones", async () => {
      await open();
      await openNode(page, "lamp");
      await byHand(page, "service");
      await find("service").click();
      await rows().first().waitFor();
      const asked = page.waitForRequest((request) => /\/services\?.*refresh=1/.test(request.url()));
      const shown = page.waitForRequest((request) => /\/service\?.*refresh=1/.test(request.url()));
      await picker().locator("button").click();
      await Promise.all([asked, shown]);
      await page.keyboard.press("Escape");
      await panel().locator("dl").first().waitFor();
      await pressCancel(page);
    });

    it("opens, is filled in and closed while the cloud hangs", async () => {
      await open();
      await openNode(page, "slow");
      await byHand(page, "device");
      await find("deviceName").click();
      await note().getByText("Loading…").waitFor();
      await editor.picture("look-ups-hanging", dialog(page));
      await page.keyboard.press("Escape");
      await typedText(page, "deviceName").fill("room02");
      await chooseInputs(page, "expression");
      await chooseType(page, "args", "json");
      await typedText(page, "args").fill('{"Offset": 1.0}');
      await pressDone(page);
      await openNode(page, "slow");
      assert.equal(await typedText(page, "deviceName").inputValue(), "room02");
      assert.equal(await typedText(page, "args").inputValue(), '{"Offset": 1.0}');
      await pressCancel(page);
    });

    it("looks up nothing for variables and messages, and says what a picker needs", async () => {
      await open();
      await openNode(page, "variable");
      await find("deviceName").click();
      await note().getByText("Choose a product first").waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await panel().textContent(), "");
      await pressDone(page);
      await openNode(page, "variable");
      assert.equal(await typedText(page, "productKey").inputValue(), "${PRODUCT}");
      assert.equal(await typedText(page, "deviceName").inputValue(), "topic");
      await pressCancel(page);
    });

    it("handles a model with 400 inputs and invalid names", async () => {
      await open();
      await openNode(page, "odd");
      await panel().getByText("and 300 more").waitFor();
      await chooseInputs(page, "form");
      const input = (name: string): Locator =>
        panel().locator(`[data-parameter="${name}"] .red-ui-typedInput-input`);
      assert.equal(await panel().locator(".aliyun-iot-parameter").count(), 100);
      await input("__proto__").fill("1");
      await input("constructor").fill("2");
      await input("Input5").fill("12");
      const num = (value: number): string => `{"type":"num","value":"${value}"}`;
      assert.equal(
        await page.locator("#node-input-args").inputValue(),
        `{"__proto__":${num(1)},"constructor":${num(2)},"Input5":${num(12)}}`,
      );
      await panel().locator('[data-parameter="Input5"]').getByText("must be from 0 to 9").waitFor();
      assert.doesNotMatch((await panel().textContent()) ?? "", /\u202E/);
      assert.deepEqual(await cutOff(dialog(page)), []);
      await editor.picture("look-ups-odd", dialog(page));
      await pressCancel(page);
    });

    for (const lang of ["en-US", "zh-CN"] as const) {
      it(`fits a window of 480 px with the form open, ${lang}`, async () => {
        await open({ lang }, 480);
        await nodeOnCanvas(page, "lamp").waitFor();
        await page.evaluate('RED.actions.invoke("core:toggle-sidebar", false)');
        await page.evaluate('RED.editor.edit(RED.nodes.node("lamp"))');
        await panel().locator("dl").first().waitFor();
        await chooseInputs(page, "form");
        await panel().locator(".aliyun-iot-panel-head button").first().click();
        await panel().locator('[data-parameter="Gamma"] .red-ui-typedInput-input').waitFor();
        await still(dialog(page));
        await editor.picture("narrow-look-ups");
        const form = dialog(page).locator("form").first();
        assert.deepEqual(await faintTexts(form), []);
        assert.deepEqual(await cutOff(dialog(page)), []);
        await page.locator("#aliyun-iot-choose-device").click();
        await rows().first().waitFor();
        await page.waitForFunction(isBeside, "#aliyun-iot-choose-device");
        // As a note that appears above it does.
        await dialog(page)
          .locator("form")
          .first()
          .evaluate((moved) => {
            moved.style.paddingTop = "60px";
          });
        await page.waitForFunction(isBeside, "#aliyun-iot-choose-device");
        const box = await picker().boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= 480, JSON.stringify(box));
        await editor.picture("narrow-look-ups-devices");
        await page.keyboard.press("Escape");
        await pressCancel(page);
      });
    }
  });
}
