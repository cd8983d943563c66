import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import type { FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  dialog,
  openAccount,
  openNode,
  prepared,
  pressCancel,
  pressDone,
  problem,
  tick,
  unfold,
} from "./steps";

const texts = (key: string): string =>
  translate("en-US", `x/coordination:aliyun-iot-coordination.validation.${key}`);

for (const version of versions) {
  describe(`a coordination in the editor of Node-RED ${version}`, () => {
    let runtime: Runtime;
    let editor: Editor;
    let page: Page;

    before(async () => {
      const flows: FlowNode[] = [
        { id: "lamps", type: "tab", label: tabLabel },
        { id: "home", type: "aliyun-iot-account", platform: "simulator", name: "Home" },
        {
          id: "calling",
          type: "aliyun-iot-invoke-service",
          z: "lamps",
          name: "calling",
          account: "home",
          productKey: "a1BwAGV0001",
          deviceName: "light01",
          service: "FadeTo",
          x: 300,
          y: 80,
          wires: [[], []],
        },
      ];
      runtime = await runtimeWith({ version, flows });
    });

    after(() => parkEditors());

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    const url = (): Locator => page.locator("#node-config-input-url");

    it("is added from its account: its URL is checked, and the check of the account names it", async () => {
      editor = await openEditor(runtime, { version, lang: "en-US", theme: "light" });
      page = editor.page;
      await openNode(page, "calling");
      await openAccount(page);
      await unfold(page.locator("#aliyun-iot-account-more"));
      await page.locator("#node-config-input-btn-coordination-add").click();
      await url().waitFor({ state: "attached" });
      await prepared(page);
      for (const [typed, key] of [
        ["http://127.0.0.1", "unreadable"],
        ["redis://me:secret@127.0.0.1", "password"],
        ["redis://redis.example:6379", "unencrypted"],
      ] as const) {
        await url().fill(typed);
        await url().blur();
        await problem(page, "url")
          .filter({ hasText: texts(key) })
          .waitFor();
      }
      await tick(page.locator("#node-config-input-unencrypted"));
      await problem(page, "url").filter({ hasNotText: /./ }).waitFor({ state: "attached" });
      await page.locator("#node-config-input-password").fill("secret");
      await pressDone(page);
      const chosen = page.locator("#node-config-input-coordination option:checked");
      assert.equal(await chosen.textContent(), "redis.example:6379");
      await dialog(page).locator("#aliyun-iot-connection-check button").click();
      const step = page.locator('.aliyun-iot-check-result [data-step="redis"]');
      await step.waitFor();
      const undeployed = translate("en-US", "aliyun-iot-invoke-service.errors.coordination-undeployed");
      assert.ok((await step.textContent())?.includes(undeployed));
      await pressDone(page);
      await pressCancel(page);
      const stored = await page.evaluate(
        `RED.nodes.createExportableNodeSet([RED.nodes.node("home"), RED.nodes.node(RED.nodes.node("home").coordination)])`,
      );
      const [account, node] = stored as [FlowNode, FlowNode];
      assert.equal(account["coordination"], node.id);
      const { type, url: address, prefix, unencrypted } = node;
      assert.deepEqual(
        { type, address, prefix, unencrypted },
        {
          type: "aliyun-iot-coordination",
          address: "redis://redis.example:6379",
          prefix: "aliyun-iot",
          unencrypted: true,
        },
      );
      assert.ok(!JSON.stringify(stored).includes("secret"));
    });
  });
}
