import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { Simulator } from "../../lib/simulator/simulator";
import { askJson, type FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import { someLooks } from "../support/long-run";
import type { Runtime } from "../support/runtime";
import { productKey, thermostats } from "../support/thermostat-definition";
import { versions } from "../support/versions";
import { type Editor, type Look, still, tabLabel } from "./browser";
import { homeDefinition, hostileName } from "./fixture";
import { cutOff, faintTexts } from "./looks";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  chooseInputs,
  chooseType,
  deploy,
  dialog,
  messageInType,
  nodeOnCanvas,
  openNode,
  pressCancel,
  pressDone,
  readDeviceType,
  running,
  setPropertiesType,
  typedText,
  unfold,
  unfoldMore,
  waitUntilType,
} from "./steps";

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };

function flows({ endpoint, amqp }: { endpoint: string; amqp: string }): FlowNode[] {
  const node = (id: string, y: number, properties: object): FlowNode => ({
    id,
    type: setPropertiesType,
    z: "lamps",
    name: id,
    account: "home",
    x: 340,
    y,
    wires: [[], []],
    ...properties,
  });
  const hall = { productKey, deviceName: "willing" };
  return [
    { id: "lamps", type: "tab", label: tabLabel },
    { id: "home", type: "aliyun-iot-account", name: "Home", credentialType: "access_key", endpoint },
    {
      id: "inside",
      type: "aliyun-iot-subscription",
      name: "Inside",
      account: "home",
      endpoint: amqp,
      consumerGroupId: "DEFAULT_GROUP",
    },
    {
      id: "start",
      type: "inject",
      z: "lamps",
      name: "",
      props: [{ p: "payload", v: "", vt: "date" }],
      topic: "",
      repeat: "",
      crontab: "",
      once: false,
      onceDelay: 0.1,
      x: 120,
      y: 60,
      wires: [["blank"]],
    },
    node("blank", 60, {}),
    node("whole", 120, { ...hall, name: "", items: "payload", itemsType: "msg" }),
    node("written", 180, { ...hall, items: '{"Target": 10.50, "fan:Speed": 3}', itemsType: "json" }),
    node("wished", 240, {
      ...hall,
      mode: "desired",
      versions: "payload.versions",
      confirm: "reported",
      subscription: "inside",
    }),
    node("odd", 300, { ...hall, d: true, mode: "later", qos: 2, confirm: "reply", subscription: "gone" }),
    node("impossible", 360, { ...hall, d: true, mode: "desired", confirm: "reply", subscription: "inside" }),
    node("hostile", 420, { productKey: "a1Hostile01", deviceName: "bad01" }),
    node("filled", 480, {
      ...hall,
      name: "",
      items: '{"Target":{"type":"num","value":"20.5"},"fan:Speed":{"type":"msg","value":"payload.speed"}}',
      itemsType: "form",
      confirm: "reported",
      subscription: "inside",
    }),
  ];
}

for (const version of versions) {
  describe(`the dialog of the node that sets properties, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: Simulator;
    let editor: Editor;
    let page: Page;
    let lang: Look["lang"] = "en-US";

    before(async () => {
      const { products } = homeDefinition() as { products: Parameters<typeof thermostats>[0] };
      simulator = await Simulator.start({ definition: thermostats(products) });
      const amqp = await simulator.openAmqp();
      runtime = await runtimeWith({
        version,
        flows: flows({ endpoint: simulator.endpoint, amqp }),
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
      viewport: { width: number; height: number } = { width: 1280, height: 1400 },
    ): Promise<void> {
      lang = look.lang ?? "en-US";
      editor = await openEditor(runtime, { version, lang, theme: "light", ...look }, viewport);
      page = editor.page;
    }

    const text = (name: string): string =>
      translate(lang, `x/set-properties:aliyun-iot-set-properties.${name}`);
    const panel = (): Locator => page.locator("#aliyun-iot-panel");
    const parameter = (name: string): Locator => panel().locator(`[data-parameter="${name}"]`);
    const value = (name: string): Locator => parameter(name).locator(".red-ui-typedInput-input").first();
    const row = (name: string): Locator =>
      page.locator(".aliyun-iot-picker [role='option']", { hasText: name }).first();
    const device = (): Locator => page.locator("#aliyun-iot-choose-device");
    const items = (): Promise<string> => page.locator("#node-input-items").inputValue();
    const field = (property: string): Locator => page.locator(`#node-input-${property}`);

    /** Opens a dialog, and waits for what the cloud knows. */
    async function openAndWait(label: string): Promise<void> {
      await openNode(page, label);
      await page.locator("#aliyun-iot-device-keys:not(:empty)").waitFor();
      await panel().locator("code", { hasText: "Target" }).first().waitFor();
    }

    async function pick(name: string, label: string): Promise<void> {
      await parameter(name).locator(".red-ui-typedInput-option-trigger").first().click();
      await page.locator(".red-ui-typedInput-options:visible a", { hasText: label }).click();
    }

    async function addModule(name: string): Promise<void> {
      const section = page.locator("#aliyun-iot-modules-more");
      await unfold(section);
      await page.locator("#aliyun-iot-modules").fill(name);
    }

    async function write(json: string): Promise<void> {
      await typedText(page, "items").fill(json);
      await page.keyboard.press("Tab");
    }

    const savedNode = async (id: string): Promise<FlowNode | undefined> =>
      (await askJson<FlowNode[]>(runtime, "flows")).find((node) => node.id === id);

    for (const language of ["en-US", "zh-CN"] as const) {
      it(`choose a device, fill in the form with the mouse, deploy: the device is set and reports it, ${language}`, async () => {
        await open({ lang: language });
        await openNode(page, "blank");
        await device().click();
        await row(productKey).click();
        await row(language === "en-US" ? "willing" : "late").click();
        await value("Target").waitFor();
        const mode = page.locator('input[name="aliyun-iot-inputs-mode"][value="form"]');
        assert.ok(await mode.isChecked(), "a new node turns to the form");
        assert.equal(await parameter("Temperature").count(), 0, "what is read-only is not offered");
        assert.match(await parameter("Target").innerText(), /-50 … 100 °C/);
        assert.equal(await panel().locator(".aliyun-iot-required").count(), 2, "only of fields of structs");
        await value("Target").fill("21");
        await pick("Power", "1 on");
        await addModule("fan");
        await value("fan:Speed").fill("3");
        assert.equal(Number(await value("Target").inputValue()), 21, "what was filled in stays");
        await field("confirm").selectOption("reported");
        assert.equal(await field("subscription").inputValue(), "inside", "the only one is suggested");
        const written = {
          Target: { type: "num", value: "21.0" },
          Power: { type: "num", value: "1" },
          "fan:Speed": { type: "num", value: "3.0" },
        };
        assert.deepEqual(JSON.parse(await items()), written);
        await editor.picture("set-properties-form", dialog(page));
        await pressDone(page);
        await deploy(page);
        const saved = await savedNode("blank");
        assert.deepEqual([saved?.["itemsType"], saved?.["confirm"]], ["form", "reported"]);
        await running(page);
        const injected = await fetch(`${runtime.url}/inject/start`, { method: "POST" });
        assert.ok(injected.ok, `${injected.status}`);
        const status = nodeOnCanvas(page, "blank").locator(".red-ui-flow-node-status-label");
        await status.filter({ hasText: "✓" }).waitFor();
        const executions = await (await fetch(`${simulator.endpoint}/_simulator/executions`)).text();
        const made = (JSON.parse(executions) as object[]).at(-1);
        assert.match(JSON.stringify(made), /"Target":21,"Power":1,"fan:Speed":3/);

        await editor.reload();
        await openAndWait("blank");
        await value("fan:Speed").waitFor();
        assert.equal(await page.locator("#aliyun-iot-modules").inputValue(), "fan");
        await pressDone(page);
        assert.equal(await page.evaluate("RED.nodes.dirty()"), false);
      });
    }

    it("by keyboard alone: a desired value with its version, confirmed by a report", async () => {
      await open();
      await openAndWait("written");
      const enter = (): Promise<void> => page.keyboard.press("Enter");
      await device().focus();
      await enter();
      await page.keyboard.type("Thermo");
      await row(productKey).waitFor();
      await page.keyboard.press("ArrowDown");
      await enter();
      await row("unanswering").waitFor();
      await page.keyboard.type("early");
      await page.waitForFunction(() => document.querySelectorAll("[role='option']").length === 1);
      await page.keyboard.press("ArrowDown");
      await enter();
      await page.locator("#aliyun-iot-device-keys", { hasText: "early" }).waitFor();
      await page.locator('input[name="aliyun-iot-inputs-mode"][value="expression"]').focus();
      await page.keyboard.press("ArrowDown");
      await value("Target").waitFor();
      assert.equal(await value("fan:Speed").inputValue(), "3");
      await value("Target").focus();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("30");
      await field("mode").focus();
      await page.keyboard.press("ArrowDown");
      await page.locator("#aliyun-iot-check-versions").focus();
      await page.keyboard.press("Space");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      assert.equal(await typedText(page, "versions").inputValue(), "payload");
      await field("confirm").focus();
      await page.keyboard.press("End");
      assert.equal(await field("confirm").inputValue(), "reported");
      await page.keyboard.press("ControlOrMeta+Enter");
      await page.locator(".red-ui-tray").waitFor({ state: "detached" });
      const {
        deviceName,
        mode,
        versions: checked,
        confirm,
      } = await page.evaluate<Record<string, unknown>>('RED.nodes.node("written")');
      assert.deepEqual([deviceName, mode, checked, confirm], ["early", "desired", "payload", "reported"]);
    });

    it("shows QoS and versions only in the mode that has them, and the subscription only where one is awaited", async () => {
      await open();
      await openAndWait("set properties · willing");
      const [qos, versioned] = [page.locator("#aliyun-iot-qos-row"), page.locator("#aliyun-iot-versions")];
      const reply = field("confirm").locator('[value="reply"]');
      assert.ok(await qos.getByText("days later").isVisible());
      assert.ok(!(await versioned.isVisible()) && !(await field("subscription").isVisible()));
      await field("mode").selectOption("desired");
      assert.ok(!(await qos.isVisible()) && (await versioned.isVisible()));
      assert.ok(!(await typedText(page, "versions").isVisible()), "no version is checked");
      assert.equal(await reply.isDisabled(), true);
      await field("confirm").selectOption("reported");
      assert.ok(await field("subscription").isVisible());
      assert.ok(await field("replyTimeout").isVisible());
      await field("mode").selectOption("now");
      assert.equal(await reply.isDisabled(), false);
      await pressCancel(page);
    });

    it("says what is wrong: values, settings of another version, and a reply that a desired value does not have", async () => {
      await open();
      await openAndWait("written");
      await write('{"Target": 101, "Temperature": 1, "fan:Speed": 3, "Other": 1}');
      for (const problem of [
        "Target must be from -50 to 100",
        "Temperature is read-only",
        "Other is not in",
      ]) {
        await panel().getByText(problem).waitFor();
      }
      const eleven = Array.from({ length: 11 }, (_none, n) => `"P${n}": 1`).join(", ");
      await field("mode").selectOption("desired");
      await write(`{${eleven}}`);
      await panel().getByText("At most 10 desired values").waitFor();
      await write('{"Target": null}');
      await panel().locator(".aliyun-iot-parameter-problem:empty").waitFor({ state: "attached" });
      await chooseType(page, "items", "jsonata");
      await pressCancel(page);
      await openNode(page, "odd");
      for (const property of ["mode", "qos"]) {
        await page
          .locator(`#node-input-${property}-problem`, { hasText: text("validation.choice") })
          .waitFor();
      }
      await page.locator("#node-input-subscription-problem:not(:empty)").waitFor();
      await pressCancel(page);
      await openNode(page, "impossible");
      const problem = page.locator("#node-input-confirm-problem");
      await problem.getByText(text("validation.desired-reply")).waitFor();
      await field("mode").selectOption("now");
      assert.equal(await problem.textContent(), "");
      await pressCancel(page);
    });

    it("a module that is not known does not hide the other properties", async () => {
      await open();
      await openAndWait("written");
      await addModule("fan, nothing");
      await page.locator("#aliyun-iot-modules-note", { hasText: "nothing" }).waitFor();
      await panel().getByText("fan:Speed").first().waitFor();
      await pressCancel(page);
    });

    it("closed as it was opened, it changes nothing", async () => {
      await open();
      for (const label of ["blank", "written", "wished", "odd", "impossible", "set properties · willing"]) {
        await openNode(page, label);
        await page.locator("#aliyun-iot-device-keys").waitFor({ state: "attached" });
        await pressDone(page);
        await page.waitForFunction("RED.editor.getEditStack().length === 0");
        assert.equal(await page.evaluate("RED.nodes.dirty()"), false, label);
      }
    });

    it("shows names of the cloud as text", async () => {
      await open();
      await openNode(page, "hostile");
      await device().filter({ hasText: hostileName }).waitFor();
      await chooseInputs(page, "form");
      await pick("Mood", hostileName);
      assert.equal(await items(), '{"Mood":{"type":"num","value":"0"}}');
      assert.equal(await page.locator("img[src='x']").count(), 0);
      await pressCancel(page);
    });

    it("stands in the palette after the call of a service and before messages, and is named on the canvas by what it sets", async () => {
      await open();
      const types = await page
        .locator("#red-ui-palette-container-aliyun .red-ui-palette-node")
        .evaluateAll((nodes) => nodes.map((node) => node.getAttribute("data-palette-type")));
      assert.deepEqual(types, [
        "aliyun-iot-invoke-service",
        setPropertiesType,
        readDeviceType,
        waitUntilType,
        "aliyun-iot-fleet",
        messageInType,
      ]);
      await nodeOnCanvas(page, "Target, fan:Speed · willing").waitFor();
      await nodeOnCanvas(page, "set properties · willing").waitFor();
    });

    for (const [language, theme, width] of someLooks([
      ["en-US", "light", 1280],
      ["zh-CN", "dark", 1280],
      ["en-US", "dark", 480],
      ["zh-CN", "dark", 480],
    ] as const)) {
      it(`fits and can be read, ${language}, ${theme}, ${width} px`, async () => {
        await open({ lang: language, theme }, { width, height: 1400 });
        if (width < 1000) await page.evaluate('RED.actions.invoke("core:toggle-sidebar", false)');
        for (const id of ["wished", "filled", "impossible"]) {
          await page.evaluate(`RED.editor.edit(RED.nodes.node("${id}"))`);
          await still(dialog(page));
          await panel().locator("code", { hasText: "Target" }).first().waitFor();
          await editor.picture(`set-properties-${id}-${width}`, dialog(page));
          await unfoldMore(page);
          await field("check").scrollIntoViewIfNeeded();
          await editor.picture(`set-properties-${id}-${width}-end`, dialog(page));
          const form = dialog(page).locator("form").first();
          assert.deepEqual(await faintTexts(form), [], id);
          assert.deepEqual(await cutOff(dialog(page)), [], id);
          assert.doesNotMatch(
            (await form.textContent()) ?? "",
            /aliyun-iot-(set-properties|invoke-service)\./,
          );
          await pressCancel(page);
        }
      });
    }
  });
}
