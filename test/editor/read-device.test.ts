import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { Simulator } from "../../lib/simulator/simulator";
import { climateDefinition, productKey } from "../simulator/property-fixture";
import { askJson, type FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import { someLooks } from "../support/long-run";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, type Look, still, tabLabel } from "./browser";
import { cutOff, faintTexts } from "./looks";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  chooseType,
  dialog,
  nodeOnCanvas,
  openNode,
  pressCancel,
  pressDone,
  problem,
  readDeviceType,
  typedText,
  unfoldMore,
} from "./steps";

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };

function flows(endpoint: string): FlowNode[] {
  const node = (id: string, y: number, properties: object): FlowNode => ({
    id,
    type: readDeviceType,
    z: "climate",
    name: id,
    account: "home",
    x: 340,
    y,
    wires: [[], []],
    ...properties,
  });
  const room = { productKey, deviceName: "room" };
  return [
    { id: "climate", type: "tab", label: tabLabel },
    { id: "home", type: "aliyun-iot-account", name: "Home", credentialType: "access_key", endpoint },
    node("blank", 60, {}),
    node("chart", 120, { ...room, what: "property-history", identifiers: "Target", from: "P1D", limit: 50 }),
    node("bare", 180, { ...room, name: "" }),
    node("named", 240, { ...room, name: "", identifiers: "Target,Count,Mode" }),
    node("past", 300, { ...room, name: "", what: "event-history", identifiers: "Alarm" }),
    node("odd", 360, { ...room, d: true, what: "everything", order: "random", identifiers: 5 }),
  ];
}

for (const version of versions) {
  describe(`the dialog of the node that reads a device, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: Simulator;
    let editor: Editor;
    let page: Page;
    let lang: Look["lang"] = "en-US";

    before(async () => {
      simulator = await Simulator.start({ definition: climateDefinition() });
      runtime = await runtimeWith({
        version,
        flows: flows(simulator.endpoint),
        credentials: { home: key },
      });
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    after(async () => {
      await parkEditors();
      await simulator?.close();
    });

    async function open(
      look: Partial<Look> = {},
      viewport: { width: number; height: number } = { width: 1280, height: 1200 },
    ): Promise<void> {
      lang = look.lang ?? "en-US";
      editor = await openEditor(runtime, { version, lang, theme: "light", ...look }, viewport);
      page = editor.page;
    }

    const text = (name: string): string => translate(lang, `x/read-device:aliyun-iot-read-device.${name}`);
    const field = (property: string): Locator => page.locator(`#node-input-${property}`);
    const row = (name: string): Locator =>
      page.locator(".aliyun-iot-picker [role='option']", { hasText: name }).first();
    const finder = (): Locator =>
      field("identifiers").locator("xpath=..").locator(".aliyun-iot-find:not(.aliyun-iot-hidden)");
    const savedNode = (id: string): Promise<Record<string, unknown>> =>
      page.evaluate(`RED.nodes.convertNode(RED.nodes.node("${id}"))`);

    for (const language of ["en-US", "zh-CN"] as const) {
      it(`choose a device and what to read of it with the mouse: a node that reads just that, ${language}`, async () => {
        await open({ lang: language });
        await openNode(page, "blank");
        await page.locator("#aliyun-iot-choose-device").click();
        await row(productKey).click();
        await row("room").click();
        assert.ok(await page.getByText(text("tip.properties")).isVisible());
        await finder().click();
        await row("Count").click();
        await finder().click();
        await row("Mode").click();
        await finder().click();
        await row("Count").click();
        assert.equal(await typedText(page, "identifiers").inputValue(), "Count, Mode");
        await field("what").selectOption("event-history");
        await typedText(page, "identifiers").fill("");
        await finder().click();
        await row("Alarm").click();
        assert.equal(await typedText(page, "identifiers").inputValue(), "Alarm");
        await typedText(page, "from").fill("P7D");
        await field("order").selectOption("oldest-first");
        await editor.picture("read-device-picked", dialog(page));
        await pressDone(page);
        const { what, identifiers, from, order, deviceName } = await savedNode("blank");
        assert.deepEqual(
          { what, identifiers, from, order, deviceName },
          {
            what: "event-history",
            identifiers: "Alarm",
            from: "P7D",
            order: "oldest-first",
            deviceName: "room",
          },
        );
      });
    }

    it("by keyboard alone: another reading, its period and its limit", async () => {
      await open();
      await openNode(page, "chart");
      await field("what").focus();
      await page.keyboard.press("End");
      assert.equal(await field("what").inputValue(), "service-history");
      await typedText(page, "identifiers").focus();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("Reset");
      await typedText(page, "from").focus();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("PT2H");
      await field("limit").focus();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("7");
      await page.keyboard.press("ControlOrMeta+Enter");
      await page.locator(".red-ui-tray").waitFor({ state: "detached" });
      const { what, identifiers, from, limit } = await savedNode("chart");
      assert.deepEqual([what, identifiers, from, Number(limit)], ["service-history", "Reset", "PT2H", 7]);
    });

    it("shows a period, an order and a limit only for histories, and no identifiers for a state", async () => {
      await open();
      await openNode(page, "values · room");
      const history = [typedText(page, "from"), typedText(page, "to"), field("order"), field("limit")];
      const areVisible = async (): Promise<boolean[]> => Promise.all(history.map((one) => one.isVisible()));
      for (const [what, isHistory, isNamed] of [
        ["properties", false, true],
        ["desired", false, true],
        ["state", false, false],
        ["property-history", true, true],
        ["event-history", true, true],
        ["service-history", true, true],
      ] as const) {
        await field("what").selectOption(what);
        assert.deepEqual(
          await areVisible(),
          Array.from(history, () => isHistory),
          what,
        );
        assert.equal(await typedText(page, "identifiers").isVisible(), isNamed, what);
        assert.equal(await finder().count(), what === "state" ? 0 : 1, what);
        assert.ok(await page.getByText(text(`tip.${what}`)).isVisible(), what);
      }
      await pressCancel(page);
    });

    it("says what is wrong: names, times, limits and settings of another version", async () => {
      await open();
      await openNode(page, "chart");
      const write = async (property: string, value: string): Promise<void> => {
        await typedText(page, property).fill(value);
        await page.keyboard.press("Tab");
      };
      await write("identifiers", "室温");
      await problem(page, "identifiers").getByText(text("validation.identifiers")).waitFor();
      await write("identifiers", "Target, fan:*");
      await problem(page, "identifiers").filter({ hasText: /^$/ }).waitFor({ state: "attached" });
      await write("from", "yesterday");
      await problem(page, "from").getByText(text("validation.moment")).waitFor();
      await write("from", "2026-01-31T08:00");
      await problem(page, "from").getByText(text("validation.zone")).waitFor();
      await chooseType(page, "from", "jsonata");
      await write("from", "$now(");
      await problem(page, "from").getByText(text("validation.jsonata")).waitFor();
      await field("limit").fill("0");
      await page.keyboard.press("Tab");
      await problem(page, "limit").getByText(text("validation.limit")).waitFor();
      await pressCancel(page);
      await openNode(page, "odd");
      for (const property of ["what", "order"]) {
        await problem(page, property).getByText(text("validation.choice")).waitFor({ state: "attached" });
      }
      await pressCancel(page);
    });

    it("closed as it was opened, it changes nothing, and it is named on the canvas by what it reads", async () => {
      await open();
      for (const label of ["values · room", "Target, Count, … · room", "events: Alarm · room"]) {
        await nodeOnCanvas(page, label).waitFor();
      }
      const before = await askJson<FlowNode[]>(runtime, "flows");
      for (const label of ["blank", "chart", "values · room", "odd"]) {
        await openNode(page, label);
        await page.locator("#aliyun-iot-device-keys").waitFor({ state: "attached" });
        await pressDone(page);
        await page.waitForFunction("RED.editor.getEditStack().length === 0");
        assert.equal(await page.evaluate("RED.nodes.dirty()"), false, label);
      }
      assert.deepEqual(await askJson<FlowNode[]>(runtime, "flows"), before);
    });

    for (const [language, theme, width] of someLooks([
      ["en-US", "light", 1280],
      ["zh-CN", "dark", 480],
      ["en-US", "dark", 480],
    ] as const)) {
      it(`fits and can be read, ${language}, ${theme}, ${width} px`, async () => {
        await open({ lang: language, theme }, { width, height: 1300 });
        if (width < 1000) await page.evaluate('RED.actions.invoke("core:toggle-sidebar", false)');
        for (const id of ["chart", "bare"]) {
          await page.evaluate(`RED.editor.edit(RED.nodes.node("${id}"))`);
          await still(dialog(page));
          await page.locator("#aliyun-iot-choose-device", { hasText: /room.*(?:online|在线)/ }).waitFor();
          await unfoldMore(page);
          await editor.picture(`read-device-${id}-${language}-${width}`, dialog(page));
          const form = dialog(page).locator("form").first();
          assert.deepEqual(await faintTexts(form), [], id);
          assert.deepEqual(await cutOff(dialog(page)), [], id);
          assert.doesNotMatch((await form.textContent()) ?? "", /aliyun-iot-(read-device|invoke-service)\./);
          await pressCancel(page);
        }
      });
    }
  });
}
