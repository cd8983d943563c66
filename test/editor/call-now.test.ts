import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import type { FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import { someLooks } from "../support/long-run";
import type { Runtime } from "../support/runtime";
import { type RunningSimulator, startSimulator } from "../support/simulator";
import { versions } from "../support/versions";
import { type Editor, type Look, still, tabLabel } from "./browser";
import { homeDefinition, hostileName } from "./fixture";
import { cutOff, faintTexts } from "./looks";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import { chooseInputs, deploy, dialog, openAccount, openNode, pressCancel, pressDone } from "./steps";

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };
const form = JSON.stringify({
  Level: { type: "msg", value: "payload.level" },
  DurationMs: { type: "num", value: "5" },
  Curve: { type: "num", value: "1" },
});

function flows(endpoint: string): FlowNode[] {
  const account = { type: "aliyun-iot-account", platform: "cloud", credentialType: "access_key", endpoint };
  const node = (id: string, y: number, properties: object): FlowNode => ({
    id,
    type: "aliyun-iot-invoke-service",
    z: "lamps",
    name: id,
    account: "home",
    target: "device",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    service: "FadeTo",
    args: "payload",
    argsType: "msg",
    x: 300,
    y,
    wires: [[], []],
    ...properties,
  });
  return [
    { id: "lamps", type: "tab", label: tabLabel },
    { ...account, id: "home", name: "Home" },
    { ...account, id: "dry", name: "Dry", mode: "dry-run" },
    node("fading", 60, { args: form, argsType: "form" }),
    node("broken", 120, {
      deviceName: "light04",
      args: '{"Level": 5, "DurationMs": 5, "Curve": 1}',
      argsType: "json",
    }),
    node("checking", 180, {
      account: "dry",
      args: '{"Level": 5, "DurationMs": 5, "Curve": 1}',
      argsType: "json",
    }),
    node("hostile", 240, {
      productKey: "a1Hostile01",
      deviceName: "bad01",
      service: "Boom",
      args: '{"Level": 0}',
      argsType: "json",
    }),
  ];
}

for (const version of versions) {
  describe(`a call from the dialog of the invoke node, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: RunningSimulator;
    let editor: Editor;
    let page: Page;
    let lang: Look["lang"] = "en-US";

    before(async () => {
      simulator = await startSimulator(homeDefinition());
      runtime = await runtimeWith({
        version,
        flows: flows(simulator.endpoint),
        credentials: { home: key, dry: key },
      });
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    after(async () => {
      await parkEditors();
      await simulator?.stop();
    });

    async function open(
      look: Partial<Look> = {},
      viewport?: { width: number; height: number },
    ): Promise<void> {
      lang = look.lang ?? "en-US";
      editor = await openEditor(runtime, { version, lang, theme: "light", ...look }, viewport);
      page = editor.page;
    }

    const text = (name: string): string => translate(lang, `aliyun-iot-invoke-service.call.${name}`);
    const button = (): Locator => page.locator("#aliyun-iot-call-now");
    const question = (): Locator => page.locator("#aliyun-iot-call-confirm");
    const result = (): Locator => page.locator("#aliyun-iot-call-result");
    const go = (): Locator => question().getByRole("button", { name: text("go"), exact: true });
    const executions = async (): Promise<{ service: string; args: object; deviceName: string }[]> =>
      (await (await fetch(`${simulator.endpoint}/_simulator/executions`)).json()) as [];

    /** Resolves once the names of device and service are there. */
    async function openAndWait(label: string): Promise<void> {
      await openNode(page, label);
      await names();
    }

    async function names(): Promise<void> {
      await page.locator("#aliyun-iot-device-keys", { hasText: "/" }).waitFor();
      await page.locator("#aliyun-iot-service-keys:not(:empty)").waitFor();
    }

    for (const language of ["en-US", "zh-CN"] as const) {
      it(`is confirmed with what a message would bring, by keyboard alone, and shows its outcome, ${language}`, async () => {
        const before = (await executions()).length;
        await open({ lang: language });
        await openAndWait("fading");
        await page.locator("#aliyun-iot-choose-device", { hasText: "Living room" }).waitFor();
        await button().focus();
        await page.keyboard.press("Enter");
        await go().waitFor();
        const asked = await question().innerText();
        for (const named of ["Living room", "light01", "FadeTo", "msg.payload.level", "0 … 100 %"]) {
          assert.ok(asked.includes(named), `${named} in ${asked}`);
        }
        await page.keyboard.press("Escape");
        await go().waitFor({ state: "detached" });
        assert.ok(await button().evaluate((element) => element === document.activeElement));
        assert.equal((await executions()).length, before, "nothing without a confirmation");

        await page.keyboard.press("Enter");
        await go().waitFor();
        await page.keyboard.press("Enter");
        const field = question().getByRole("textbox", { name: "Level" });
        assert.equal(await field.getAttribute("aria-invalid"), "true", "a blank one is not sent");
        await page.keyboard.type("42.5");
        await page.keyboard.press("Enter");
        await result().locator("code", { hasText: "OldLevel" }).waitFor();
        assert.match(await result().innerText(), /✓ \d+ (ms|毫秒)/);
        assert.equal(await result().getAttribute("aria-live"), "polite");
        assert.ok(await button().evaluate((element) => element === document.activeElement));
        const made = await executions();
        assert.equal(made.length, before + 1);
        assert.match(JSON.stringify(made.at(-1)), /light01.*42\.5/s);
        await editor.picture("call-now-result", dialog(page));
      });
    }

    it("takes the dialog as it stands, undeployed, and leaves it unchanged; a double click makes one call", async () => {
      const before = (await executions()).length;
      await open();
      await openAndWait("fading");
      await chooseInputs(page, "message");
      await button().dblclick();
      await question().locator("textarea").fill('{"Level": 7, "DurationMs": 5, "Curve": 0}');
      await go().dblclick();
      await result().locator("code", { hasText: "OldLevel" }).waitFor();
      assert.equal((await executions()).length, before + 1);
      await pressCancel(page);
      assert.equal(await page.evaluate("RED.nodes.dirty()"), false);
    });

    it("says in words what went wrong and what to do, and only shows what a dry run would send", async () => {
      await open();
      await openAndWait("broken");
      await button().click();
      await go().click();
      await result()
        .getByText(/✗ \d+ ms · .*100001/)
        .waitFor();
      await pressCancel(page);
      await openAndWait("checking");
      await button().click();
      await question().getByText("dry run").waitFor();
      await go().click();
      await result().getByText("nothing was sent").waitFor();
      assert.match(await result().innerText(), /"Identifier": "FadeTo"/);
    });

    it("shows names and answers of the cloud as text", async () => {
      await open();
      await openAndWait("hostile");
      await button().click();
      await question().getByText(hostileName).first().waitFor();
      assert.equal(await page.locator("#aliyun-iot-call img").count(), 0);
      await go().click();
      await result().locator("div").first().waitFor();
      assert.equal(await page.locator("#aliyun-iot-call img").count(), 0);
    });

    it("goes on when the dialog is closed", async () => {
      const before = (await executions()).length;
      await open();
      await openAndWait("broken");
      await button().click();
      const answered = page.waitForResponse((response) => response.url().endsWith("/call-now"));
      await go().click();
      await pressCancel(page);
      assert.ok((await answered).ok());
      assert.equal((await executions()).length, before + 1);
    });

    it("is not offered while the account has undeployed changes, nor to a user without the permission", async () => {
      await open();
      await openAndWait("fading");
      assert.ok(await button().isEnabled());
      await page.evaluate(() => {
        const { settings } = (window as unknown as { RED: { settings: { user?: object } } }).RED;
        settings.user = { username: "reader", permissions: "read" };
      });
      await page.locator("#aliyun-iot-call").hover();
      assert.ok(await button().isDisabled());
      await page.getByText(text("forbidden")).waitFor();
      await page.evaluate(() => {
        delete (window as unknown as { RED: { settings: { user?: object } } }).RED.settings.user;
      });
      await openAccount(page);
      await page.locator("#node-config-input-name").fill("Other");
      await pressDone(page);
      await still(dialog(page));
      await page.getByText(text("account-undeployed")).waitFor();
      assert.ok(await button().isDisabled());
      await pressCancel(page);
      await deploy(page);
      await openAndWait("fading");
      assert.ok(await button().isEnabled());
    });

    for (const [language, theme, width] of someLooks([
      ["en-US", "light", 1280],
      ["zh-CN", "dark", 1280],
      ["en-US", "dark", 480],
      ["zh-CN", "light", 480],
    ] as const)) {
      it(`fits and can be read, ${language}, ${theme}, ${width} px`, async () => {
        await open({ lang: language, theme }, { width, height: 900 });
        if (width < 1000) await page.evaluate('RED.actions.invoke("core:toggle-sidebar", false)');
        await page.evaluate('RED.editor.edit(RED.nodes.node("fading"))');
        await names();
        await button().click();
        await question().locator("input").fill("5000");
        const row = page.locator("#aliyun-iot-call");
        await row.scrollIntoViewIfNeeded();
        await editor.picture(`call-now-question-${width}`, dialog(page));
        const look = async (): Promise<void> => {
          assert.deepEqual(await cutOff(row), []);
          assert.deepEqual(await faintTexts(row), []);
        };
        await look();
        await go().click();
        await result().getByText("✗").waitFor();
        await row.scrollIntoViewIfNeeded();
        await editor.picture(`call-now-failure-${width}`, dialog(page));
        await look();
        await button().click();
        await question().locator("input").fill("50");
        await go().click();
        await result().getByText("✓").waitFor();
        await editor.picture(`call-now-done-${width}`, dialog(page));
        await look();
      });
    }
  });
}
