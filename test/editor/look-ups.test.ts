import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { askJson, type FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import { endEachTest } from "../support/hooks";
import type { Runtime } from "../support/runtime";
import { type RunningSimulator, startSimulator } from "../support/simulator";
import { versions } from "../support/versions";
import { type Editor, type Look, still, tabLabel } from "./browser";
import { homeDefinition, hostileName, manyDevices } from "./fixture";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  byHand,
  chooseInputs,
  chooseType,
  deploy,
  dialog,
  openAccount,
  openNode,
  pressCancel,
  pressDone,
  typed,
  typedText,
  unfold,
} from "./steps";

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };
const node = (id: string, y: number, properties: object): FlowNode => ({
  id,
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  name: id,
  target: "device",
  x: 300,
  y,
  wires: [[], []],
  ...properties,
});
const payload = { args: "payload", argsType: "msg", result: "payload", resultType: "msg" };
const lamp = { ...payload, productKey: "a1BwAGV0001", deviceName: "light01", service: "FadeTo" };

const inject = {
  type: "inject",
  name: "",
  props: [{ p: "payload", v: '{"level": 20}', vt: "json" }],
  topic: "",
  repeat: "",
  crontab: "",
  once: false,
  onceDelay: 0.1,
};

function flows(endpoint: string): FlowNode[] {
  const account = { type: "aliyun-iot-account", platform: "cloud", credentialType: "access_key" };
  return [
    { id: "lamps", type: "tab", label: tabLabel },
    { ...account, id: "home", name: "Home", endpoint },
    { ...account, id: "nowhere", name: "Nowhere", endpoint: "http://127.0.0.1:9" },
    { ...inject, id: "start", z: "lamps", x: 100, y: 60, wires: [["blank"]] },
    node("blank", 60, { account: "home", ...payload }),
    node("fading", 120, { account: "home", ...lamp }),
    node("unknown", 180, { account: "home", ...lamp, productKey: "a1Unknown01", deviceName: "gone" }),
    node("unreachable", 240, { account: "nowhere", ...lamp }),
  ];
}

for (const version of versions) {
  describe(`look-ups in the dialogs of Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: RunningSimulator;
    let editor: Editor;
    let page: Page;
    let answers: Promise<string>[] = [];

    before(async () => {
      simulator = await startSimulator(homeDefinition());
      runtime = await runtimeWith({
        version,
        flows: flows(simulator.endpoint),
        credentials: { home: key, nowhere: key },
      });
    });

    after(async () => {
      await parkEditors();
      await simulator?.stop();
    });

    async function open(look: Partial<Look> = {}): Promise<void> {
      const viewport = { width: 1280, height: 1400 };
      editor = await openEditor(runtime, { version, lang: "en-US", theme: "light", ...look }, viewport);
      page = editor.page;
      answers = [];
      page.on("response", (response) => answers.push(response.text().catch(() => "")));
      page.on("dialog", (shown) => editor.complaints.push(`a window opened: ${shown.message()}`));
    }

    endEachTest(async () => {
      const said = (await Promise.all(answers)).join("\n");
      assert.ok(!/DeviceSecret|ProductSecret|testsecret/i.test(said), "a secret reached the browser");
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    const find = (property: string): Locator =>
      typed(page, property).locator("xpath=..").locator(".aliyun-iot-find");
    const picker = (): Locator => page.locator(".aliyun-iot-picker");
    const rows = (): Locator => picker().locator('[role="option"]');
    const note = (): Locator => picker().locator(".aliyun-iot-picker-note");
    const panel = (): Locator => page.locator("#aliyun-iot-panel");
    const parameter = (name: string): Locator => panel().locator(`[data-parameter="${name}"]`).last();
    const value = (name: string): Locator => parameter(name).locator(".red-ui-typedInput-input").first();
    const args = (): Promise<string> => page.locator("#node-input-args").inputValue();
    const chooser = (what: "device" | "service"): Locator => page.locator(`#aliyun-iot-choose-${what}`);
    const keys = (what: "device" | "service"): Locator => page.locator(`#aliyun-iot-${what}-keys`);

    /** Chooses an item of a parameter by its label. */
    async function pick(name: string, label: string): Promise<void> {
      await parameter(name).locator(".red-ui-typedInput-option-trigger").first().click();
      await page.locator(".red-ui-typedInput-options:visible a", { hasText: label }).click();
    }

    /** Chooses where a parameter comes from. */
    async function chooseSource(name: string, type: string): Promise<void> {
      await parameter(name).locator(".red-ui-typedInput-type-select").first().click();
      await page.locator(`.red-ui-typedInput-options:visible a[value="${type}"]`).click();
    }

    const row = (text: string): Locator => rows().filter({ hasText: text }).first();

    async function choose(property: string, text: string): Promise<void> {
      await find(property).click();
      const opened = picker().locator("input").getAttribute("aria-controls");
      await rows().filter({ hasText: text }).first().click();
      // The next list opens by itself where its field is blank.
      await page.waitForFunction(
        (last) => document.querySelector(".aliyun-iot-picker input")?.getAttribute("aria-controls") !== last,
        await opened,
      );
      if ((await picker().count()) > 0) await page.keyboard.press("Escape");
      await picker().waitFor({ state: "detached" });
    }

    /** From the next key stroke in the picker until its list has changed, in milliseconds. */
    function timeToAnswer(): Promise<number> {
      return page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const typing = document.querySelector(".aliyun-iot-picker input");
            const list = document.querySelector(".aliyun-iot-picker-list")!;
            const measure = (): void => {
              const since = performance.now();
              const observer = new MutationObserver(() => {
                observer.disconnect();
                requestAnimationFrame(() => resolve(performance.now() - since));
              });
              observer.observe(list, { childList: true });
            };
            typing?.addEventListener("input", measure, { once: true });
          }),
      );
    }

    async function executions(): Promise<{ service: string; args: object }[]> {
      const response = await fetch(`${simulator.endpoint}/_simulator/executions`);
      return (await response.json()) as { service: string; args: object }[];
    }

    it("form and JSON are converted into each other, and a problem is shown at its parameter", async () => {
      await open();
      await openNode(page, "fading");
      await panel().getByText("msg.payload must look like this").waitFor();
      assert.ok(await page.getByRole("radio", { name: "whole message" }).isChecked(), "an old flow stays so");
      await chooseInputs(page, "form");
      assert.equal(await args(), "{}");
      await panel().getByRole("button", { name: "Fill with an example" }).click();
      assert.match(await args(), /"Level":\{"type":"num","value":"\d+\.\d+"\}/);
      await chooseInputs(page, "expression");
      assert.match(await typedText(page, "args").inputValue(), /"Level": \d+\.\d+/);
      await typedText(page, "args").fill('{"Level": 12.50, "Curve": 2, "Other": [1.0]}');
      await chooseInputs(page, "form");
      assert.equal(await value("Level").inputValue(), "12.50");
      assert.equal(await value("Curve").inputValue(), "2");
      await parameter("Other").getByText("is not in the thing model").waitFor();
      await value("DurationMs").fill("70000");
      await parameter("DurationMs").getByText("must be from 0 to 60000").waitFor();
      assert.equal(await value("DurationMs").getAttribute("aria-invalid"), "true");
      assert.equal(await value("Level").getAttribute("aria-invalid"), null);
      await editor.picture("look-ups-wrong", dialog(page));
      await chooseInputs(page, "expression");
      assert.equal(
        await typedText(page, "args").inputValue(),
        '{"Level": 12.50, "DurationMs": 70000, "Curve": 2, "Other": [1.0]}',
        "what the form does not know stays",
      );
      await chooseInputs(page, "message");
      assert.equal(await typedText(page, "args").inputValue(), "payload", "JSON is no name of a property");
      await panel().getByText("msg.payload must look like this").waitFor();
      await chooseInputs(page, "expression");
      assert.match(await typedText(page, "args").inputValue(), /70000/);
      await pressCancel(page);
    });

    it("what is typed as a value does not become the name of a property", async () => {
      await open();
      await openNode(page, "fading");
      await byHand(page, "device");
      await chooseType(page, "deviceName", "msg");
      assert.equal(await typedText(page, "deviceName").inputValue(), "");
      await chooseType(page, "deviceName", "str");
      assert.equal(await typedText(page, "deviceName").inputValue(), "light01");
      await pressCancel(page);
    });

    it("does not look up an invalid name", async () => {
      await open();
      await openNode(page, "fading");
      await chooser("device").filter({ hasText: "Living room" }).waitFor();
      await byHand(page, "device");
      await typedText(page, "deviceName").fill("a b");
      await page.keyboard.press("Tab");
      await chooser("device").filter({ hasText: "Lamp / a b" }).waitFor();
      await typedText(page, "productKey").fill("a1 b");
      await page.keyboard.press("Tab");
      await keys("device").filter({ hasText: "a1 b / a b" }).waitFor();
      await pressCancel(page);
      assert.deepEqual(editor.complaints, [], "a refused request is an error in the console");
    });

    it("by keyboard alone", async () => {
      await open();
      await openNode(page, "fading");
      await page.locator("#aliyun-iot-device-by-hand > summary").focus();
      await page.keyboard.press("Enter");
      await find("deviceName").focus();
      await page.keyboard.press("Enter");
      await rows().first().waitFor();
      const found = page.waitForResponse((response) => response.url().includes("search=LIGHT0"));
      await page.keyboard.type("LIGHT0");
      await found;
      await picker().locator("[aria-activedescendant]").waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await picker().waitFor({ state: "detached" });
      assert.equal(await typedText(page, "deviceName").inputValue(), "light02");
      await page.keyboard.press("Enter");
      await rows().first().waitFor();
      await page.keyboard.press("Escape");
      await picker().waitFor({ state: "detached" });
      assert.ok(await dialog(page).isVisible(), "the dialog itself stays open");
      assert.equal(await typedText(page, "deviceName").inputValue(), "light02");
      await pressCancel(page);
    });

    it("finds one of 10,000 devices as it is typed", async () => {
      await open();
      await openNode(page, "blank");
      await chooser("device").click();
      await row(manyDevices.productName).click();
      await note().getByText("50 of 10000").waitFor();
      await editor.picture("look-ups-many");
      const took: number[] = [];
      for (const [text, count] of [
        ["lamp-0", 10_000],
        ["lamp-0999", 10],
        ["lamp-09999", 1],
      ] as const) {
        const [answered] = await Promise.all([timeToAnswer(), picker().locator("input").fill(text)]);
        took.push(answered);
        await note()
          .getByText(`${Math.min(count, 50)} of ${count}`)
          .waitFor();
        assert.equal(await rows().count(), Math.min(count, 50));
      }
      console.log(
        `      a key stroke among 10,000 devices: ${took.map((ms) => ms.toFixed(1)).join(", ")} ms`,
      );
      await page.keyboard.press("Enter");
      await picker().getByRole("combobox", { name: "Find a service" }).waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await typedText(page, "deviceName").inputValue(), "lamp-09999");
      await byHand(page, "device");
      await find("deviceName").click();
      await rows().nth(49).waitFor();
      await rows().nth(49).scrollIntoViewIfNeeded();
      await rows().nth(99).waitFor({ state: "attached" });
      await page.keyboard.press("Escape");
      await pressCancel(page);
    });

    it("shows the name of a product as text", async () => {
      await open();
      await openNode(page, "blank");
      await chooser("device").click();
      assert.equal(await row("onerror").locator(".aliyun-iot-picker-name").textContent(), hostileName);
      assert.equal(
        await row("onerror").locator(".aliyun-iot-picker-name").getAttribute("title"),
        hostileName,
      );
      await row("onerror").click();
      await row("bad01").click();
      await row("Boom").click();
      await chooser("device")
        .filter({ hasText: `${hostileName} / ${hostileName}` })
        .waitFor();
      await chooser("service").filter({ hasText: hostileName }).waitFor();
      await panel().locator("code", { hasText: "Level" }).first().waitFor();
      await pick("Level", hostileName);
      assert.equal(await args(), '{"Level":{"type":"num","value":"0"}}');
      assert.equal(await page.locator("img[src='x']").count(), 0);
      await editor.picture("look-ups-hostile", dialog(page));
      await pressCancel(page);
    });

    it("keeps a stored product and device that are not found", async () => {
      await open();
      await openNode(page, "unknown");
      await dialog(page).getByText("Product not found; your entry is kept.").waitFor();
      assert.equal(await page.locator("#aliyun-iot-service-note").textContent(), "", "said once");
      await find("productKey").click();
      await rows().first().waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await typedText(page, "productKey").inputValue(), "a1Unknown01");
      await pressDone(page);
      const saved = await askJson<FlowNode[]>(runtime, "flows");
      assert.equal(saved.find(({ id }) => id === "unknown")?.["productKey"], "a1Unknown01");
    });

    it("stays usable and says so while the cloud is unreachable", async () => {
      await open();
      await openNode(page, "unreachable");
      await dialog(page).locator(".aliyun-iot-note", { hasText: "127.0.0.1:9 cannot be reached" }).waitFor();
      assert.equal(await dialog(page).getByText("127.0.0.1:9 cannot be reached").count(), 1, "said once");
      await find("deviceName").click();
      await note().getByText("cannot be reached").waitFor();
      await editor.picture("look-ups-unreachable", dialog(page));
      await page.keyboard.press("Escape");
      await typedText(page, "deviceName").fill("light02");
      await pressDone(page);
      await openNode(page, "unreachable");
      assert.equal(await typedText(page, "deviceName").inputValue(), "light02");
      await pressCancel(page);
    });

    it("looks up with an account that is not deployed, and sends no stored secret to another endpoint", async () => {
      await open();
      await openNode(page, "blank");
      await openAccount(page, "add");
      await page.locator("#node-config-input-accessKeyId").fill(key.accessKeyId);
      await page.locator("#node-config-input-accessKeySecret").fill(key.accessKeySecret);
      await unfold(page.locator("#aliyun-iot-account-more"));
      await page.locator("#node-config-input-endpoint").fill(simulator.endpoint);
      await pressDone(page);
      await byHand(page, "device");
      await choose("productKey", "Lamp");
      await page.locator("#node-input-account").selectOption({ label: "Nowhere" });
      await openAccount(page);
      await page.locator("#node-config-input-endpoint").fill(simulator.endpoint);
      await pressDone(page);
      await find("deviceName").click();
      await note()
        .getByText(translate("en-US", "aliyun-iot-invoke-service.errors.undeployed-secret"))
        .waitFor();
      await page.keyboard.press("Escape");
      await picker().waitFor({ state: "detached" });
      await openAccount(page);
      await page.locator("#node-config-input-accessKeySecret").fill(key.accessKeySecret);
      await pressDone(page);
      await choose("deviceName", "light02");
      await pressCancel(page);
    });

    it("finds a device by its product for a node that names it by IotId", async () => {
      await open();
      await openNode(page, "fading");
      await byHand(page, "device");
      await page.locator('input[name="node-input-target-choice"][value="iotId"]').check();
      await find("iotId").click();
      await rows().filter({ hasText: "Lamp" }).first().click();
      await rows().filter({ hasText: "light03" }).click();
      assert.equal(await typedText(page, "iotId").inputValue(), "Q7uOhVRdZRRlDnTLv00300");
      await chooser("device").filter({ hasText: "Lamp / " }).waitFor();
      await panel().getByText("DurationMs").first().waitFor();
      await pressCancel(page);
    });

    it("choose product, device and service, one list after the other, fill in the form, deploy: the device gets those args", async () => {
      await open();
      await openNode(page, "blank");
      await chooser("device").click();
      await row("a1BwAGV0001").click();
      await row("light01").click();
      await row("LoadScenes").click();
      await picker().waitFor({ state: "detached" });
      await chooser("device")
        .filter({ hasText: "Lamp / Living room" })
        .filter({ hasText: "online" })
        .waitFor();
      assert.equal(await keys("device").textContent(), "a1BwAGV0001 / light01");
      await chooser("service").filter({ hasText: "replies later" }).waitFor();
      assert.equal(await keys("service").textContent(), "LoadScenes");
      await value("Title").fill("Evening");
      assert.ok(await page.getByRole("radio", { name: "form" }).isChecked(), "a new node turns to the form");
      await pick("Enabled", "1 Yes");
      await value("ValidFrom").fill("2024-01-02T03:04:05Z");
      await value("Red").fill("255");
      await value("Green").fill("10");
      await value("Gamma").fill("2");
      await value("Levels").fill("[20, 55.5]");
      await parameter("Steps").getByRole("button", { name: "Add an element" }).click();
      await value("At").fill("0");
      await chooseSource("Level", "msg");
      assert.equal(await value("Level").inputValue(), "payload");
      await value("Level").fill("payload.level");
      const num = (text: string) => ({ type: "num", value: text });
      const written = {
        Title: { type: "str", value: "Evening" },
        Enabled: num("1"),
        ValidFrom: { type: "str", value: "1704164645000" },
        Color: { type: "struct", value: { Red: num("255"), Green: num("10"), Gamma: num("2.0") } },
        Levels: { type: "json", value: "[20, 55.5]" },
        Steps: {
          type: "array",
          value: [
            { type: "struct", value: { At: num("0"), Level: { type: "msg", value: "payload.level" } } },
          ],
        },
      };
      assert.deepEqual(JSON.parse(await args()), written);
      await editor.picture("look-ups-form", dialog(page));
      await pressDone(page);
      await deploy(page);
      const saved = (await askJson<FlowNode[]>(runtime, "flows")).find(({ id }) => id === "blank");
      assert.equal(saved?.["argsType"], "form");
      assert.deepEqual(JSON.parse(String(saved?.["args"])), written);
      const before = (await executions()).length;
      await fetch(`${runtime.url}/inject/start`, { method: "POST" });
      while ((await executions()).length === before) await page.waitForTimeout(20);
      assert.deepEqual((await executions()).at(-1)?.args, {
        Title: "Evening",
        Enabled: 1,
        ValidFrom: "1704164645000",
        Color: { Red: 255, Green: 10, Gamma: 2 },
        Levels: [20, 55.5],
        Steps: [{ At: 0, Level: 20 }],
      });

      await editor.reload();
      await openNode(page, "blank");
      await value("Gamma").waitFor();
      assert.equal(await value("Gamma").inputValue(), "2.0");
      assert.equal(await value("Title").inputValue(), "Evening");
      assert.equal(await value("ValidFrom").inputValue(), "2024-01-02T03:04:05.000Z");
      assert.equal(await value("Level").inputValue(), "payload.level");
      await pressDone(page);
      assert.equal(await page.evaluate("RED.nodes.dirty()"), false);
    });

    for (const [lang, theme] of [
      ["en-US", "light"],
      ["zh-CN", "light"],
      ["zh-CN", "dark"],
    ] as const) {
      it(`pictures in ${lang}, ${theme}`, async () => {
        await open({ lang, theme });
        await openNode(page, "fading");
        await parameterNames();
        await chooseInputs(page, "form");
        await panel().locator(".aliyun-iot-panel-head button").first().click();
        await value("Level").waitFor();
        await still(dialog(page));
        await editor.picture("look-ups-filled", dialog(page));
        await chooser("device").click();
        await row("a1BwAGV0001").click();
        await rows().first().waitFor();
        await editor.picture("look-ups-devices");
        await page.keyboard.press("Escape");
        await pressCancel(page);
      });
    }

    async function parameterNames(): Promise<void> {
      await panel().locator("code", { hasText: "Level" }).first().waitFor();
    }
  });
}
