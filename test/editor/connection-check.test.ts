import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import { translate } from "../support/catalog";
import type { Runtime } from "../support/runtime";
import { type RunningSimulator, startSimulator } from "../support/simulator";
import { versions } from "../support/versions";
import { type Editor, type Look, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  dialog,
  dragToCanvas,
  nodeOnCanvas,
  openAccount,
  openNode,
  pressCancel,
  setPropertiesType,
  unfold,
} from "./steps";

const onTab = { z: "lamps", x: 300, y: 200, wires: [[], []] };
const lookUps = ["QueryProductList", "QueryDevice", "QueryDeviceDetail", "GetThingModelTsl"];
const deny = ["QueryDevice", "InvokeThingService"];

for (const version of versions) {
  describe(`the connection check in Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: RunningSimulator;
    let editor: Editor;
    let page: Page;

    before(async () => {
      const accessKeys = [
        { accessKeyId: "testid", accessKeySecret: "testsecret" },
        { accessKeyId: "limited", accessKeySecret: "testsecret", deny },
        { accessKeyId: "blind", accessKeySecret: "testsecret", deny: lookUps },
      ];
      simulator = await startSimulator({ ...sampleDefinition(), accessKeys });
      runtime = await runtimeWith({
        version,
        flows: [
          { id: "lamps", type: "tab", label: tabLabel },
          { id: "plant", type: "aliyun-iot-account", name: "Plant", platform: "cloud" },
          { id: "news", type: "aliyun-iot-subscription", account: "plant" },
          { ...onTab, id: "first", type: setPropertiesType, name: "first", account: "plant" },
          { ...onTab, id: "second", type: setPropertiesType, name: "second", account: "plant", y: 300 },
        ],
      });
    });

    after(async () => {
      await parkEditors();
      await simulator?.stop();
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    const button = (): Locator => page.locator("#aliyun-iot-connection-check button").first();
    const result = (): Locator => page.locator(".aliyun-iot-check-result");
    const policy = (): Locator => page.locator("#aliyun-iot-policy pre");

    /** Types an account in that nobody has deployed. */
    async function typeIn(look: Partial<Look>, accessKeyId: string, accessKeySecret: string): Promise<void> {
      const full: Look = { version, lang: "en-US", theme: "light", ...look };
      editor = await openEditor(runtime, full, { width: 1280, height: 1300 });
      page = editor.page;
      await dragToCanvas(page, 300, 200);
      const label = translate(full.lang, "aliyun-iot-invoke-service.label.palette");
      await openNode(page, label);
      await openAccount(page, "add");
      await page.locator("#node-config-input-accessKeyId").fill(accessKeyId);
      await page.locator("#node-config-input-accessKeySecret").fill(accessKeySecret);
      await unfold(dialog(page).locator("#aliyun-iot-account-more"));
      await page.locator("#node-config-input-endpoint").fill(simulator.endpoint);
      await dialog(page).locator("#aliyun-iot-account-more > summary").click();
    }

    async function leave(): Promise<void> {
      await pressCancel(page);
      await pressCancel(page);
      await nodeOnCanvas(page, "").first().waitFor();
    }

    it("passes an account that is not deployed, and clears the result when the form changes", async () => {
      await typeIn({}, "testid", "testsecret");
      await button().click();
      await result().getByText("All checks passed.").waitFor();
      assert.equal(await result().locator("li.aliyun-iot-check-ok").count(), 11);
      await editor.picture("check-ok", dialog(page));
      await page.locator("#node-config-input-accessKeySecret").fill("other");
      assert.equal(await result().textContent(), "");
      await leave();
    });

    it("shows the RAM policy before anything is checked", async () => {
      await typeIn({}, "", "");
      assert.equal(await policy().isVisible(), false, "folded");
      await unfold(page.locator("#aliyun-iot-policy"));
      const { Version, Statement } = JSON.parse((await policy().textContent()) ?? "") as {
        Version: string;
        Statement: { Action: string[] }[];
      };
      assert.equal(Version, "1");
      assert.ok(Statement[0]?.Action.includes("iot:InvokeThingService"));
      await editor.picture("check-policy", dialog(page));
      await leave();
    });

    it("has the policy for the nodes that use the account, as they are in the editor, and tests just these", async () => {
      const look: Look = { version, lang: "zh-CN", theme: "light" };
      editor = await openEditor(runtime, look, { width: 1280, height: 1300 });
      page = editor.page;
      const offered = async (): Promise<string[]> => {
        await unfold(page.locator("#aliyun-iot-policy"));
        const text = (await policy().textContent()) ?? "";
        return (JSON.parse(text) as { Statement: [{ Action: string[] }] }).Statement[0].Action;
      };
      await openNode(page, "second");
      await openAccount(page);
      assert.deepEqual(
        (await offered()).filter((action) => !lookUps.some((lookUp) => action.startsWith(`iot:${lookUp}`))),
        ["iot:SetDeviceProperty", "iot:sub", "iot:QueryConsumerGroupList", "iot:QueryConsumerGroupStatus"],
      );
      assert.match((await page.locator("#aliyun-iot-policy").textContent()) ?? "", /使用此账号的节点/);
      await editor.picture("check-policy-of-nodes", dialog(page));
      await pressCancel(page);
      // In the dialog below, before it is saved.
      await page.locator("#node-input-mode").selectOption("desired");
      await openAccount(page);
      assert.ok((await offered()).includes("iot:SetDeviceProperty"), "of the other node");
      assert.ok((await offered()).includes("iot:SetDeviceDesiredProperty"), "of this one");
      await page.locator('input[name="node-config-input-platform-choice"][value="simulator"]').check();
      await button().click();
      await result().locator("li.aliyun-iot-check-ok").nth(12).waitFor();
      const tested = (await result().textContent()) ?? "";
      for (const action of ["SetDeviceProperty", "SetDeviceDesiredProperty", "QueryConsumerGroupStatus"])
        assert.match(tested, new RegExp(`iot:${action}`));
      assert.doesNotMatch(tested, /InvokeThingService/);
      await leave();
    });

    it("says one cause of several missing permissions once", async () => {
      await typeIn({}, "blind", "testsecret");
      await button().click();
      const warning = result().locator("li.aliyun-iot-check-warning");
      await warning.waitFor();
      assert.equal(await warning.count(), 1);
      assert.match((await warning.textContent()) ?? "", /iot:QueryProductList, iot:QueryDevice/);
      assert.equal(await result().getByText("Grant the RAM user").count(), 1);
      await editor.picture("check-one-cause", dialog(page));
      await leave();
    });

    it("names a wrong secret and how to fix it", async () => {
      await typeIn({}, "testid", "wrong");
      await button().click();
      await result().getByText("Calls do not work yet.").waitFor();
      const failed = result().locator("li.aliyun-iot-check-failed");
      assert.equal(await failed.getAttribute("data-step"), "key");
      assert.match((await failed.textContent()) ?? "", /Check the AccessKey secret/);
      await result().getByText("The other checks were not made.").waitFor();
      await editor.picture("check-wrong-secret", dialog(page));
      await leave();
    });

    it("works on the simulator inside, which needs no key", async () => {
      await typeIn({}, "", "");
      await page.locator('input[name="node-config-input-platform-choice"][value="simulator"]').check();
      await button().click();
      await result().getByText("All checks passed.").waitFor();
      await leave();
    });

    for (const [lang, theme] of [
      ["en-US", "light"],
      ["zh-CN", "light"],
      ["zh-CN", "dark"],
    ] as const) {
      it(`names missing permissions, with a policy to copy (${lang}, ${theme})`, async () => {
        await typeIn({ lang, theme }, "limited", "testsecret");
        await button().click();
        await result().locator("li.aliyun-iot-check-failed").waitFor();
        assert.match(
          (await result().locator("li.aliyun-iot-check-failed").textContent()) ?? "",
          /iot:InvokeThingService/,
        );
        assert.match(
          (await result().locator("li.aliyun-iot-check-warning").textContent()) ?? "",
          /iot:QueryDevice/,
        );
        assert.ok(await policy().isVisible(), "the policy is unfolded");
        await editor.picture("check-denied", dialog(page));
        await leave();
      });
    }
  });
}
