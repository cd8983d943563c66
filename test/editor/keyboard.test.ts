import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import type { FlowNode } from "../support/admin";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { still, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import { dialog, messageInType } from "./steps";

const call = {
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  x: 340,
  wires: [[], []],
};

const flows: FlowNode[] = [
  { id: "lamps", type: "tab", label: tabLabel },
  { id: "home", type: "aliyun-iot-account", name: "Home", platform: "simulator" },
  { ...call, id: "new", name: "new", y: 80 },
  {
    ...call,
    id: "waiting",
    name: "waiting",
    account: "home",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    service: "LoadScenes",
    awaitReply: true,
    subscription: "inside",
    y: 160,
  },
  { id: "inside", type: "aliyun-iot-subscription", name: "Inside", account: "home" },
  { id: "posts", type: messageInType, z: "lamps", name: "posts", x: 340, y: 240, wires: [[]] },
];

for (const version of versions) {
  describe(`by keyboard alone in Node-RED ${version}`, () => {
    let runtime: Runtime;
    let page: Page;

    before(async () => {
      runtime = await runtimeWith({ version, flows });
    });

    after(parkEditors);

    beforeEach(async () => {
      ({ page } = await openEditor(
        runtime,
        { version, lang: "en-US", theme: "light" },
        { width: 1280, height: 1400 },
      ));
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    const picker = (): Locator => page.locator(".aliyun-iot-picker");
    const isFocused = (element: Locator): Promise<boolean> =>
      element.first().evaluate((found) => found === document.activeElement);

    /** Opens the dialog of a node that is selected on the canvas. */
    async function open(id: string): Promise<void> {
      await page.evaluate(`RED.view.select({ nodes: [RED.nodes.node("${id}")] }); RED.view.focus()`);
      await page.keyboard.press("Enter");
      await page.locator("#node-input-name").waitFor();
      await still(dialog(page));
    }

    /** Presses Tab until an element has the focus. */
    async function tabTo(selector: string): Promise<void> {
      const element = page.locator(selector).first();
      await element.waitFor();
      for (let presses = 0; presses < 90; presses++) {
        if (await isFocused(element)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab does not reach ${selector}`);
    }

    /** Waits until an element has the focus again. */
    async function hasFocus(selector: string): Promise<void> {
      await page.waitForFunction((wanted) => document.activeElement?.matches(wanted) === true, selector);
    }

    async function done(): Promise<void> {
      const left = await dialog(page).elementHandle();
      await page.keyboard.press("Control+Enter");
      await left?.waitForElementState("hidden");
    }

    async function cancel(): Promise<void> {
      const left = await dialog(page).elementHandle();
      await page.keyboard.press("Control+Escape");
      await left?.waitForElementState("hidden");
    }

    /** Opens the dialog of a configuration node from a button of the dialog below. */
    async function press(button: string, shown: string): Promise<void> {
      await tabTo(button);
      await page.keyboard.press("Enter");
      await page.locator(shown).first().waitFor({ state: "attached" });
      await still(dialog(page));
    }

    /** Looks something up in the open list and takes the first that is found, without waiting for it to be shown. */
    async function pick(text: string): Promise<void> {
      await picker().locator("[role=option]", { hasText: text }).first().waitFor();
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    }

    const stored = (id: string): Promise<FlowNode> =>
      page.evaluate<FlowNode>(
        `(({ _def, ...node }) => JSON.parse(JSON.stringify(node, (key, value) => (key === "_config" || key === "users" ? undefined : value))))(RED.nodes.convertNode(RED.nodes.node("${id}")))`,
      );

    it("an account on the simulator, product, device, service and form are filled in", async () => {
      await open("new");
      await press("#node-input-btn-account-add", "#node-config-input-platform");
      await tabTo('input[name="node-config-input-platform-choice"]:checked');
      await page.keyboard.press("ArrowRight");
      await done();
      await hasFocus("#node-input-btn-account-add, #node-input-btn-account-edit");
      await tabTo("#aliyun-iot-choose-device");
      await page.keyboard.press("Enter");
      await pick("a1BwAGV0001");
      await pick("light01");
      await pick("FadeTo");
      await picker().waitFor({ state: "detached" });
      await hasFocus("#aliyun-iot-choose-service");
      const parameter = (name: string): string => `#aliyun-iot-panel [data-parameter=${name}]`;
      await tabTo(`${parameter("Level")} .red-ui-typedInput-input`);
      await page.keyboard.type("50");
      await tabTo(`${parameter("DurationMs")} .red-ui-typedInput-input`);
      await page.keyboard.type("500");
      await tabTo(`${parameter("Curve")} .red-ui-typedInput-option-trigger`);
      await page.keyboard.press("Enter");
      await page.locator(".red-ui-typedInput-options:visible").waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      // The editor's own button of a choice keeps all keys but Tab to itself.
      await page.keyboard.press("Tab");
      await done();
      const { account, productKey, deviceName, service, args, argsType } = await stored("new");
      assert.equal((await stored(String(account)))["platform"], "simulator");
      assert.deepEqual(
        { productKey, deviceName, service, argsType },
        { productKey: "a1BwAGV0001", deviceName: "light01", service: "FadeTo", argsType: "form" },
      );
      const { Level, DurationMs, Curve } = JSON.parse(String(args)) as Record<string, { value: string }>;
      assert.deepEqual([Level?.value, DurationMs?.value], ["50.0", "500"]);
      assert.match(Curve?.value ?? "", /^\d$/);
    });

    it("a flow starts from a property", async () => {
      await open("posts");
      await press("#node-input-btn-subscription-add", "#node-config-input-consumerGroupId");
      await tabTo("#node-config-input-account");
      await page.keyboard.type("Home");
      await done();
      await hasFocus("#node-input-btn-subscription-add, #node-input-btn-subscription-edit");
      await tabTo("#node-input-kind");
      await page.keyboard.press("ArrowDown");
      assert.equal(await page.locator("#node-input-kind").inputValue(), "property");
      const field = (name: string): string =>
        `.aliyun-iot-field:has(> #node-input-${name}) > .aliyun-iot-find:not(.aliyun-iot-hidden)`;
      for (const [name, text] of [
        ["productKey", "a1BwAGV0001"],
        ["deviceName", "light01"],
        ["identifier", "Brightness"],
      ] as const) {
        await tabTo(field(name));
        await page.keyboard.press("Enter");
        await pick(text);
        await picker().waitFor({ state: "detached" });
        await hasFocus(field(name));
      }
      await tabTo("#node-input-output");
      await page.keyboard.press("ArrowDown");
      await done();
      const { subscription, kind, productKey, deviceName, identifier, output } = await stored("posts");
      assert.equal((await stored(String(subscription)))["account"], "home");
      assert.deepEqual(
        { kind, productKey, deviceName, identifier, output },
        {
          kind: "property",
          productKey: "a1BwAGV0001",
          deviceName: "light01",
          identifier: "Brightness",
          output: "value",
        },
      );
    });

    it("Escape closes a list and not the dialog, and the focus is back at its button", async () => {
      await open("waiting");
      for (const button of ["#aliyun-iot-choose-device", "#aliyun-iot-choose-service"]) {
        await tabTo(button);
        await page.keyboard.press("Enter");
        await picker().locator("[role=option]").first().waitFor();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Escape");
        await picker().waitFor({ state: "detached" });
        await hasFocus(button);
        assert.ok(await page.locator("#node-input-name").isVisible(), "the dialog stays open");
      }
      await cancel();
    });

    it("the focus is back at the button when the dialog of a configuration node is closed", async () => {
      await open("waiting");
      await page.getByRole("button", { name: "Edit Account" }).waitFor();
      await page.getByRole("button", { name: "Add Account" }).waitFor();
      await press("#node-input-btn-subscription-edit", "#node-config-input-consumerGroupId");
      await press("#node-config-input-btn-account-edit", "#node-config-input-platform");
      await cancel();
      await hasFocus("#node-config-input-btn-account-edit");
      await done();
      await hasFocus("#node-input-btn-subscription-edit");
      await press("#node-input-btn-account-edit", "#node-config-input-platform");
      await done();
      await hasFocus("#node-input-btn-account-edit");
      await cancel();
    });
  });
}
