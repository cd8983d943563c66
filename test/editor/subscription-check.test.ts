import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import { Simulator } from "../../lib/simulator/simulator";
import { Subscriber } from "../simulator/messages/amqp-client";
import type { FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, type Look, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  dialog,
  messageInType,
  openAccount,
  openNode,
  openSubscription,
  pressCancel,
  pressDone,
  problem,
  tick,
  unfold,
  unfoldMore,
} from "./steps";

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };

for (const version of versions) {
  describe(`subscriptions in the editor of Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: Simulator;
    let amqp: string;
    let editor: Editor;
    let page: Page;

    before(async () => {
      const accessKeys = [key, { accessKeyId: "nosub", accessKeySecret: "testsecret", deny: ["sub"] }];
      simulator = await Simulator.start({ definition: { ...sampleDefinition(), accessKeys } });
      amqp = await simulator.openAmqp();
      const account = { type: "aliyun-iot-account", endpoint: simulator.endpoint };
      const home = { account: "home", endpoint: amqp, consumerGroupId: "DEFAULT_GROUP" };
      const flows: FlowNode[] = [
        { id: "lamps", type: "tab", label: tabLabel },
        { id: "home", ...account, name: "Home" },
        { id: "wrong", ...account, name: "Wrong" },
        { id: "inside", type: "aliyun-iot-account", platform: "simulator", name: "Inside" },
        { id: "of-home", type: "aliyun-iot-subscription", name: "Of home", ...home },
        { id: "of-wrong", type: "aliyun-iot-subscription", name: "Of wrong", ...home, account: "wrong" },
        {
          id: "calling",
          type: "aliyun-iot-invoke-service",
          z: "lamps",
          name: "calling",
          account: "home",
          productKey: "a1BwAGV0001",
          deviceName: "light01",
          service: "LoadScenes",
          x: 300,
          y: 80,
          wires: [[], []],
        },
        {
          id: "hearing",
          type: messageInType,
          z: "lamps",
          name: "hearing",
          subscription: "of-home",
          kind: "property",
          productKey: "a1RoomSens01",
          deviceName: "room01",
          x: 300,
          y: 140,
          wires: [[]],
        },
      ];
      const credentials = { home: key, wrong: { ...key, accessKeySecret: "wrong" } };
      runtime = await runtimeWith({ version, flows, credentials });
    });

    after(async () => {
      await parkEditors();
      await simulator?.close();
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    async function open(look: Partial<Look> = {}, width = 1280): Promise<void> {
      const full: Look = { version, lang: "en-US", theme: "light", ...look };
      editor = await openEditor(runtime, full, { width, height: 1300 });
      page = editor.page;
    }

    const says = (name: string, lang = "en-US"): string =>
      translate(lang, `aliyun-iot-invoke-service.${name}`);
    const button = (): Locator => page.locator("#aliyun-iot-subscription-check button").first();
    const result = (): Locator => page.locator(".aliyun-iot-check-result");
    const chosenAccount = (): Promise<string> => page.locator("#node-config-input-account").inputValue();
    const red = (): Locator => dialog(page).locator(".aliyun-iot-problem:not(:empty), .input-error:visible");

    it("gives a new subscription the account that its node has, chosen but not saved yet", async () => {
      await open();
      await openNode(page, "calling");
      await page.locator("#node-input-account").selectOption("inside");
      await unfoldMore(page);
      await tick(page.locator("#node-input-awaitReply"));
      await openSubscription(page, "add");
      assert.equal(await chosenAccount(), "inside");
      await pressCancel(page);
      await page.locator("#node-input-account").selectOption("home");
      await openSubscription(page, "add");
      assert.equal(await chosenAccount(), "home");
      assert.equal(await problem(page, "account").textContent(), "");
      await pressCancel(page);
    });

    it("changes no account of a subscription that is there", async () => {
      await open();
      await openNode(page, "calling");
      await unfoldMore(page);
      await tick(page.locator("#node-input-awaitReply"));
      await page.locator("#node-input-subscription").selectOption("of-wrong");
      await openSubscription(page);
      assert.equal(await chosenAccount(), "wrong");
    });

    it("needs nothing for an account on the simulator, and shows nothing in red", async () => {
      await open();
      await openNode(page, "hearing");
      await openSubscription(page);
      await unfold(dialog(page).locator("#aliyun-iot-subscription-more"));
      await page.locator("#node-config-input-credits").fill("0");
      await page.locator("#node-config-input-clientId").fill("a|b");
      await page.locator("#node-config-input-consumerGroupId").fill("");
      await page.locator("#node-config-input-endpoint").fill("https://x");
      await problem(page, "credits").filter({ hasText: /./ }).waitFor();
      await page.locator("#node-config-input-account").selectOption("inside");
      await dialog(page).getByText("no further settings are needed").waitFor();
      await page.waitForFunction("$('.red-ui-tray').last().find('.input-error:visible').length === 0");
      assert.equal(await red().filter({ visible: true }).count(), 0);
      await button().click();
      await result().getByText(says("connection.subscription-fine")).waitFor();
      await editor.picture("subscription-simulator", dialog(page));
      await pressDone(page);
      const isValid = await page.evaluate(`RED.nodes.node("of-home").valid !== false`);
      assert.ok(isValid, "the subscription is not marked");
    });

    for (const [lang, theme] of [
      ["en-US", "light"],
      ["zh-CN", "light"],
      ["zh-CN", "dark"],
    ] as const) {
      it(`checks what is in the form, and names what is wrong (${lang}, ${theme})`, async () => {
        await open({ lang, theme });
        // Another Node-RED in the same group.
        const elsewhere = await Subscriber.connect(amqp, { clientId: "elsewhere" });
        try {
          await openNode(page, "hearing");
          await openSubscription(page);
          await button().click();
          await result().getByText(says("connection.subscription-usable", lang)).waitFor();
          await result().locator("li.aliyun-iot-check-warning", { hasText: "elsewhere" }).waitFor();
          await editor.picture("subscription-shared", dialog(page));
          await page.locator("#node-config-input-consumerGroupId").fill("nobody");
          assert.equal(await result().textContent(), "", "an older result is gone");
          await button().click();
          const failed = result().locator("li.aliyun-iot-check-failed");
          await failed.waitFor();
          assert.equal(await failed.getAttribute("data-step"), "group");
          assert.match((await failed.textContent()) ?? "", /nobody/);
          await editor.picture("subscription-no-group", dialog(page));
        } finally {
          await elsewhere.close();
        }
      });
    }

    it("checks with an account that is only typed in, and says that iot:sub is missing", async () => {
      await open({}, 480);
      await page.locator(".red-ui-flow-node-group", { hasText: "hearing" }).waitFor();
      await page.evaluate('RED.actions.invoke("core:toggle-sidebar", false)');
      // The palette covers the workspace of a narrow window.
      await page.evaluate(`RED.editor.edit(RED.nodes.node("hearing"))`);
      await page.locator("#node-input-subscription").waitFor({ state: "attached" });
      await openSubscription(page, "add");
      await openAccount(page, "add");
      await page.locator("#node-config-input-accessKeyId").fill("nosub");
      await page.locator("#node-config-input-accessKeySecret").fill("testsecret");
      await unfold(dialog(page).locator("#aliyun-iot-account-more"));
      await page.locator("#node-config-input-endpoint").fill(simulator.endpoint);
      await pressDone(page);
      await page.locator("#node-config-input-endpoint").fill(amqp);
      await page.locator("#node-config-input-consumerGroupId").fill("DEFAULT_GROUP");
      await button().click();
      const failed = result().locator("li.aliyun-iot-check-failed");
      await failed.waitFor();
      assert.match((await failed.textContent()) ?? "", /Permission iot:sub/);
      await editor.picture("subscription-no-permission", dialog(page));
    });

    it("ends a check with its dialog", async () => {
      await open();
      await openNode(page, "hearing");
      await openSubscription(page);
      const ended = page.waitForEvent("requestfailed", (request) =>
        request.url().endsWith("/aliyun-iot/subscription-check"),
      );
      await page.route("**/aliyun-iot/subscription-check", () => undefined);
      await button().click();
      await result().getByText(says("connection.checking")).waitFor();
      await pressCancel(page);
      await ended;
      await page.unroute("**/aliyun-iot/subscription-check");
    });

    it("says a wrong secret once in the dialog of a call, and leads to the account", async () => {
      await open();
      await openNode(page, "calling");
      await page.locator("#aliyun-iot-choose-device", { hasText: "Living room" }).waitFor();
      await page.locator("#node-input-account").selectOption("wrong");
      const said = dialog(page).getByText(/Check the AccessKey secret/);
      await said.waitFor();
      await page
        .locator("#aliyun-iot-choose-device", { hasText: "Living room" })
        .waitFor({ state: "detached" });
      await page.waitForLoadState("networkidle");
      assert.equal(await said.count(), 1);
      await editor.picture("account-trouble-call", dialog(page));
      await dialog(page)
        .getByRole("button", { name: says("picker.open-account") })
        .click();
      await page.locator("#node-config-input-accessKeySecret").fill("testsecret");
      await pressDone(page);
      await page.locator("#aliyun-iot-choose-device", { hasText: "Living room" }).waitFor();
      assert.equal(await said.count(), 0, "mended");
    });

    it("says a wrong secret once in the dialog of device messages, and leads to the account", async () => {
      await open();
      await openNode(page, "hearing");
      await page.locator("#node-input-subscription").selectOption("of-wrong");
      const said = dialog(page).getByText(/Check the AccessKey secret/);
      await said.waitFor();
      // Both notes have asked again by then.
      await dialog(page).getByText("Room sensor").waitFor({ state: "detached" });
      await dialog(page).locator(".aliyun-iot-note", { hasText: "online" }).waitFor({ state: "detached" });
      await page.waitForLoadState("networkidle");
      assert.equal(await said.count(), 1);
      await editor.picture("account-trouble-messages", dialog(page));
      await dialog(page)
        .getByRole("button", { name: says("picker.open-account") })
        .click();
      await page.locator("#node-config-input-accessKeySecret").fill("testsecret");
      await pressDone(page);
      await dialog(page).locator(".aliyun-iot-note", { hasText: "online" }).waitFor();
      assert.equal(await said.count(), 0, "mended");
      await page.locator("#node-input-subscription").selectOption("of-home");
      await dialog(page).locator(".aliyun-iot-note", { hasText: "online" }).waitFor();
    });

    it("lists what the chosen product sends, at once when it changes, and nothing without a product", async () => {
      await open();
      await openNode(page, "hearing");
      const panel = page.locator("#aliyun-iot-message-shape");
      const names = panel.locator("dt");
      await names.filter({ hasText: "Temperature" }).first().waitFor();
      assert.match((await panel.locator("pre").first().textContent()) ?? "", /"Temperature"/);
      await panel.getByText("/a1RoomSens01/room01/thing/event/property/post").waitFor();
      await editor.picture("messages-product", dialog(page));
      await page.locator("#node-input-productKey").fill("");
      assert.equal(await names.count(), 0, "gone with the product");
      assert.doesNotMatch((await panel.textContent()) ?? "", /Temperature|a1RoomSens01/);
      await page.locator("#node-input-productKey").fill("a1BwAGV0001");
      await names.filter({ hasText: "Brightness" }).waitFor();
      assert.equal(await names.filter({ hasText: "Temperature" }).count(), 0);
      await page.locator("#node-input-kind").selectOption("event");
      await names.filter({ hasText: "Overheat" }).waitFor();
      await page.locator("#node-input-kind").selectOption("reply");
      await names.filter({ hasText: "LoadScenes" }).waitFor();
      assert.equal(await names.filter({ hasText: "FadeTo" }).count(), 0, "it answers at once");
      await page.locator("#node-input-productKey").fill("${PRODUCT}");
      assert.equal(await names.count(), 0, "a variable is not known here");
      await page.locator("#node-input-productKey").blur();
      assert.equal(await problem(page, "productKey").textContent(), "");
    });
  });
}
