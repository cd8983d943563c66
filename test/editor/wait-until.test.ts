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
import { cutOff, faintTexts } from "./looks";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  chooseType,
  deploy,
  dialog,
  dragToCanvas,
  messageInType,
  nodeOnCanvas,
  openNode,
  pressCancel,
  pressDone,
  readDeviceType,
  running,
  setPropertiesType,
  typedText,
  waitUntilType,
} from "./steps";

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };

function flows({ endpoint, amqp }: { endpoint: string; amqp: string }): FlowNode[] {
  const node = (id: string, y: number, properties: object): FlowNode => ({
    id,
    type: waitUntilType,
    z: "lamps",
    name: id,
    subscription: "inside",
    x: 340,
    y,
    wires: [[], []],
    ...properties,
  });
  const hall = { productKey, deviceName: "willing" };
  const inject = { type: "inject", z: "lamps", name: "", props: [{ p: "payload", v: "", vt: "date" }] };
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
      ...inject,
      topic: "",
      repeat: "",
      crontab: "",
      once: false,
      x: 120,
      y: 60,
      wires: [["blank"]],
    },
    node("blank", 60, {}),
    node("warm", 120, {
      ...hall,
      name: "",
      identifier: "Temperature",
      condition: "gte",
      value: "30",
      valueType: "num",
    }),
    node("range", 180, {
      ...hall,
      identifier: "Schedule.Hour",
      condition: "between",
      value: "from",
      valueType: "msg",
      value2: "8",
      value2Type: "num",
      timeout: "payload.patience",
      timeoutType: "msg",
      result: "",
    }),
    node("alarm", 240, {
      ...hall,
      kind: "event",
      condition: "jsonata",
      value: "payload.value.Temperature > 90",
      valueType: "jsonata",
    }),
    node("online", 300, { ...hall, name: "", kind: "state", value: "online", checkFirst: false }),
    node("odd", 360, {
      ...hall,
      d: true,
      subscription: "gone",
      kind: "state",
      condition: "lt",
      value: "warm",
      timeout: "soon",
    }),
    node("unknown", 420, {
      ...hall,
      d: true,
      kind: "later",
      identifier: "a b",
      condition: "like",
      valueType: "num",
    }),
  ];
}

for (const version of versions) {
  describe(`the dialog of the node that waits for a device, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: Simulator;
    let editor: Editor;
    let page: Page;
    let lang: Look["lang"] = "en-US";

    before(async () => {
      simulator = await Simulator.start({ definition: thermostats() });
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
      viewport: { width: number; height: number } = { width: 1280, height: 1300 },
    ): Promise<void> {
      lang = look.lang ?? "en-US";
      editor = await openEditor(runtime, { version, lang, theme: "light", ...look }, viewport);
      page = editor.page;
    }

    const text = (name: string): string => translate(lang, `x/wait-until:aliyun-iot-wait-until.${name}`);
    const field = (property: string): Locator => page.locator(`#node-input-${property}`);
    const row = (name: string): Locator =>
      page.locator(".aliyun-iot-picker [role='option']", { hasText: name }).first();
    const problem = (property: string): Locator => page.locator(`#node-input-${property}-problem`);
    const isShown = (name: string): Promise<boolean> => page.locator(`#aliyun-iot-${name}-row`).isVisible();
    const savedNode = async (id: string): Promise<FlowNode | undefined> =>
      (await askJson<FlowNode[]>(runtime, "flows")).find((node) => node.id === id);

    it("proposes the only subscription to a node that was just dropped, and none to one that was saved without", async () => {
      await open();
      await dragToCanvas(page, 700, 500, waitUntilType);
      await openNode(page, text("label.palette"));
      assert.equal(await field("subscription").inputValue(), "inside");
      await pressDone(page);
      const stored = (): Promise<unknown> =>
        page.evaluate(`RED.nodes.filterNodes({ type: "${waitUntilType}" }).at(-1).subscription`);
      assert.equal(await stored(), "inside", "what the dialog showed is what is saved");
      await openNode(page, text("label.palette"));
      await field("subscription").selectOption("_ADD_");
      await pressDone(page);
      await openNode(page, text("label.palette"));
      assert.equal(await field("subscription").inputValue(), "_ADD_");
      await pressDone(page);
      assert.equal(await stored(), "");
    });

    for (const language of ["en-US", "zh-CN"] as const) {
      it(`choose a device and a property by their names, enter a limit, deploy: the message goes on when it is reached, ${language}`, async () => {
        await open({ lang: language });
        await openNode(page, "blank");
        await page.locator("#aliyun-iot-choose-device").click();
        await row(productKey).click();
        const deviceName = language === "en-US" ? "willing" : "late";
        await row(deviceName).click();
        await page
          .locator("#node-input-identifier")
          .locator("..")
          .locator(".aliyun-iot-find:visible")
          .click();
        await row("Temperature").click();
        await field("condition").selectOption("gte");
        await chooseType(page, "value", "num");
        await typedText(page, "value").fill("30");
        await editor.picture("wait-until-filled", dialog(page));
        await pressDone(page);
        await deploy(page);
        const saved = await savedNode("blank");
        assert.deepEqual(
          [
            "deviceName",
            "identifier",
            "identifierType",
            "condition",
            "value",
            "valueType",
            "checkFirst",
            "result",
          ].map((name) => saved?.[name]),
          [deviceName, "Temperature", "str", "gte", "30", "num", true, "payload"],
        );
        await running(page);
        const injected = await fetch(`${runtime.url}/inject/start`, { method: "POST" });
        assert.ok(injected.ok, `${injected.status}`);
        const status = nodeOnCanvas(page, "blank").locator(".red-ui-flow-node-status-label");
        await status.filter({ hasText: "⇄ 1" }).waitFor();
        simulator.uplink.postProperty(productKey, deviceName, { Temperature: 31 });
        await status.filter({ hasText: "✓" }).waitFor();
      });
    }

    it("by keyboard alone: any event of a device", async () => {
      await open();
      await openNode(page, "alarm");
      await field("condition").focus();
      await page.keyboard.press("ArrowUp");
      assert.equal(await field("condition").inputValue(), "any");
      assert.equal(await isShown("value"), false);
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(
        "document.activeElement?.closest('.red-ui-typedInput-container')?.previousElementSibling?.id ?? ''",
      );
      assert.equal(focused, "node-input-timeout", "what does not apply is not reached");
      await pressCancel(page);
    });

    it("shows the fields that kind and condition need, and fits the value to them", async () => {
      await open();
      await openNode(page, "Temperature ≥ 30 · willing");
      const rows = ["identifier", "value", "value2", "check-first", "result"];
      const shown = async (): Promise<string[]> => {
        const all = await Promise.all(rows.map(async (name) => ((await isShown(name)) ? name : "")));
        return all.filter(Boolean);
      };
      assert.deepEqual(await shown(), ["identifier", "value", "check-first", "result"]);
      await field("condition").selectOption("between");
      assert.deepEqual(await shown(), rows);
      await field("condition").selectOption("true");
      assert.deepEqual(await shown(), ["identifier", "check-first", "result"]);
      await field("kind").selectOption("event");
      assert.deepEqual(await shown(), ["identifier", "result"]);
      await field("condition").selectOption("jsonata");
      assert.equal(await field("valueType").inputValue(), "jsonata");
      await field("kind").selectOption("state");
      assert.deepEqual(await shown(), ["value", "check-first", "result"]);
      await field("condition").selectOption("eq");
      assert.equal(await field("valueType").inputValue(), "str");
      assert.equal(await field("value").inputValue(), "online");
      const disabled = await field("condition")
        .locator("option:disabled")
        .evaluateAll((all) => all.map((one) => (one as { value?: string }).value));
      assert.deepEqual(disabled, ["lt", "lte", "gt", "gte", "between", "true", "false"]);
      await page.locator("#aliyun-iot-has-result").uncheck();
      assert.deepEqual([await isShown("result"), await field("result").inputValue()], [false, ""]);
      await pressCancel(page);
    });

    it("says below each field what is wrong with it", async () => {
      await open();
      await openNode(page, "odd");
      for (const [property, why] of [
        ["subscription", "validation.subscription"],
        ["condition", "validation.condition-state"],
        ["value", "validation.state"],
        ["timeout", "validation.timeout"],
      ] as const) {
        await problem(property)
          .filter({ hasText: text(why) })
          .waitFor();
      }
      await field("condition").selectOption("eq");
      await typedText(page, "value").fill("offline");
      await page.keyboard.press("Tab");
      await problem("value").filter({ hasText: /^$/ }).waitFor({ state: "attached" });
      await pressCancel(page);
      await openNode(page, "unknown");
      await problem("kind")
        .filter({ hasText: text("validation.choice") })
        .waitFor();
      await problem("condition")
        .filter({ hasText: text("validation.choice") })
        .waitFor();
      await problem("identifier")
        .filter({ hasText: text("validation.path") })
        .waitFor();
      await field("condition").selectOption("lt");
      await problem("value")
        .filter({ hasText: text("validation.value") })
        .waitFor();
      await pressCancel(page);
    });

    it("closed as it was opened, it changes nothing", async () => {
      await open();
      for (const label of ["blank", "range", "alarm", "online · willing", "odd", "unknown"]) {
        await openNode(page, label);
        await page.locator("#aliyun-iot-device-keys").waitFor({ state: "attached" });
        await pressDone(page);
        await page.waitForFunction("RED.editor.getEditStack().length === 0");
        assert.equal(await page.evaluate("RED.nodes.dirty()"), false, label);
      }
    });

    it("stands in the palette after what commands devices, and is named on the canvas by what it waits for", async () => {
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
      await nodeOnCanvas(page, "Temperature ≥ 30 · willing").waitFor();
      await nodeOnCanvas(page, "online · willing").waitFor();
    });

    for (const [language, theme, width] of someLooks([
      ["en-US", "light", 1280],
      ["zh-CN", "dark", 1280],
      ["en-US", "dark", 480],
      ["zh-CN", "light", 480],
    ] as const)) {
      it(`fits and can be read, ${language}, ${theme}, ${width} px`, async () => {
        await open({ lang: language, theme }, { width, height: 1400 });
        if (width < 1000) await page.evaluate('RED.actions.invoke("core:toggle-sidebar", false)');
        for (const id of ["range", "alarm", "odd"]) {
          await page.evaluate(`RED.editor.edit(RED.nodes.node("${id}"))`);
          await still(dialog(page));
          await page.locator("#aliyun-iot-choose-device:not(.aliyun-iot-unchosen)").waitFor();
          await editor.picture(`wait-until-${id}-${width}`, dialog(page));
          const form = dialog(page).locator("form").first();
          assert.deepEqual(await faintTexts(form), [], id);
          assert.deepEqual(await cutOff(dialog(page)), [], id);
          assert.doesNotMatch((await form.textContent()) ?? "", /aliyun-iot-(wait-until|invoke-service)\./);
          await pressCancel(page);
        }
      });
    }
  });
}
