import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { askJson, type FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, type Look, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  deploy,
  dialog,
  dragToCanvas,
  messageInType,
  nodeOnCanvas,
  openAccount,
  openNode,
  openSubscription,
  paletteNode,
  pressCancel,
  pressDone,
  problem,
  tick,
  unfoldMore,
} from "./steps";

const invoke = {
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  account: "tryout",
  target: "device",
  productKey: "a1BwAGV0001",
  productKeyType: "str",
  deviceName: "light01",
  deviceNameType: "str",
  serviceType: "str",
  args: "payload",
  argsType: "msg",
  result: "payload",
  resultType: "msg",
  x: 300,
  wires: [[], []],
};

const flows: FlowNode[] = [
  { id: "lamps", type: "tab", label: tabLabel },
  { id: "tryout", type: "aliyun-iot-account", platform: "simulator", name: "Try-out" },
  { id: "shanghai", type: "aliyun-iot-account", name: "Shanghai", regionId: "cn-shanghai" },
  { id: "inside", type: "aliyun-iot-subscription", name: "Inside", account: "tryout" },
  {
    id: "outside",
    type: "aliyun-iot-subscription",
    name: "Outside",
    account: "shanghai",
    uid: "1234567890123456",
    consumerGroupId: "group-of-shanghai",
  },
  { ...invoke, id: "scenes", service: "LoadScenes", y: 80 },
  { ...invoke, id: "fading", service: "FadeTo", y: 140 },
  {
    id: "posts",
    type: messageInType,
    z: "lamps",
    name: "",
    subscription: "inside",
    kind: "property",
    productKey: "a1RoomSens01",
    deviceName: "room01",
    identifier: "",
    acknowledge: "auto",
    inputs: 0,
    x: 300,
    y: 200,
    wires: [["shown"]],
  },
  {
    id: "shown",
    type: "debug",
    z: "lamps",
    name: "posted",
    active: true,
    tosidebar: true,
    complete: "payload.items",
    targetType: "msg",
    x: 560,
    y: 200,
    wires: [],
  },
];

for (const version of versions) {
  describe(`device messages in the editor of Node-RED ${version}`, () => {
    let runtime: Runtime;
    let editor: Editor;
    let page: Page;

    before(async () => {
      runtime = await runtimeWith({ version, flows });
    });

    after(parkEditors);

    async function open(look: Partial<Look> = {}): Promise<void> {
      const full: Look = { version, lang: "en-US", theme: "light", ...look };
      editor = await openEditor(runtime, full, { width: 1280, height: 1300 });
      page = editor.page;
    }

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    const saved = async (find: (node: FlowNode) => boolean): Promise<FlowNode | undefined> =>
      (await askJson<FlowNode[]>(runtime, "flows")).find(find);
    const find = (property: string): Locator =>
      page
        .locator(`#node-input-${property}, #node-config-input-${property}`)
        .locator("xpath=..")
        .locator(".aliyun-iot-find:visible");
    const rows = (): Locator => page.locator('.aliyun-iot-picker [role="option"]');
    const isShown = (property: string): Promise<boolean> =>
      page.locator(`#node-input-${property}, #node-config-input-${property}`).isVisible();

    async function choose(property: string, text: string): Promise<void> {
      await find(property).click();
      await rows().filter({ hasText: text }).first().click();
      await page.locator(".aliyun-iot-picker").waitFor({ state: "detached" });
    }

    it("asks once for what the product can send when the dialog opens", async () => {
      await open();
      let asked = 0;
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      await page.route(/\/accounts\/tryout\/properties\?/, async (route) => {
        asked++;
        await held;
        await route.continue();
      });
      await openNode(page, "room01");
      await dialog(page).getByText("online · ").waitFor();
      const answered = page.waitForResponse(/\/accounts\/tryout\/properties\?/);
      release();
      await answered;
      assert.equal(asked, 1);
      await pressCancel(page);
      await page.unrouteAll();
    });

    it("drag, add a subscription, choose, deploy, reload: everything is kept", async () => {
      await open();
      await dragToCanvas(page, 300, 300, messageInType);
      await openNode(page, "device messages");
      assert.equal(
        await page.locator(".aliyun-iot-problem:not(:empty)").count(),
        0,
        "a new node is not scolded",
      );
      await openSubscription(page, "add");
      assert.equal(await page.locator(".aliyun-iot-problem:not(:empty)").count(), 0);
      await page.locator("#node-config-input-name").fill("Mine");
      await page.locator("#node-config-input-account").selectOption({ label: "Try-out" });
      await dialog(page).getByText("no further settings are needed").waitFor();
      assert.equal(await isShown("consumerGroupId"), false);
      await pressDone(page);
      await page.locator("#node-input-kind").selectOption("event");
      await choose("productKey", "Lamp");
      await choose("deviceName", "light01");
      await dialog(page).getByText("online · Living room").waitFor();
      await choose("identifier", "Overheat");
      await dialog(page).getByRole("radio", { name: "by the flow" }).check();
      await editor.picture("messages-chosen", dialog(page));
      await pressDone(page);
      const node = nodeOnCanvas(page, "Overheat · light01");
      await node.locator(".red-ui-flow-port-input").waitFor();
      await deploy(page);

      const subscription = await saved(({ name }) => name === "Mine");
      const stored = await saved(({ kind }) => kind === "event");
      assert.ok(subscription && stored);
      const { id: subscriptionId, ...settings } = subscription;
      assert.deepEqual(settings, {
        type: "aliyun-iot-subscription",
        name: "Mine",
        account: "tryout",
        endpoint: "",
        uid: "",
        consumerGroupId: "",
        clientId: "",
        credits: 100,
        tls: "",
      });
      const { id: _id, x: _x, y: _y, ...properties } = stored;
      assert.deepEqual(properties, {
        type: messageInType,
        z: "lamps",
        name: "",
        subscription: subscriptionId,
        kind: "event",
        productKey: "a1BwAGV0001",
        deviceName: "light01",
        identifier: "Overheat",
        acknowledge: "flow",
        inputs: 1,
        output: "message",
        wires: [[]],
      });

      await editor.reload();
      await nodeOnCanvas(page, "Overheat · light01").locator(".red-ui-flow-port-input").waitFor();
      await openNode(page, "Overheat · light01");
      assert.equal(await page.locator("#node-input-kind").inputValue(), "event");
      assert.equal(await page.locator("#node-input-productKey").inputValue(), "a1BwAGV0001");
      assert.equal(await page.locator("#node-input-identifier").inputValue(), "Overheat");
      assert.ok(await dialog(page).getByRole("radio", { name: "by the flow" }).isChecked());
      await dialog(page).getByRole("radio", { name: "automatically" }).check();
      await page.locator("#node-input-kind").selectOption("status");
      assert.equal(await isShown("identifier"), false);
      await pressDone(page);
      const changed = nodeOnCanvas(page, "online / offline · light01");
      await changed.locator(".red-ui-flow-port-output").waitFor();
      assert.equal(await changed.locator(".red-ui-flow-port-input").count(), 0);
      await deploy(page);
      const status = await saved(({ kind }) => kind === "status");
      assert.equal(status?.["identifier"], "", "a name that is left over would match nothing");
      assert.equal(status?.["inputs"], 0);
    });

    it("saves consumer group and host of a subscription in the cloud", async () => {
      await open();
      await openNode(page, "room01");
      await openSubscription(page, "add");
      await page.locator("#node-config-input-account").selectOption({ label: "Shanghai" });
      await page.locator("#node-config-input-name").fill("Cloud");
      assert.ok(await isShown("uid"));
      await page.locator("#node-config-input-uid").fill("1234567890123456");
      assert.equal(
        await page.locator("#node-config-input-endpoint").getAttribute("placeholder"),
        "1234567890123456.iot-amqp.cn-shanghai.aliyuncs.com",
      );
      await page.locator("#node-config-input-consumerGroupId").fill("group-1");
      await page.locator("#node-config-input-endpoint").fill("iot-cn-example.amqp.iothub.aliyuncs.com");
      await page.locator("#node-config-input-endpoint").blur();
      assert.equal(await isShown("uid"), false, "an explicit host needs no account number");
      await openAccount(page);
      await page.locator("#node-config-input-instanceId").fill("iot-060a0abc");
      await pressDone(page);
      assert.equal(await page.locator("#node-config-input-name").inputValue(), "Cloud");
      await page.locator('[placeholder="iot-060a0abc.amqp.iothub.aliyuncs.com"]').waitFor();
      await dialog(page).locator("summary").first().click();
      await page.locator("#node-config-input-clientId").fill("house-7");
      await page.locator("#node-config-input-credits").fill("5");
      assert.equal(await page.locator(".aliyun-iot-problem:not(:empty)").count(), 0);
      await editor.picture("messages-cloud", dialog(page));
      await pressDone(page);
      await pressDone(page);
      await openNode(page, "room01");
      await openSubscription(page);
      assert.equal(await page.locator("#node-config-input-consumerGroupId").inputValue(), "group-1");
      assert.equal(await page.locator("#node-config-input-credits").inputValue(), "5");
      assert.ok(await isShown("clientId"), "what is not as usual is unfolded");
      await pressCancel(page);
      await pressCancel(page);
    });

    it("finds the consumer groups of the account", async () => {
      await open();
      await openNode(page, "room01");
      await openSubscription(page);
      // The simulator's own subscription needs no group; its list shows that the picker works.
      await page.evaluate('$(".aliyun-iot-on-cloud").removeClass("aliyun-iot-hidden")');
      await choose("consumerGroupId", "DEFAULT_GROUP");
      assert.equal(await page.locator("#node-config-input-consumerGroupId").inputValue(), "DEFAULT_GROUP");
      await pressCancel(page);
      await pressCancel(page);
    });

    it("opening and closing the dialogs changes nothing", async () => {
      await open();
      await openNode(page, "room01");
      await pressDone(page);
      assert.match(
        (await page.locator("#red-ui-header-button-deploy").getAttribute("class")) ?? "",
        /disabled/,
      );
    });

    for (const lang of ["en-US", "zh-CN"] as const) {
      it(`explains each invalid field, ${lang}`, async () => {
        await open({ lang });
        const says = async (property: string, key: string): Promise<void> => {
          const text = translate(lang, key);
          assert.notEqual(text, key);
          await problem(page, property).filter({ hasText: text }).waitFor();
          assert.equal(await problem(page, property).textContent(), text);
        };
        await openNode(page, "room01");
        const set = "x/message-in:aliyun-iot-message-in.validation";
        await page.locator("#node-input-kind").selectOption("event");
        for (const [property, value, key] of [
          ["productKey", "a b", "name"],
          ["deviceName", "room/01", "name"],
          ["identifier", "Overheat alarm", "identifier"],
        ] as const) {
          await page.locator(`#node-input-${property}`).fill(value);
          await page.locator(`#node-input-${property}`).blur();
          await says(property, `${set}.${key}`);
        }
        await page.locator("#node-input-subscription").selectOption("_ADD_");
        await page.locator("#node-input-subscription").blur();
        await says("subscription", `${set}.subscription`);
        await page.locator("#node-input-subscription").selectOption("outside");
        await openSubscription(page);
        const own = "x/subscription:aliyun-iot-subscription.validation";
        await dialog(page).locator("summary").first().click();
        for (const [property, value, key] of [
          ["consumerGroupId", "", "consumerGroupId"],
          ["consumerGroupId", "a,b", "characters"],
          ["uid", "", "host"],
          ["uid", "12a", "uid"],
          ["clientId", "我的", "characters"],
          ["credits", "0", "credits"],
          ["endpoint", "https://x", "endpoint"],
          ["endpoint", "amqp://far.example", "endpoint"],
        ] as const) {
          await page.locator(`#node-config-input-${property}`).fill(value);
          await page.locator(`#node-config-input-${property}`).blur();
          await says(property, `${own}.${key}`);
        }
        await editor.picture("messages-wrong", dialog(page));
        await pressCancel(page);
        await pressCancel(page);
      });
    }

    it("waiting for the reply: its subscription comes with it, must be of the account, and is kept", async () => {
      await open();
      await openNode(page, "LoadScenes");
      await unfoldMore(page);
      const tip = page.locator("#aliyun-iot-await-reply-tip");
      const says = (key: string): string => translate("en-US", `aliyun-iot-invoke-service.${key}`);
      await tip.filter({ hasText: says("reply.async") }).waitFor();
      assert.equal(await isShown("subscription"), false);
      await tick(page.locator("#node-input-awaitReply"));
      await page.locator("#node-input-subscription").selectOption("outside");
      await problem(page, "subscription")
        .filter({ hasText: says("validation.subscription-account") })
        .waitFor();
      await page.locator("#node-input-subscription").selectOption("inside");
      await problem(page, "subscription").filter({ hasNotText: /./ }).waitFor({ state: "attached" });
      await page.locator("#node-input-replyTimeout").fill("-1");
      await page.locator("#node-input-replyTimeout").blur();
      await problem(page, "replyTimeout")
        .filter({ hasText: says("validation.replyTimeout") })
        .waitFor();
      await page.locator("#node-input-replyTimeout").fill("5");
      await editor.picture("messages-reply", dialog(page));
      await pressDone(page);
      await deploy(page);
      const stored = await saved(({ id }) => id === "scenes");
      assert.deepEqual(
        [stored?.["awaitReply"], stored?.["subscription"], stored?.["replyTimeout"]],
        [true, "inside", "5"],
      );
      await editor.reload();
      await openNode(page, "LoadScenes");
      assert.ok(await page.locator("#node-input-awaitReply").isChecked());
      assert.equal(await page.locator("#node-input-replyTimeout").inputValue(), "5");
      await pressCancel(page);
    });

    it("a service that answers at once has no reply to wait for", async () => {
      await open();
      await openNode(page, "FadeTo");
      await unfoldMore(page);
      const tip = page.locator("#aliyun-iot-await-reply-tip");
      await tip.filter({ hasText: translate("en-US", "aliyun-iot-invoke-service.reply.sync") }).waitFor();
      assert.ok(await page.locator("#node-input-awaitReply").isDisabled());
      await pressCancel(page);
    });

    it("by keyboard alone", async () => {
      await open();
      await openNode(page, "room01");
      await find("deviceName").focus();
      await page.keyboard.press("Enter");
      await rows().first().waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.locator(".aliyun-iot-picker").waitFor({ state: "detached" });
      assert.equal(await page.locator("#node-input-deviceName").inputValue(), "room02");
      await dialog(page).getByRole("radio", { name: "automatically" }).focus();
      await page.keyboard.press("ArrowRight");
      assert.ok(await dialog(page).getByRole("radio", { name: "by the flow" }).isChecked());
      assert.equal(await page.locator("#node-input-inputs").inputValue(), "1");
      await pressCancel(page);
    });

    it("a device's post appears in the debug sidebar", async () => {
      await open();
      await paletteNode(page, messageInType).waitFor();
      const node = nodeOnCanvas(page, "properties · room01");
      await node.locator(".red-ui-flow-node-status-label", { hasText: "connected" }).waitFor();
      await page.evaluate('RED.sidebar.show("debug")');
      const shown = page.locator(".red-ui-debug-msg", { hasText: "posted" }).first();
      await shown.filter({ hasText: /Temperature/ }).waitFor({ timeout: 30_000 });
      await editor.picture("messages-debug");
    });
  });
}
